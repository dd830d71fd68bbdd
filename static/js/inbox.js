// The inbox: nothing typed is lost, the list knows which conversation is open, the thread stays where one reads.
import { further } from './inbox-older.js';

// Going back in the browser puts a new page in the old one's place: nothing of the page is held on to.
export const find = (selector) => document.querySelector(`#inbox ${selector}`)

// -- drafts: kept in this browser tab until they are sent, with what their writer had seen of the conversation --

const key = (box) => `smo:draft:${box.dataset.draft}`

/** Keep what is written in the box, until it is sent. */
export function keep(box) {
  const { text, seen } = box.elements
  if (text.value) sessionStorage.setItem(key(box), JSON.stringify({ text: text.value, seen: seen.value }))
  else sessionStorage.removeItem(key(box))
}

function restore(box) {
  if (box.hasAttribute('data-sent')) return sessionStorage.removeItem(key(box))
  const kept = JSON.parse(sessionStorage.getItem(key(box)) || 'null')
  if (!kept || box.elements.text.value) return keep(box)
  box.elements.text.value = kept.text
  box.elements.seen.value = kept.seen
}

document.addEventListener('input', (event) => {
  if (event.target.matches('#box textarea')) keep(event.target.form)
})
document.addEventListener('keydown', (event) => {
  const sends = event.key === 'Enter' && (event.ctrlKey || event.metaKey)
  if (sends && event.target.matches('#box textarea')) event.target.form.requestSubmit()
  if (event.key === 'Escape' && event.target.matches('#box textarea, .note-box textarea')) find('#messages').focus()
})
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-edit]')
  const text = find('#box textarea')
  if (!button || !text) return
  text.value = document.getElementById(button.dataset.edit).querySelector('.msg-text').textContent
  keep(text.form)
  text.focus()
})

// -- the thread: at its end when it opens; later it stays where one reads, unless one reads the end --

let fromEnd = 0
const NEAR = 80

function scrollTo(distance) {
  const messages = find('#messages')
  if (messages) messages.scrollTop = messages.scrollHeight - messages.clientHeight - distance
}

function saw() {
  // Who has typed nothing yet answers what is on the screen now; who types answers what was there when they began.
  const box = find('form#box')
  const latest = find('[data-latest]')
  if (box && latest && !box.elements.text.value) box.elements.seen.value = latest.dataset.latest
}

document.addEventListener('htmx:beforeSwap', (event) => {
  const messages = find('#messages')
  if (messages) fromEnd = messages.scrollHeight - messages.clientHeight - messages.scrollTop
})
document.addEventListener('htmx:afterSwap', (event) => {
  const id = event.detail.target && event.detail.target.id
  if (id === 'opened') opened()
  if (id === 'talks') mark()
  event.detail.target?.closest('.msg-story')?.scrollIntoView({ block: 'nearest' })
  if (id === 'messages') {
    scrollTo(fromEnd < NEAR ? 0 : fromEnd)
    saw()
  }
})
document.addEventListener('htmx:oobAfterSwap', (event) => {
  if (event.detail.target.id === 'messages') scrollTo(0)
})

// An answer that comes late belongs to the conversation that was open when it was asked for, and to no other. News do not
// take a menu or a choice out of the hand; the next ones bring the head up to date.
document.addEventListener('htmx:oobBeforeSwap', (event) => {
  const { target, fragment } = event.detail
  const { of } = (fragment.dataset ? fragment : fragment.firstElementChild).dataset
  const late = of && of !== find('#thread')?.dataset.conversation
  const held = target.id === 'thread-head' && target.querySelector('.dropdown-menu.show, select:focus')
  if (late || held) event.detail.shouldSwap = false
})

// News do not take a message's menu out of the hand either: they are asked for again when it is closed.
let missed = false
document.addEventListener('htmx:beforeSwap', (event) => {
  const { target, elt } = event.detail
  if (target.id !== 'messages' || elt.id !== 'messages' || !target.querySelector('.dropdown-menu.show')) return
  event.detail.shouldSwap = false
  missed = true
})
document.addEventListener('hidden.bs.dropdown', () => {
  if (missed) find('#messages')?.dispatchEvent(new Event('sse:opened'))
  missed = false
})
document.addEventListener('htmx:afterSettle', (event) => {
  // What came into the menu has made it larger: its place is chosen anew.
  if (event.detail.elt.closest('.msg-menu')) window.dispatchEvent(new Event('resize'))
})

// A menu leaves forms in it open: what was chosen there is done, so it closes, and the keys act on the conversation again.
document.addEventListener('htmx:beforeRequest', (event) => {
  const menu = event.target.closest('#thread-head .dropdown-menu.show')
  if (!menu) return
  menu.previousElementSibling.click()
  find('#messages').focus({ preventScroll: true })
})

// A box is new after an answer, in another conversation, and after going back.
function meet() {
  const box = find('form#box')
  if (!box || box.dataset.known) return
  box.dataset.known = 'yes'
  restore(box)
  if (box.hasAttribute('data-sent') || box.querySelector('[role=alert], .box-private')) box.elements.text.focus()
}

document.addEventListener('htmx:afterSettle', meet)
document.addEventListener('htmx:historyRestore', () => {
  meet()
  scrollTo(0)
})

// -- the list --

function mark() {
  const thread = find('#thread')
  for (const line of document.querySelectorAll('.talk[aria-current]')) line.removeAttribute('aria-current')
  const line = thread && document.getElementById(`talk-${thread.dataset.conversation}`)
  if (line) line.setAttribute('aria-current', 'true')
}

function opened() {
  document.getElementById('inbox').classList.add('has-open')
  document.title = `${find('#thread-name').textContent} · SMO`
  mark()
  scrollTo(0)
  find('#messages').focus({ preventScroll: true })
}

// A refresh brings as many lines as there are: older ones that were fetched stay. Who has gone farther
// down than one refresh brings is left alone.
document.addEventListener('htmx:configRequest', (event) => {
  const { elt, parameters } = event.detail
  if (elt.id !== 'talks') return
  parameters.rows = document.querySelectorAll('.talk').length
  if (parameters.rows > Number(elt.dataset.most)) event.preventDefault()
})

// A list that is as it was stays where it is: a click or a key that is on its way to a line must find it there.
document.addEventListener('htmx:beforeSwap', (event) => {
  const { target, xhr } = event.detail
  if (target.id === 'talks' && seen(target.innerHTML) === seen(xhr.responseText)) event.detail.swapOverride = 'none'
})

// Nor does news take a line from under a pressed button: a click is one only where both its halves meet the same line.
let pressed = false
let waiting = false
document.addEventListener('pointerdown', (event) => {
  pressed = Boolean(event.target.closest('#talks'))
})
for (const name of ['pointerup', 'pointercancel']) {
  document.addEventListener(name, () =>
    setTimeout(() => {
      pressed = false
      if (waiting) find('#talks')?.dispatchEvent(new Event('stale'))
      waiting = false
    }),
  )
}
document.addEventListener('htmx:beforeSwap', (event) => {
  if (event.detail.target.id !== 'talks' || !pressed) return
  event.detail.shouldSwap = false
  waiting = true
})

function seen(markup) {
  const list = document.createElement('div')
  list.innerHTML = markup
  for (const line of list.querySelectorAll('[aria-current]')) line.removeAttribute('aria-current')
  const parts = [...list.querySelectorAll('.talk-list li, .older, .no-talks')] // however many pages they came in
  return parts.map((part) => part.outerHTML.replace(/\s+/g, ' ')).join('')
}

// -- keys: j and k go through the list, the others act on what is open --

const fields = 'input:not(.talk-tick), textarea, select, dialog, [role=dialog], .dropdown-menu'

function step(by) {
  const all = [...document.querySelectorAll('.talk')]
  const here = document.activeElement.closest('.talk-list li')?.querySelector('.talk')
  const at = all.indexOf(here || document.querySelector('.talk[aria-current]'))
  if (by > 0 && at === all.length - 1 && further()) return
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)]
  if (next) next.focus()
}

function giveToMe() {
  const whose = find('#assign')
  if (!whose || whose.value === whose.dataset.me) return
  whose.value = whose.dataset.me
  whose.dispatchEvent(new Event('change', { bubbles: true }))
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  r: () => find('#box textarea')?.focus(),
  a: giveToMe,
  h: () => find('#like-last')?.requestSubmit(),
  e: () => (find('#finish') || find('#reopen'))?.click(),
  l: () => find('#hang')?.click(),
  s: () => find('#later')?.click(),
  n: () => {
    const box = find('.note-box')
    if (!box) return
    box.open = true
    box.querySelector('textarea').focus()
  },
  '/': () => find('#inbox-words')?.focus(),
  '?': () => document.getElementById('inbox-keys').showModal(),
}

document.addEventListener('keydown', (event) => {
  const act = KEYS[event.key]
  if (!act || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(fields)) return
  event.preventDefault()
  act()
})
document.addEventListener('htmx:afterRequest', (event) => {
  if (event.detail.successful && event.detail.elt.matches('[data-reset]')) event.detail.elt.reset()
})

meet()
mark()
scrollTo(0)

// A line that was followed before htmx knew it opens as a page: the focus goes where it goes otherwise.
if (find('#thread') && document.referrer.startsWith(`${location.origin}/inbox/`)) find('#messages').focus({ preventScroll: true })
