// A channel's queue: what came of a shuffle is told in a corner of the screen, with a way back.
import { toast } from './app.js';

document.addEventListener('htmx:afterSettle', () => {
  const told = document.getElementById('queue-told')
  if (!told) return
  const { said, level, undo, undoWord, address } = told.dataset
  told.remove()
  const values = { token: undo }
  const run = () => window.htmx.ajax('POST', address, { target: '#queue-week', values })
  toast(said, level, undo ? { label: undoWord, run } : undefined)
})
