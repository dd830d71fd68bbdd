// The library: files dropped anywhere on the page, and the bar for what is selected.
import { toast } from './app.js'; // the semicolon is what Django's storage looks for
import { sendFile } from './uploads.js';

const library = document.getElementById('library')
const arriving = document.getElementById('arriving')
const shelf = () => document.getElementById('shelf')

// -- uploads ----------------------------------------------------------------------------------------------------------------

const queue = []
let sending = 0

function row(file) {
  const made = document.getElementById('arriving-template').content.firstElementChild.cloneNode(true)
  const name = made.querySelector('.arriving-name')
  name.textContent = file.name
  made.querySelector('.arriving-bar').setAttribute('aria-label', file.name)
  made.querySelector('[data-drop]').addEventListener('click', () => {
    const place = queue.findIndex((one) => one.row === made)
    if (place >= 0) queue.splice(place, 1)
    made.remove()
  })
  made.querySelector('[data-drop]').hidden = true
  arriving.append(made)
  return made
}

function takeIn(files) {
  for (const file of files) queue.push({ file, row: row(file) })
  next()
}

/** One after the other: together they would only be slower, each of them. */
async function next() {
  if (sending || !queue.length) return
  const { file, row: shown } = queue.shift()
  sending += 1
  const state = shown.querySelector('.arriving-state')
  const bar = shown.querySelector('.arriving-bar')
  try {
    const done = await sendFile(library.dataset.uploads, file, {
      details: { folder: shelf().querySelector('[name="folder"]').value },
      progress: (part) => (bar.value = part * 100),
      waiting: (yes) => (state.textContent = yes ? arriving.dataset.waiting : ''),
    })
    finished(shown, state, done)
  } catch (error) {
    failed(shown, state, error.message, file)
  } finally {
    sending -= 1
    next()
  }
}

function finished(shown, state, done) {
  shown.classList.add(done.new ? 'done' : 'known')
  state.textContent = done.new ? arriving.dataset.done : done.said
  shown.querySelector('[data-drop]').hidden = false
  if (done.new) setTimeout(() => shown.remove(), 5000)
  if (!queue.length) refresh()
}

function failed(shown, state, sentence, file) {
  shown.classList.add('failed')
  state.textContent = sentence
  shown.querySelector('[data-drop]').hidden = false
  const again = shown.querySelector('[data-again]')
  again.hidden = false
  again.addEventListener('click', () => {
    shown.remove()
    takeIn([file])
  })
}

function refresh() {
  window.htmx.ajax('GET', window.location.href, { target: '#shelf', swap: 'outerHTML' })
}

if (arriving) {
  document.getElementById('files').addEventListener('change', (event) => {
    takeIn([...event.target.files])
    event.target.value = ''
  })
  for (const kind of ['dragenter', 'dragover']) {
    document.addEventListener(kind, (event) => {
      if (!event.dataTransfer.types.includes('Files')) return
      event.preventDefault()
      library.classList.add('over')
    })
  }
  document.addEventListener('dragleave', (event) => event.relatedTarget || library.classList.remove('over'))
  document.addEventListener('drop', (event) => {
    if (!event.dataTransfer.files.length) return
    event.preventDefault()
    library.classList.remove('over')
    takeIn([...event.dataTransfer.files])
  })
  document.addEventListener('paste', (event) => {
    if (event.clipboardData.files.length) takeIn([...event.clipboardData.files])
  })
  window.addEventListener('beforeunload', (event) => {
    if (sending) event.preventDefault()
  })
}

// -- selecting ----------------------------------------------------------------------------------------------------------------

const boxes = () => [...shelf().querySelectorAll('.asset-pick input')]
let last = null

function count() {
  const number = shelf().querySelector('[data-count]')
  if (number) number.textContent = boxes().filter((box) => box.checked).length
}

function check(found, on) {
  for (const box of found) box.checked = on
  count()
}

library.addEventListener('click', (event) => {
  if (event.target.closest('[data-all]')) check(boxes(), true)
  if (event.target.closest('[data-none]')) check(boxes(), false)
  if (!event.target.matches('.asset-pick input')) return
  const found = boxes()
  const [from, to] = [found.indexOf(last), found.indexOf(event.target)].sort((a, b) => a - b)
  if (event.shiftKey && from >= 0) check(found.slice(from, to + 1), event.target.checked)
  last = event.target
  count()
})

library.addEventListener('submit', (event) => {
  if (event.target.id !== 'many' || boxes().some((box) => box.checked)) return
  event.preventDefault()
  toast(event.target.getAttribute('aria-label'), 'info')
})
