// Taking back an answer that waits to be sent: a toast counts the seconds down, Undo or Ctrl+Z brings the text into the box.
import { toast } from './app.js';
import { showPicture } from './inbox-picture.js';
import { find, keep } from './inbox.js';
import { tell } from './telling.js';

let last // what Ctrl+Z takes back, and the toast that offers it

/** From now on Ctrl+Z takes this back, as long as its toast is there. */
export function remember(run, line) {
  last = { run, line }
}

function count(box) {
  const { undo: address, undoSeconds, undoSays, undoWord, draft: conversation } = box.dataset
  delete box.dataset.undo
  const run = () => takeBack(address, conversation)
  const line = toast(undoSays, 'info', { label: undoWord, run })
  const number = Object.assign(document.createElement('strong'), { className: 'undo-seconds', ariaHidden: 'true' })
  line.firstElementChild.after(number)
  remember(run, line)
  tick(line, number, Number(undoSeconds))
}

function tick(line, number, seconds) {
  if (!line.isConnected || seconds === 0) return end(line)
  number.textContent = seconds
  setTimeout(() => tick(line, number, seconds - 1), 1000)
}

function end(line) {
  line.remove()
  if (last?.line === line) last = undefined
}

async function takeBack(address, conversation) {
  if (last) end(last.line)
  try {
    const back = await tell(address, {})
    giveBack(conversation, back)
  } catch (error) {
    toast(error.message)
  }
}

/** The text comes before what was written since then; in another conversation it waits in its box. */
function giveBack(conversation, { text, seen, picture, name }) {
  const box = find('form#box')
  if (box?.dataset.draft !== conversation) {
    const name = `smo:draft:${conversation}`
    const kept = JSON.parse(sessionStorage.getItem(name) || 'null')
    sessionStorage.setItem(name, JSON.stringify({ text: joined(text, kept?.text), seen }))
    document.getElementById(`talk-${conversation}`)?.click()
    return
  }
  box.elements.text.value = joined(text, box.elements.text.value)
  if (picture && box.elements.picture) showPicture(box, picture, name)
  keep(box)
  box.elements.text.focus()
}

const joined = (...texts) => texts.filter(Boolean).join('\n\n')

document.addEventListener('htmx:afterSettle', () => {
  const box = find('form#box[data-undo]')
  if (box) count(box)
})
document.addEventListener('submit', (event) => {
  const { takeBack: conversation } = event.target.dataset
  if (!conversation) return
  event.preventDefault()
  takeBack(event.target.getAttribute('action'), conversation)
})
document.addEventListener('keydown', (event) => {
  const undoes = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'z'
  const typing = event.target.closest('input, textarea, select, dialog')
  if (!undoes || !last?.line.isConnected || (typing && (!typing.matches('#box textarea') || typing.value))) return
  event.preventDefault()
  last.run()
})
