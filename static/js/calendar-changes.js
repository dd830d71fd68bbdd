// Telling the server what was moved, copied or cancelled, and what it makes of it: a sentence, refusals, and a way back.
import { toast } from './app.js';
import { tell } from './telling.js';

const { dataset } = document.getElementById('calendar')
let last // what Ctrl+Z takes back
let after = () => {}

/** `done` is called whenever something has changed. */
export const onChange = (done) => (after = done)

/** Show what came of a change. */
export function report({ said, notes, refused, undo }) {
  for (const note of notes) toast(note, 'warning')
  if (refused.length) toast(refused.map(([title, why]) => `${title}: ${why}`).join('\n'))
  if (!said) return
  const action = undo && { label: dataset.undoWord, run: () => takeBack(undo) }
  const box = toast(said, 'success', action || undefined)
  last = undo ? { undo, box } : undefined
}

async function takeBack(undo) {
  last = undefined
  try {
    const answer = await tell(dataset.undo, { token: undo })
    report({ ...answer, said: answer.said && dataset.undone })
  } catch (error) {
    toast(error.message)
  }
  after()
}

document.addEventListener('keydown', (pressed) => {
  const undoes = (pressed.ctrlKey || pressed.metaKey) && !pressed.shiftKey && pressed.key.toLowerCase() === 'z'
  if (!undoes || !last || pressed.target.closest('input, textarea, select, dialog')) return
  pressed.preventDefault()
  last.box.remove()
  takeBack(last.undo)
})

/** Move, copy or cancel entries by their ids; raises an Error when the server refuses all of it. */
export async function change(verb, entries, aim = {}) {
  const values = [['do', verb], ...entries.map((id) => ['entry', id]), ...Object.entries(aim)]
  report(await tell(dataset.change, values))
  after()
}
