// Live updates: the page has one stream (base.html), its events are topics and their data an id.
// An element that follows some rows has hx-trigger="sse:publication" and data-live-id="id id"; others' ids pass it by.

for (const topic of ['publication', 'inbox', 'channels', 'presence']) {
  document.addEventListener(
    `sse:${topic}`,
    (event) => {
      const wanted = event.target.dataset && event.target.dataset.liveId
      if (wanted && event.detail && !wanted.split(' ').includes(event.detail.data)) event.stopImmediatePropagation()
    },
    true,
  )
}

// A browser allows six connections to a server, and each stream keeps one: a page that nobody looks at gives its own back.
// The server greets every new stream with 'opened', so that pages catch up on what they missed. With the page's own stamp as
// its data nothing was told since the page was read.
const HIDDEN_FOR = 30_000
let source
let timer

document.addEventListener('htmx:sseOpen', (event) => {
  source = event.detail.source
})
export const missed = (greeting) => !greeting.data || greeting.data !== document.body.dataset.stamp
document.addEventListener(
  'sse:opened',
  (event) => {
    document.documentElement.dataset.live = 'on'
    if (event.detail && !missed(event.detail)) event.stopImmediatePropagation()
  },
  true,
)
document.addEventListener('htmx:sseError', () => {
  document.documentElement.dataset.live = 'off'
})
document.addEventListener('visibilitychange', () => {
  clearTimeout(timer)
  if (document.hidden) timer = setTimeout(() => source && source.close(), HIDDEN_FOR)
  else if (source && source.readyState === EventSource.CLOSED) source.onerror(new Event('error'))
})
