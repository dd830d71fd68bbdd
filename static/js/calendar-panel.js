// The panel beside the calendar: how a post looks, what became of it, and what can be done with it. Escape closes it.
import { toast } from './app.js';
import { change } from './calendar-changes.js';

const panel = document.getElementById('panel')
const content = document.getElementById('panel-content')
let shown
let address
let moves = () => {}
let closes = () => {}

/** `move` is called with the entry that is to be moved; `back` with the entry whose panel was closed. */
export function onPanel(move, back) {
  moves = move
  closes = back
}

/** Show an entry; the focus goes into the panel. */
export function look(event) {
  shown = event
  const { move, promised } = event.extendedProps
  address = `${move.replace(/move\/$/, 'panel/')}?promised=${encodeURIComponent(promised || '')}`
  htmx.ajax('GET', address, { target: content, swap: 'innerHTML' })
}

content.addEventListener('htmx:afterSwap', (event) => {
  if (event.target !== content) return
  document.getElementById('panel-open').href = shown.url
  if (!panel.open) panel.showModal()
  panel.querySelector('#panel-open').focus()
})

/** What became of it meanwhile, where nothing has the focus. */
export function refresh() {
  if (panel.open && address) htmx.ajax('GET', address, { target: '#panel-state', select: '#panel-state', swap: 'outerHTML' })
}

panel.addEventListener('click', async (event) => {
  if (event.target === panel) panel.close() // beside it
  const act = event.target.closest('[data-act]')?.dataset.act
  if (!act) return
  panel.close()
  if (act === 'move') moves(shown)
  else await change(act, [shown.id]).catch((error) => toast(error.message))
})
panel.addEventListener('close', () => {
  content.replaceChildren()
  closes(shown)
})
