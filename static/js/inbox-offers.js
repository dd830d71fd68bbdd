// What is offered while one writes: '/' in an answer opens the saved replies, '@' in a note the names of colleagues.
import { find } from './inbox.js';

const PAUSE = 150 // milliseconds without a key until the server is asked
const popup = Object.assign(document.createElement('div'), { className: 'offer-pop', hidden: true })
let target = null // the text that is written into
let dismissed // what Escape closed the list for
let timer = 0

const KINDS = [
  { fields: '[data-offers]', begun: /(?:^|\s)\/((?:[\p{L}\p{N}][\p{L}\p{N} -]{0,30})?)$/u, show: ask, put: putReply },
  { fields: '[data-people]', begun: /(?:^|[\s(])@([\p{L}\p{N}]?[\p{L}\p{N} .-]{0,30})$/u, show: people, put: putName },
]
const kindOf = (field) => KINDS.find((kind) => field.matches?.(kind.fields))
const options = () => [...popup.querySelectorAll('[role="option"]')]
const active = () => popup.querySelector('[aria-selected="true"]')

/** The words behind the sign before the caret; undefined: there is none. */
function begun(field) {
  if (field.selectionStart !== field.selectionEnd) return undefined
  return kindOf(field).begun.exec(field.value.slice(0, field.selectionStart))?.[1]
}

function close() {
  clearTimeout(timer)
  if (popup.hidden) return
  popup.hidden = true
  popup.replaceChildren()
  for (const name of ['role', 'aria-expanded', 'aria-controls', 'aria-activedescendant', 'aria-autocomplete']) target.removeAttribute(name)
}

function select(option) {
  for (const one of options()) one.setAttribute('aria-selected', String(one === option))
  target.setAttribute('aria-activedescendant', option.id)
  option.scrollIntoView({ block: 'nearest' })
}

function open() {
  target.parentElement.append(popup)
  popup.hidden = false
  if (!options().length) return
  target.setAttribute('role', 'combobox')
  target.setAttribute('aria-expanded', 'true')
  target.setAttribute('aria-controls', 'offers-list')
  target.setAttribute('aria-autocomplete', 'list')
  select(options()[0])
}

// -- saved replies --

async function ask(field, words) {
  try {
    const answer = await fetch(`${field.dataset.offers}?${new URLSearchParams({ q: words })}`, { headers: { 'HX-Request': 'true' } })
    if (answer.status !== 200 || target !== field || begun(field) !== words) return
    popup.innerHTML = await answer.text()
  } catch {
    return close() // no connection: typing goes on
  }
  if (words && !options().length) close()
  else open()
}

function putReply(field, option, start) {
  field.setRangeText(option.dataset.text, start, field.selectionStart, 'end')
  field.form.elements.saved.value = option.dataset.saved
  const name = /\{[^{}\n]{1,32}\}/.exec(field.value) // what is still to be filled in
  if (name) field.setSelectionRange(name.index, name.index + name[0].length)
}

// -- colleagues --

function people(field, words) {
  const names = [...document.getElementById(field.dataset.people).options].map((one) => one.value)
  const fit = names.filter((name) => ` ${name}`.toLowerCase().includes(` ${words.toLowerCase()}`))
  if (!fit.length) return close()
  const list = document.createElement('div')
  list.setAttribute('role', 'listbox')
  list.id = 'offers-list'
  list.setAttribute('aria-label', field.getAttribute('aria-label'))
  list.append(...fit.map(person))
  popup.replaceChildren(list)
  return open()
}

function person(name, number) {
  const one = Object.assign(document.createElement('div'), { className: 'offer', id: `offer-${number}`, textContent: name, dir: 'auto' })
  one.setAttribute('role', 'option')
  return one
}

function putName(field, option, start) {
  field.setRangeText(`@${option.textContent} `, start, field.selectionStart, 'end')
}

// -- both --

function choose(option) {
  const field = target
  const start = field.selectionStart - begun(field).length - 1
  close()
  field.focus()
  kindOf(field).put(field, option, start)
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

function offer(field) {
  const words = begun(field)
  if (target !== field || words === undefined) close()
  target = field
  clearTimeout(timer)
  if (words === undefined) dismissed = undefined
  if (words === undefined || words === dismissed) return
  timer = setTimeout(() => target === field && kindOf(field).show(field, words), PAUSE)
}

document.addEventListener('input', (event) => {
  if (!kindOf(event.target)) return
  const { saved } = event.target.form.elements
  if (saved && !event.target.value) saved.value = ''
  offer(event.target)
})

const MOVES = { ArrowDown: 1, ArrowUp: -1 }

document.addEventListener(
  'keydown',
  (event) => {
    if (popup.hidden || event.target !== target || event.isComposing) return
    const found = options()
    if (event.key === 'Escape') {
      dismissed = begun(target)
      close()
    } else if (MOVES[event.key] && found.length) {
      select(found[(found.indexOf(active()) + MOVES[event.key] + found.length) % found.length])
    } else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && !event.ctrlKey && !event.metaKey && active()) {
      choose(active())
    } else return
    event.preventDefault()
    event.stopPropagation()
  },
  true,
)

popup.addEventListener('pointerdown', (event) => event.preventDefault()) // the text keeps the focus
document.addEventListener('focusout', (event) => event.target === target && !popup.contains(event.relatedTarget) && close())
document.addEventListener('click', (event) => {
  const option = event.target.closest('.offer-pop [role="option"]')
  if (option) return choose(option)
  const field = find('#box textarea')
  const suggestion = event.target.closest('.likely [data-text]')
  if (suggestion) {
    if (field.value.trim()) field.value = `${field.value.trimEnd()}\n`
    field.focus()
    putReply(field, suggestion, field.value.length)
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
  if (event.target.closest('[data-open-offers]')) {
    field.focus()
    field.setSelectionRange(field.value.length, field.value.length)
    field.setRangeText(!field.value || /\s$/.test(field.value) ? '/' : ' /', field.value.length, field.value.length, 'end')
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
  return undefined
})
