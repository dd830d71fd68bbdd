// Beside the calendar: drafts without a time, and files of the library, looked up when their tab is first opened.
import { chosen } from './calendar-address.js';

const tray = document.getElementById('tray')
const tabs = [...tray.querySelectorAll('[role="tab"]')]
const panels = tabs.map((tab) => document.getElementById(tab.getAttribute('aria-controls')))
const offer = document.getElementById('move-slot')
export const drafts = document.getElementById('drafts')

function show(wanted) {
  tabs.forEach((tab, n) => {
    const on = tab === wanted
    tab.setAttribute('aria-selected', String(on))
    tab.tabIndex = on ? 0 : -1
    panels[n].hidden = !on
  })
  if (wanted.id === 'tray-tab-library') htmx.trigger('#tray-library', 'smo:library')
}

for (const tab of tabs) tab.addEventListener('click', () => show(tab))
tray.querySelector('[role="tablist"]')?.addEventListener('keydown', (event) => {
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
  const next = tabs[(tabs.indexOf(event.target.closest('[role="tab"]')) + 1) % tabs.length] // there are two
  next.focus()
  show(next)
})

drafts.addEventListener('htmx:afterSwap', () => {
  document.getElementById('drafts-count').textContent = drafts.querySelector('[data-count]').dataset.count
})

/** What of a narrowed calendar a new post takes over. */
const taken = () => {
  const { channel = '', campaign = '', label = '' } = chosen()
  return { channel, campaign, label }
}

/** What the dialog and the server need to know of a card of the tray. */
export function card({ dataset }) {
  const { title, open, move, begin, post } = dataset
  const what = { title, open, url: open, move: move || begin, promised: '', when: '', post }
  return begin ? { ...what, url: '', begin } : what
}

/** An entry for the calendar while a card is dragged over it. */
export function dragged({ dataset: { title, move, begin, thumb } }) {
  return { title, move: move || begin, begin, thumb, status: 'draft', label: '', networks: [], promised: '' }
}

/** What is posted beside the time: a file begins a post, which gets what the calendar is narrowed to. */
export const beside = (what) => (what.begin ? taken() : {})

/** The next free slot for something: of the day that is chosen, or as soon as possible. Undefined when nobody can say. */
export async function slot({ post = '' }, day = '') {
  const query = new URLSearchParams({ post, day, channel: chosen().channel || '' })
  const answer = await fetch(`${offer.dataset.slot}?${query}`, { headers: { Accept: 'application/json' } }).catch(() => undefined)
  return answer?.ok && !answer.redirected ? answer.json() : undefined
}
