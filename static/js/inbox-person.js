// The person beside a conversation: joining accounts is taken back with a toast; news do not disturb what is typed there.
import { toast } from './app.js';
import { remember } from './inbox-undo.js';
import { find } from './inbox.js';
import { tell } from './telling.js';

async function takeBack(pane, token) {
  try {
    const { said } = await tell(pane.undo, { token })
    toast(said, 'success')
  } catch (error) {
    toast(error.message)
  }
  find('#person')?.dispatchEvent(new Event('stale'))
}

document.addEventListener('htmx:afterSettle', () => {
  const done = find('#person [data-person-undo]')
  if (!done) return
  const { personUndo: token, says } = done.dataset
  const pane = { ...find('#person').dataset }
  done.remove()
  const run = () => takeBack(pane, token)
  remember(run, toast(says, 'success', { label: pane.undoWord, run }))
})

/** Somebody writes a note, or looks for a person. */
function inHand() {
  const note = find('#person-note')
  return (note && note.value !== note.defaultValue) || find('#person details[open]') || find('#person :focus')
}

document.addEventListener('htmx:beforeSwap', (event) => {
  const { target, requestConfig, xhr } = event.detail
  if (target.id !== 'person') return
  const late = !new URL(xhr.responseURL).pathname.startsWith(target.getAttribute('hx-get'))
  const byItself = requestConfig.elt === target && requestConfig.triggeringEvent?.type !== 'stale'
  if (late || (byItself && inHand())) event.detail.shouldSwap = false
})
