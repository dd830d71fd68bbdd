// Who looks and who types: this page tells that it has a conversation open, at most once in ten seconds, never while hidden.
import { find } from './inbox.js';
import { token } from './telling.js';

const LOOKING = 30_000 // milliseconds between two beats, while somebody only looks
const TYPING = 10_000

let address = '' // of the conversation that this page has open
let beatAt = 0
let typed = false
let timer = 0

const values = (more) => new URLSearchParams({ csrfmiddlewaretoken: token(), ...more })

function schedule() {
  clearTimeout(timer)
  if (!address || document.hidden) return
  timer = setTimeout(beat, Math.max(0, beatAt + (typed ? TYPING : LOOKING) - Date.now()))
}

async function beat() {
  const asked = address
  const body = values(typed ? { typing: 1 } : {})
  beatAt = Date.now()
  typed = false
  schedule()
  try {
    const answer = await fetch(asked, { method: 'POST', body })
    const line = find('#here')
    if (answer.status === 200 && line && asked === address) line.innerHTML = await answer.text()
  } catch {
    // no connection: the next beat tells it
  }
}

function leave() {
  clearTimeout(timer)
  if (address) navigator.sendBeacon(address, values({ gone: 1 }))
}

/** Another conversation may be open now: the first beat of one comes at once, and the first letter does not wait for it. */
function meet() {
  const now = find('#here')?.getAttribute('hx-get') || ''
  if (now === address) return
  leave()
  address = now
  typed = false
  if (!address || document.hidden) return
  beat()
  beatAt = 0
}

document.addEventListener('input', (event) => {
  if (!event.target.matches('#box textarea') || !event.target.value) return
  typed = true
  schedule()
})
document.addEventListener('htmx:afterSettle', meet)
document.addEventListener('htmx:historyRestore', meet)
document.addEventListener('visibilitychange', () => (document.hidden ? leave() : schedule()))
addEventListener('pagehide', leave)
meet()
