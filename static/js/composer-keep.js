// Nothing typed is lost: the form is kept on the server while somebody types, and in this browser for as long as the server
// has not got it (no connection, session over). What was left in the browser goes to the server when the composer opens
// again, and the server shows it.
import { form, token } from './composer-form.js';

const EVERY = 1500 // milliseconds from a change until it is kept
const AGAIN = 5000 // until the next try when the server cannot be reached
const LEAVING_MOST = 60_000 // browsers let go of more than that when a page closes

const prefix = `smo:composer:${form.dataset.user}:`
const place = prefix + form.elements.key.value
const status = document.getElementById('kept')

let dirty = false // something is typed that the server has not got
let stuck = false // the last try to keep it failed
let sent = false
let timer = 0
let running = null

/** Whether leaving now would leave words in this browser only. */
export const unkept = () => dirty && stuck

function words() {
  const typed = [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && name !== 'csrfmiddlewaretoken')
  return new URLSearchParams(typed).toString()
}

function store(details = {}) {
  try {
    localStorage.setItem(place, JSON.stringify({ body: words(), ...details }))
  } catch {
    stuck = true // the browser keeps nothing: ask before leaving
  }
}

function post(body, details = {}) {
  const headers = { 'X-CSRFToken': token(), 'HX-Request': 'true' }
  return fetch(form.dataset.keep, { method: 'POST', body: new URLSearchParams(body), headers, ...details })
}

function tell(name) {
  status.replaceChildren(document.getElementById(`kept-${name}`).content.cloneNode(true))
  const link = status.querySelector('[data-sign-in]')
  if (link) link.href += `?next=${encodeURIComponent(location.pathname + location.search)}`
}

export function signedOut() {
  if (dirty) store()
  stuck = true
  tell('signed-out')
}

function soon(wait) {
  if (!timer) timer = setTimeout(() => keep(), wait)
}

async function keep(leaving = false) {
  clearTimeout(timer)
  timer = 0
  if (!dirty || sent) return
  const body = words()
  if (running) running.abort()
  running = new AbortController()
  dirty = false
  try {
    await answered(await post(body, { signal: running.signal, keepalive: leaving && body.length < LEAVING_MOST }))
  } catch (error) {
    if (error.name === 'AbortError') return
    dirty = stuck = true
    tell('offline')
    soon(AGAIN)
  }
}

async function answered(answer) {
  if (answer.headers.get('HX-Redirect') || answer.status === 403) {
    dirty = true
    signedOut()
    return
  }
  if (!answer.ok) throw new Error(answer.status)
  stuck = false
  status.innerHTML = await answer.text()
  if (!dirty) localStorage.removeItem(place)
}

form.addEventListener('input', () => {
  dirty = true
  store()
  // A new post has no address yet: with this one, loading the page again brings it back.
  if (!form.elements.seen.value && !location.search.includes('key=')) history.replaceState(null, '', `?key=${form.elements.key.value}`)
  soon(EVERY)
})

/** The form is on its way to be saved: an older keeping must not arrive after it. */
export function sending() {
  sent = true
  clearTimeout(timer)
  if (running) running.abort()
  store({ sent: true, seen: form.elements.seen.value })
}

for (const other of document.querySelectorAll('[data-leaves]')) other.addEventListener('submit', () => (sent = true))
window.addEventListener('pageshow', () => (sent = false))
window.addEventListener('pagehide', () => keep(true))
window.addEventListener('online', () => keep())
document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && keep(true))
document.addEventListener('htmx:beforeOnLoad', (event) => {
  if (!event.detail.xhr.getResponseHeader('HX-Redirect')) return
  event.preventDefault() // stay: the words are here
  signedOut()
})

// -- what an earlier page left behind -----------------------------------------------------------------------------------------

/** Give it to the server. True: there is something to show. */
async function handOver(name) {
  const left = JSON.parse(localStorage.getItem(name))
  const came = left.sent && name === place && form.elements.seen.value !== left.seen
  const answer = came ? null : await post(left.body + (left.sent ? '&sent=1' : ''))
  if (answer && (!answer.ok || answer.headers.get('HX-Redirect'))) return false
  localStorage.removeItem(name)
  return Boolean(answer && answer.status === 200)
}

async function bringBack() {
  const fresh = !form.elements.seen.value && !location.search.includes('key=')
  const names = Object.keys(localStorage).filter((name) => (fresh ? name.startsWith(prefix) : name === place))
  const found = await Promise.all(names.map(handOver))
  if (found.includes(true) && !dirty) location.reload()
}

if (!('refused' in form.dataset)) bringBack().catch(() => tell('offline'))
if ('unsaved' in form.dataset) dirty = true
