// What each network says of its own: its text, and the further parts of its thread.
import { changed, form } from './composer-form.js';

// -- a network's own text ---------------------------------------------------------------------------------------------------

const original = form.elements.text
const panels = [...form.querySelectorAll('[role="tabpanel"][data-network]')]

/** Whether a network's text is its own. */
export function setOwn(panel, own) {
  panel.querySelector('[data-own]').value = own ? '1' : ''
  panel.querySelector('[data-back]').hidden = !own
  panel.querySelector('[data-mirrors]').hidden = own
  document.querySelector(`#tab-${panel.dataset.network} .edited`).hidden = !own
}

/** Show the original's text where a network has none of its own. */
export function mirror() {
  for (const panel of panels) {
    if (!panel.querySelector('[data-own]').value) panel.querySelector('.text-box textarea').value = original.value
  }
}

original.addEventListener('input', mirror)
for (const panel of panels) {
  const text = panel.querySelector('.text-box textarea')
  text.addEventListener('input', () => setOwn(panel, true))
  panel.querySelector('[data-back]').addEventListener('click', () => {
    setOwn(panel, false)
    mirror()
    text.focus()
    changed()
  })
}
mirror()

// -- threads ----------------------------------------------------------------------------------------------------------------

const network = (element) => element.closest('[role="tabpanel"]').dataset.network

function number(thread) {
  const slug = network(thread)
  const found = [...thread.querySelectorAll('.thread-part')]
  found.forEach((part, place) => {
    part.querySelector('textarea').name = `${slug}-thread`
    part.querySelector('.count').id = `count-${slug}-part-${place}`
  })
  thread.querySelector('[data-add-part]').hidden = found.length + 1 >= Number(thread.dataset.most)
}

function addPart(thread, words = '') {
  const part = document.getElementById('part-template').content.firstElementChild.cloneNode(true)
  thread.querySelector('.thread-parts').append(part)
  const field = part.querySelector('textarea')
  field.value = words
  return field
}

/** A network's thread with these parts in place of those that it has. */
export function fillThread(slug, parts) {
  const thread = document.querySelector(`#panel-${slug} .thread`)
  thread.querySelector('.thread-parts').replaceChildren()
  for (const words of parts) addPart(thread, words)
  number(thread)
}

form.addEventListener('click', (event) => {
  const add = event.target.closest('[data-add-part]')
  const remove = event.target.closest('[data-remove-part]')
  if (!add && !remove) return
  const thread = (add || remove).closest('.thread')
  if (add) {
    addPart(thread).focus()
  } else {
    remove.closest('.thread-part').remove()
    thread.querySelector('[data-add-part]').focus()
  }
  number(thread)
  changed()
})

for (const thread of form.querySelectorAll('.thread')) number(thread)
