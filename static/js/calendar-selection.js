// Several entries at once: chosen with the Select button, with Shift or Ctrl and a click, or with Space; then moved, copied,
// cancelled or labelled together.
import { toast } from './app.js';
import { icon, tag } from './calendar-cards.js';
import { change } from './calendar-changes.js';

const { dataset } = document.getElementById('calendar')
const bar = document.getElementById('selection')
const dialog = document.getElementById('several-dialog')
const labels = document.getElementById('label-dialog')
const mode = document.getElementById('select-mode')
const problem = document.getElementById('several-problem')
const chosen = new Map() // id of an entry -> itself
const shown = new Map() // element -> the entry that it shows
let anchor
let verb

export const selecting = () => mode?.getAttribute('aria-pressed') === 'true'
export const selected = () => chosen.size

/** Mark an element as chosen or not; called for every element that the calendar makes. */
export function mark(el, event) {
  shown.set(el, event)
  const on = chosen.has(event.id)
  el.classList.toggle('is-selected', on)
  el.querySelector('.entry-tick')?.remove()
  if (on) el.querySelector('.entry')?.prepend(tag('span', 'entry-tick', icon('check'), tag('span', 'visually-hidden', dataset.selected)))
}
export const forget = (el) => shown.delete(el)
export const eventOf = (el) => shown.get(el)

function show() {
  for (const [el, event] of shown) mark(el, event)
  document.getElementById('selection-count').textContent = chosen.size
  bar.hidden = !chosen.size
}

/** Choose an entry or leave it; `through`: with all between it and the one before. */
export function toggle(event, through = false) {
  if (!mode || event.extendedProps.rest) return
  const between = through && anchor ? range(anchor, event) : []
  if (between.length) for (const one of between) chosen.set(one.id, one)
  else if (!chosen.delete(event.id)) chosen.set(event.id, event)
  anchor = event
  show()
}

function range(from, to) {
  const order = [...document.querySelectorAll('a.entry-outer')].map((el) => shown.get(el)).filter((one) => one && !one.extendedProps.rest)
  const ends = [from, to].map((one) => order.findIndex((other) => other.id === one.id)).sort((a, b) => a - b)
  return ends[0] < 0 ? [] : order.slice(ends[0], ends[1] + 1)
}

export function clear() {
  chosen.clear()
  anchor = undefined
  show()
}

mode?.addEventListener('click', () => {
  const on = !selecting()
  mode.setAttribute('aria-pressed', String(on))
  mode.classList.toggle('active', on)
  document.getElementById('calendar').classList.toggle('is-selecting', on)
  if (!on) clear()
})

async function go(aim) {
  const entries = [...chosen.keys()]
  await change(verb, entries, aim)
  clear()
}

bar.addEventListener('click', (event) => {
  const button = event.target.closest('[data-several]')
  if (!button) return
  verb = button.dataset.several
  if (verb === 'clear') clear()
  else if (verb === 'label') labels.showModal()
  else if (verb === 'cancel') go({}).catch((error) => toast(error.message))
  else ask()
})

function ask() {
  for (const one of dialog.querySelectorAll('[data-move]')) one.textContent = one.dataset[verb]
  problem.textContent = ''
  dialog.showModal()
  document.getElementById('several-days').focus()
}

// What is filled in is what is meant.
dialog.addEventListener('input', ({ target }) => {
  const how = { days: 'by', hours: 'by', day: 'to' }[target.name]
  if (how) dialog.querySelector(`[name=how][value=${how}]`).checked = true
})

dialog.querySelector('form').addEventListener('submit', async (submit) => {
  submit.preventDefault()
  const { how, day, days, hours } = Object.fromEntries(new FormData(submit.target))
  try {
    await go(how === 'to' ? { day } : { days, hours })
    dialog.close()
  } catch (error) {
    problem.textContent = error.message
  }
})

labels.querySelector('form').addEventListener('submit', async (submit) => {
  submit.preventDefault()
  const error = labels.querySelector('.field-error')
  verb = submit.submitter.value
  try {
    error.textContent = ''
    await go({ label: new FormData(submit.target).get('label') })
    labels.close()
  } catch (problem) {
    error.textContent = problem.message
  }
})
