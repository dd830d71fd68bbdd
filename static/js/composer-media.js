// Files in the composer: taken in by choosing, dropping and pasting; their order; a network's own; films of photos.
import { toast } from './app.js'; // the semicolon is what Django's storage looks for
import { changed, form, token } from './composer-form.js';
import { sendFile } from './uploads.js';

let uploading = 0

/** Whether a file is still on its way. */
export const isUploading = () => uploading > 0

/** Post a form's data; `progress` is told a part of 1. The answer is HTML, or a sentence in an Error. */
function send(address, data, progress = () => {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest() // fetch cannot tell how much has been sent
    request.open('POST', address)
    request.setRequestHeader('X-CSRFToken', token())
    request.setRequestHeader('HX-Request', 'true')
    request.upload.addEventListener('progress', (event) => event.lengthComputable && progress(event.loaded / event.total))
    request.addEventListener('load', () => {
      const plain = (request.getResponseHeader('Content-Type') || '').startsWith('text/plain')
      if (request.status === 200) resolve(request.responseText)
      else reject(new Error(plain ? request.responseText : document.getElementById('toasts').dataset.failed))
    })
    request.addEventListener('error', () => reject(new Error(document.getElementById('toasts').dataset.offline)))
    request.send(data)
  })
}

function fields(values) {
  const data = new FormData()
  for (const [name, value] of Object.entries(values)) data.append(name, value)
  return data
}

function element(html) {
  const holder = document.createElement('template')
  holder.innerHTML = html.trim()
  return holder.content.firstElementChild
}

function complain(block, sentence) {
  block.querySelector('.refused').append(Object.assign(document.createElement('div'), { className: 'field-error', textContent: sentence }))
}

async function upload(block, file) {
  const row = document.getElementById('upload-template').content.firstElementChild.cloneNode(true)
  row.querySelector('.media-name').textContent = file.name
  block.querySelector('.media-list').append(row)
  uploading += 1
  try {
    const bar = row.querySelector('progress')
    const done = await sendFile(form.dataset.pieces, file, { progress: (part) => (bar.value = part * 100) })
    const answer = await fetch(`${done.row}?slot=${block.dataset.slot}`)
    if (!answer.ok) throw new Error(document.getElementById('toasts').dataset.failed)
    if (!done.new) toast(done.said, 'info')
    place(block, await answer.text(), row)
  } catch (error) {
    row.remove()
    complain(block, error.message)
  } finally {
    uploading -= 1
  }
}

/** Add a file's row, given as HTML, to a list; in place of `row`, if there is one. The same file is there only once. */
export function place(block, html, row = null) {
  const made = element(html)
  if (block.querySelector(`[data-asset="${made.dataset.asset}"]`)) {
    if (row) row.remove()
    toast(form.dataset.twice, 'info')
    return
  }
  if (row) row.replaceWith(made)
  else block.querySelector('.media-list').append(made)
  changed()
}

async function takeIn(block, files) {
  block.querySelector('.refused').replaceChildren()
  for (const file of files) await upload(block, file)
}

for (const block of form.querySelectorAll('.media-block')) {
  const zone = block.querySelector('.drop-zone')
  zone.querySelector('input').addEventListener('change', (event) => {
    event.stopPropagation()
    takeIn(block, [...event.target.files])
    event.target.value = ''
  })
  zone.querySelector('input').addEventListener('input', (event) => event.stopPropagation())
  for (const kind of ['dragenter', 'dragover']) {
    block.addEventListener(kind, (event) => {
      if (!event.dataTransfer.types.includes('Files')) return
      event.preventDefault()
      zone.classList.add('over')
    })
  }
  block.addEventListener('dragleave', (event) => block.contains(event.relatedTarget) || zone.classList.remove('over'))
  block.addEventListener('drop', (event) => {
    if (!event.dataTransfer.files.length) return
    event.preventDefault()
    zone.classList.remove('over')
    takeIn(block, [...event.dataTransfer.files])
  })
}

form.addEventListener('paste', (event) => {
  if (!event.clipboardData.files.length) return
  event.preventDefault()
  const panel = event.target.closest('[role="tabpanel"]')
  const own = panel && panel.querySelector('[data-when-own]:not([hidden]) .media-block')
  takeIn(own || form.querySelector('.media-block'), [...event.clipboardData.files])
})

form.addEventListener('click', (event) => {
  const button = event.target.closest('[data-shift], [data-remove]')
  if (!button) return
  const row = button.closest('.media-row')
  const list = row.parentElement
  if (button.dataset.shift === '-1' && row.previousElementSibling) row.previousElementSibling.before(row)
  else if (button.dataset.shift === '1' && row.nextElementSibling) row.nextElementSibling.after(row)
  else if ('remove' in button.dataset) row.remove()
  if (row.isConnected) button.focus()
  else list.parentElement.querySelector('.drop-zone input').focus()
  changed()
})

// Pad or crop is asked only where a chosen network needs another shape.
document.addEventListener('htmx:afterSettle', () => {
  const shaped = document.getElementById('shaped').dataset.assets.split(' ')
  for (const row of form.querySelectorAll('.media-row[data-asset]')) row.querySelector('.media-fit').hidden = !shaped.includes(row.dataset.asset)
})

/** Whether a network shows files of its own. */
export function setOwnMedia(panel, own) {
  panel.querySelector('[data-own-media]').value = own ? '1' : ''
  panel.querySelector('[data-when-own]').hidden = !own
  panel.querySelector('[data-when-shared]').hidden = own
  panel.querySelector('[data-take-own]').hidden = own
  panel.querySelector('[data-share-media]').hidden = !own
  changed()
}

form.addEventListener('click', async (event) => {
  const take = event.target.closest('[data-take-own]')
  const share = event.target.closest('[data-share-media]')
  if (take || share) setOwnMedia((take || share).closest('[role="tabpanel"]'), Boolean(take))
  const button = event.target.closest('[data-film]')
  if (button) await makeFilm(button)
})

async function makeFilm(button) {
  const panel = document.getElementById(`panel-${button.dataset.for}`)
  const block = panel.querySelector('.media-block')
  button.disabled = true
  button.classList.add('btn-loading')
  try {
    const made = element(await send(button.dataset.film, fields({ slot: block.dataset.slot })))
    block.querySelector('.media-list').replaceChildren(made)
    setOwnMedia(panel, true)
  } catch (error) {
    toast(error.message)
    button.disabled = false
    button.classList.remove('btn-loading')
  }
}

// A file beside the media (a thumbnail, captions).
form.addEventListener('change', async (event) => {
  const option = event.target.type === 'file' && event.target.closest('.file-option')
  if (!option || !event.target.files.length) return
  try {
    const html = await send(form.dataset.upload, fields({ file: event.target.files[0], option: option.dataset.name }))
    option.querySelector('.chosen-file').replaceWith(element(html))
    changed()
  } catch (error) {
    toast(error.message)
  }
  event.target.value = ''
})

form.addEventListener('click', (event) => {
  const clear = event.target.closest('[data-clear-file]')
  if (!clear) return
  const chosen = clear.closest('.chosen-file')
  chosen.replaceChildren(Object.assign(chosen.querySelector('input'), { value: '' }))
  changed()
})

