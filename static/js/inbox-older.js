// Older conversations come before one is at the end of the list. Their button does the same: for whoever is faster, and
// after a fetch that has failed.

const AHEAD = '0px 0px 400px' // some lines; less than what of a first page is below a large window

const button = () => document.querySelector('#talks .older')
const lines = () => [...document.querySelectorAll('#talks .talk')]
let leaves = '' // the last line, when the focus shall go on behind it

const near = new IntersectionObserver((places) => {
  for (const { isIntersecting, target } of places) if (isIntersecting) fetch(target)
}, { rootMargin: AHEAD, scrollMargin: AHEAD })

function fetch(older) {
  if (!older.classList.contains('htmx-request')) older.dispatchEvent(new Event('near'))
}

function watch() {
  near.disconnect()
  if (button()) near.observe(button())
}

function goOn() {
  leaves = lines().at(-1).id
}

/** Fetch older lines and go on to the first of them; false at the end of all. */
export function further() {
  if (!button()) return false
  goOn()
  fetch(button())
  return true
}

// The button goes when its lines come: whoever stands on it goes on to the first of them.
document.addEventListener('htmx:beforeSwap', ({ detail }) => {
  if (detail.target === button() && detail.target === document.activeElement) goOn()
})
document.addEventListener('htmx:afterSwap', ({ detail }) => {
  const here = lines()
  const first = here[here.findIndex((line) => line.id === leaves) + 1]
  if (!leaves || !detail.target.matches('.older') || !first) return
  leaves = ''
  first.focus()
})
document.addEventListener('htmx:afterSettle', ({ detail }) => {
  if (detail.target?.matches('#talks, .older')) watch()
})
document.addEventListener('htmx:historyRestore', watch)

// The wish for older lines takes the place of a refresh that is under way, so that is made good afterwards.
let missed = false
document.addEventListener('htmx:sendAbort', ({ target }) => {
  if (target.id === 'talks') missed = true
})
document.addEventListener('htmx:afterSwap', ({ detail }) => {
  if (!missed || !detail.target.matches('.older')) return
  missed = false
  document.getElementById('talks').dispatchEvent(new Event('stale'))
})

watch()
