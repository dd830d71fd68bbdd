// People to mention: '@' and a few letters in a text open a list of those whom the chosen channels' networks know.
import { form } from './composer-form.js'; // the semicolon is what Django's storage looks for

const PAUSE = 250 // milliseconds without a key until the networks are asked
const BEGUN = /(?:^|[\s(])@([\p{L}\p{N}_][\p{L}\p{N}_.-]+(?:@[\p{L}\p{N}.-]*)?)$/u
const TEXTS = '.text-box textarea, .thread-part textarea'

const popup = Object.assign(document.createElement('div'), { className: 'people-pop', hidden: true })
let target = null // the text that is written into
let timer = 0
let running = null
let dismissed = '' // what Escape closed the list for

const options = () => [...popup.querySelectorAll('[role="option"]')]
const active = () => popup.querySelector('[aria-selected="true"]')

/** The name that is being typed before the caret; empty: none. */
function begun(field) {
  if (field.selectionStart !== field.selectionEnd) return ''
  const found = BEGUN.exec(field.value.slice(0, field.selectionStart))
  return found ? found[1] : ''
}

function channels(field) {
  const panel = field.closest('[role="tabpanel"]')
  const boxes = [...form.querySelectorAll('[name="channels"]:checked')]
  const wanted = boxes.filter((box) => !panel.dataset.network || box.dataset.network === panel.dataset.network)
  return wanted.map((box) => box.value)
}

function close() {
  clearTimeout(timer)
  if (running) running.abort()
  if (popup.hidden) return
  popup.hidden = true
  popup.replaceChildren()
  for (const name of ['role', 'aria-expanded', 'aria-controls', 'aria-activedescendant', 'aria-autocomplete']) target.removeAttribute(name)
}

function select(option) {
  for (const one of options()) one.setAttribute('aria-selected', String(one === option))
  if (!option) return
  target.setAttribute('aria-activedescendant', option.id)
  option.scrollIntoView({ block: 'nearest' })
}

function show(html) {
  popup.innerHTML = html
  if (!popup.childElementCount) return close()
  target.after(popup)
  popup.hidden = false
  if (!options().length) return
  target.setAttribute('role', 'combobox')
  target.setAttribute('aria-expanded', 'true')
  target.setAttribute('aria-controls', 'people-list')
  target.setAttribute('aria-autocomplete', 'list')
  select(options()[0])
}

async function ask(field, words) {
  running = new AbortController()
  const query = new URLSearchParams([['q', words], ...channels(field).map((one) => ['channel', one])])
  try {
    const answer = await fetch(`${form.dataset.people}?${query}`, { headers: { 'HX-Request': 'true' }, signal: running.signal })
    if (answer.status === 200 && target === field && begun(field) === words) show(await answer.text())
  } catch (error) {
    if (error.name !== 'AbortError') close() // no connection: typing goes on
  }
}

function choose(option) {
  const end = target.selectionStart
  const start = end - begun(target).length - 1
  const words = `${option.dataset.mention} `
  target.setRangeText(words, start, end, 'end')
  const field = target
  close()
  field.focus()
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

form.addEventListener('input', (event) => {
  if (!event.target.matches(TEXTS)) return
  const words = begun(event.target)
  if (target !== event.target || !words) close()
  target = event.target
  clearTimeout(timer)
  if (running) running.abort()
  if (words === dismissed || words.length < 2 || !channels(target).length) return
  dismissed = ''
  timer = setTimeout(() => ask(event.target, words), PAUSE)
})

const MOVES = { ArrowDown: 1, ArrowUp: -1 }

form.addEventListener(
  'keydown',
  (event) => {
    if (popup.hidden || event.target !== target || event.isComposing) return
    const found = options()
    if (event.key === 'Escape') {
      dismissed = begun(target)
      close()
    } else if (MOVES[event.key] && found.length) {
      select(found[(found.indexOf(active()) + MOVES[event.key] + found.length) % found.length])
    } else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && active()) {
      choose(active())
    } else return
    event.preventDefault()
    event.stopPropagation()
  },
  true,
)

popup.addEventListener('pointerdown', (event) => event.preventDefault()) // the text keeps the focus
popup.addEventListener('click', (event) => {
  const option = event.target.closest('[role="option"]')
  if (option) choose(option)
})
form.addEventListener('focusout', (event) => event.target === target && close())
