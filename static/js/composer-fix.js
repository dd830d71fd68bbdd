// What one click does about a problem or a hint: the server has worked out the new values, here they are put in, with a way back.
import { toast } from './app.js'; // the semicolon is what Django's storage looks for
import { changed, form } from './composer-form.js';
import { setOwnMedia } from './composer-media.js';
import { fillThread, mirror, setOwn } from './composer-text.js';

const panel = (slug) => document.getElementById(`panel-${slug}`)
const block = (slot) => form.querySelector(`.media-block[data-slot="${slot}"]`)

/** The values that `fields` are about to replace. */
function now(fields) {
  const found = {}
  for (const [name, value] of Object.entries(fields)) {
    const boxes = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
    found[name] = Array.isArray(value) ? boxes.map((box) => box.value) : boxes[boxes.length - 1].value
  }
  return found
}

function put(fields) {
  for (const [name, value] of Object.entries(fields)) {
    const slug = name.split('-')[0]
    if (name.endsWith('-own')) setOwn(panel(slug), Boolean(value))
    else if (Array.isArray(value)) fillThread(slug, value)
    else form.elements[name].value = value
  }
  mirror()
  changed()
}

/** Keep some files of a list; for another list, copies of their rows under its name. */
function keepFiles({ from, to, keep }) {
  const rows = [...block(from).querySelectorAll('.media-row[data-asset]')]
  const old = [...block(to).querySelectorAll('.media-row[data-asset]')]
  const kept = rows.filter((row) => keep.includes(row.dataset.asset))
  block(to).querySelector('.media-list').replaceChildren(...(from === to ? kept : kept.map((row) => renamed(row, from, to))))
  const own = from !== to && panel(to.replace('-media', ''))
  if (own) setOwnMedia(own, true)
  else changed()
  return () => {
    block(to).querySelector('.media-list').replaceChildren(...old)
    if (own) setOwnMedia(own, false)
    else changed()
  }
}

function renamed(row, from, to) {
  const copy = row.cloneNode(true)
  for (const field of copy.querySelectorAll('[name]')) field.name = to + field.name.slice(from.length)
  for (const field of copy.querySelectorAll('[id]')) field.id = to + field.id.slice(from.length)
  for (const label of copy.querySelectorAll('[for]')) label.htmlFor = to + label.htmlFor.slice(from.length)
  for (const [place, area] of [...row.querySelectorAll('textarea, select')].entries()) {
    copy.querySelectorAll('textarea, select')[place].value = area.value // a clone has only what the page came with
  }
  return copy
}

function offerBack(goBack) {
  toast(form.dataset.fixed, 'success')
  const box = document.querySelector('.toast-line:last-child')
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'btn btn-sm', textContent: form.dataset.undo })
  button.addEventListener('click', () => {
    goBack()
    box.remove()
  })
  box.querySelector('.btn-close').before(button)
}

form.addEventListener('click', (event) => {
  const button = event.target.closest('[data-fix]')
  if (!button) return
  const { fields, files } = JSON.parse(button.dataset.fix)
  const before = now(fields)
  const goBack = files.keep ? keepFiles(files) : () => put(before)
  if (!files.keep) put(fields)
  offerBack(goBack)
})

// A fix was worked out for what stood there: with the next answer of the server there are new ones.
form.addEventListener('input', () => {
  for (const button of form.querySelectorAll('[data-fix]')) button.disabled = true
})
