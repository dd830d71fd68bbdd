// What is put into a text at the caret: emoji and snippets; and files that are in the library already.
import { toast } from './app.js'; // the semicolon is what Django's storage looks for
import { form } from './composer-form.js';
import { place } from './composer-media.js';
import { setCoverPicture } from './composer-shown.js';

const dialog = (name) => document.getElementById(`${name}-dialog`)

let target = null // the text that is written into
let list = null // the list of files that is added to
let cover = null // the video whose cover is chosen, instead

form.addEventListener('focusin', (event) => {
  if (event.target.matches('textarea')) target = event.target
})

/** The text that somebody wrote in last, if it is in the open panel; else the panel's own. */
function aimFrom(button) {
  const panel = button.closest('[role="tabpanel"]')
  if (!target || !panel.contains(target)) target = panel.querySelector('.text-box textarea')
}

/** Put words in place of what is selected, as if they were typed. A name in braces is left selected. */
function insert(words) {
  const start = target.selectionStart
  target.focus()
  target.setRangeText(words, start, target.selectionEnd, 'end')
  const gap = /\{[^{}]+\}/.exec(words)
  if (gap) target.setSelectionRange(start + gap.index, start + gap.index + gap[0].length)
  target.dispatchEvent(new Event('input', { bubbles: true }))
}

// -- emoji ---------------------------------------------------------------------------------------------------------------------

async function openEmoji(button) {
  aimFrom(button)
  const box = dialog('emoji')
  if (!box.querySelector('emoji-picker')) {
    const { picker } = await import(box.dataset.module)
    const made = picker(box.dataset.source, box.dataset.locale)
    made.addEventListener('emoji-click', (event) => {
      box.close()
      insert(event.detail.unicode)
    })
    box.querySelector('.emoji-body').replaceChildren(made)
  }
  box.showModal()
}

// -- snippets and files ----------------------------------------------------------------------------------------------------------

const openers = {
  emoji: (button) => openEmoji(button).catch(() => toast(document.getElementById('toasts').dataset.offline)),
  snippets(button) {
    aimFrom(button)
    dialog('snippets').showModal()
    document.getElementById('snippets').dispatchEvent(new Event('opened'))
  },
  library(button) {
    list = button.closest('.media-block')
    cover = 'coverPicture' in button.dataset ? button.closest('.cover') : null
    dialog('library').querySelector('[name="kind"]').value = cover ? 'image' : ''
    dialog('library').showModal()
    dialog('library').querySelector('[type="search"]').dispatchEvent(new Event('opened'))
  },
}

form.addEventListener('click', (event) => {
  for (const [name, open] of Object.entries(openers)) {
    const button = event.target.closest(`[data-${name}]`)
    if (button) open(button)
  }
})

document.addEventListener('click', async (event) => {
  const snippet = event.target.closest('[data-snippet]')
  if (snippet) {
    snippet.closest('dialog').close()
    insert(snippet.dataset.snippet)
  }
  const pick = event.target.closest('[data-pick]')
  if (!pick) return
  if (cover) {
    const [, id] = /\/media\/([^/]+)\//.exec(pick.dataset.pick)
    setCoverPicture(cover, id, pick.querySelector('img').src)
    pick.closest('dialog').close()
    return
  }
  const answer = await fetch(`${pick.dataset.pick}?slot=${list.dataset.slot}`, { headers: { 'HX-Request': 'true' } })
  if (!answer.ok || answer.headers.get('HX-Redirect')) toast(document.getElementById('toasts').dataset.failed)
  else place(list, await answer.text())
  pick.closest('dialog').close()
})
