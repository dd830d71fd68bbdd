// How a file is shown: what stays in view where it is cropped, and the picture that stands for a video.
import { changed, form } from './composer-form.js'; // the semicolon is what Django's storage looks for

// -- what stays in view ---------------------------------------------------------------------------------------------------------

const STEP = 5 // percent that an arrow key moves the point
const within = (value) => Math.round(Math.min(Math.max(value, 0), 100))

/** Put the point where the field says; with `told`, a screen reader hears it. */
function showFocus(box, told = false) {
  const [x, y] = box.querySelector('[data-focus]').value.split('x').map(Number)
  Object.assign(box.querySelector('.focus-point').style, { left: `${x}%`, top: `${y}%` })
  if (told) box.querySelector('[data-focus-said]').textContent = box.querySelector('.focus-stage').dataset.said.replace('%x', x).replace('%y', y)
}

function setFocus(box, x, y) {
  box.querySelector('[data-focus]').value = `${within(x)}x${within(y)}`
  showFocus(box, true)
  changed()
}

/** The point is asked for only where something is cropped. */
function offerFocus() {
  for (const box of form.querySelectorAll('.media-focus')) {
    const fit = box.parentElement.querySelector('.media-fit')
    box.hidden = fit.hidden || fit.querySelector('select').value !== 'crop'
    showFocus(box)
  }
}

form.addEventListener('click', (event) => {
  const stage = event.target.closest('.focus-stage')
  if (!stage || !event.detail) return // a key that presses the button is no point
  const { left, top, width, height } = stage.getBoundingClientRect()
  setFocus(stage.parentElement, (100 * (event.clientX - left)) / width, (100 * (event.clientY - top)) / height)
})

const MOVES = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }

form.addEventListener('keydown', (event) => {
  const stage = event.target.closest('.focus-stage')
  const move = stage && MOVES[event.key]
  if (!move) return
  event.preventDefault()
  const [x, y] = stage.parentElement.querySelector('[data-focus]').value.split('x').map(Number)
  setFocus(stage.parentElement, x + move[0], y + move[1])
})

form.addEventListener('change', offerFocus)
document.addEventListener('htmx:afterSettle', offerFocus)
offerFocus()

// -- the cover of a video -------------------------------------------------------------------------------------------------------

function setCover(box, value, said, picture) {
  box.querySelector('[data-cover]').value = value
  box.querySelector('.cover-said').textContent = said
  box.querySelector('.cover-picture').src = picture
  box.querySelector('[data-cover-none]').hidden = !value
  changed()
}

/** A picture of the library, by the address of its thumbnail. */
export function setCoverPicture(box, id, thumb) {
  setCover(box, id, box.querySelector('[data-cover-none]').dataset.picture, thumb)
}

form.addEventListener('click', (event) => {
  const button = event.target.closest('[data-cover-frame], [data-cover-none]')
  if (!button) return
  const box = button.closest('.cover')
  const thumb = box.querySelector('.cover-picture').dataset.thumb
  if ('coverNone' in button.dataset) {
    setCover(box, '', '', thumb)
    box.querySelector('summary').focus()
    return
  }
  const second = box.querySelector('video').currentTime.toFixed(2)
  setCover(box, second, `${second} s`, `${thumb}?at=${second}`)
})

form.addEventListener('toggle', (event) => event.target.matches('.cover') && (event.target.querySelector('video').preload = 'metadata'), true)
