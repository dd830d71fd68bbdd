// One file of the library: a part of a picture is chosen by dragging or by numbers, a video's frame by stopping it.

const cutter = document.getElementById('cut')
const film = document.getElementById('film')

if (cutter) {
  const stage = document.querySelector('.cutter-stage')
  const picture = stage.querySelector('img')
  const box = stage.querySelector('.cutter-box')
  const shape = document.getElementById('cut-shape')
  const numbers = cutter.querySelector('.cutter-numbers')
  const part = { left: 0, top: 0, width: 1, height: 1 }
  const LEAST = 0.02
  let turn = 0

  const ratio = () => Number(shape.value) || 0
  /** Width by height of the picture as it is turned. */
  const frame = () => (turn % 180 ? picture.naturalHeight / picture.naturalWidth : picture.naturalWidth / picture.naturalHeight)
  const within = (value, least, most) => Math.min(Math.max(value, least), most)

  /** Keep the part inside of the picture and in its shape. */
  function settle() {
    if (ratio()) {
      part.height = (part.width * frame()) / ratio()
      if (part.height > 1) {
        part.height = 1
        part.width = ratio() / frame()
      }
    }
    part.width = within(part.width, LEAST, 1)
    part.height = within(part.height, LEAST, 1)
    part.left = within(part.left, 0, 1 - part.width)
    part.top = within(part.top, 0, 1 - part.height)
    show()
  }

  function show() {
    for (const [name, value] of Object.entries(part)) {
      box.style[name] = `${value * 100}%`
      cutter.elements[name].value = value
      const field = cutter.querySelector(`[data-percent="${name}"]`)
      if (document.activeElement !== field) field.value = (value * 100).toFixed(1)
    }
    cutter.elements.turn.value = turn
    const whole = part.width === 1 && part.height === 1
    cutter.querySelector('[type="submit"]').disabled = whole && !turn
  }

  function draw() {
    const canvas = stage.querySelector('canvas') || stage.insertBefore(document.createElement('canvas'), box)
    const scale = Math.min(1, 1600 / Math.max(picture.naturalWidth, picture.naturalHeight))
    const [width, height] = [picture.naturalWidth * scale, picture.naturalHeight * scale]
    Object.assign(canvas, turn % 180 ? { width: height, height: width } : { width, height })
    canvas.setAttribute('role', 'img')
    canvas.setAttribute('aria-label', picture.alt)
    const pen = canvas.getContext('2d')
    pen.translate(canvas.width / 2, canvas.height / 2)
    pen.rotate((turn * Math.PI) / 180)
    pen.drawImage(picture, -width / 2, -height / 2, width, height)
    canvas.hidden = !turn
    picture.hidden = Boolean(turn)
  }

  cutter.addEventListener('click', (event) => {
    const button = event.target.closest('[data-turn]')
    if (!button) return
    turn = (turn + Number(button.dataset.turn)) % 360
    draw()
    settle()
  })

  shape.addEventListener('change', () => {
    const on = Boolean(shape.value)
    box.hidden = numbers.hidden = !on
    Object.assign(part, { left: 0, top: 0, width: 1, height: 1 })
    if (shape.value === 'free') Object.assign(part, { left: 0.1, top: 0.1, width: 0.8, height: 0.8 })
    settle()
    if (ratio()) Object.assign(part, { left: (1 - part.width) / 2, top: (1 - part.height) / 2 })
    show()
  })

  numbers.addEventListener('input', (event) => {
    const name = event.target.dataset.percent
    const value = Number(event.target.value) / 100
    if (!name || !(value >= 0)) return
    if (name === 'height' && ratio()) part.width = (value * ratio()) / frame()
    else part[name] = value
    settle()
  })

  box.addEventListener('pointerdown', (event) => {
    event.preventDefault()
    const sizing = event.target.matches('.cutter-grip')
    const start = { ...part, x: event.clientX, y: event.clientY }
    const { width, height } = stage.getBoundingClientRect()
    const drag = (moved) => {
      const [x, y] = [(moved.clientX - start.x) / width, (moved.clientY - start.y) / height]
      if (sizing) Object.assign(part, { width: within(start.width + x, LEAST, 1 - part.left), height: within(start.height + y, LEAST, 1 - part.top) })
      else Object.assign(part, { left: start.left + x, top: start.top + y })
      settle()
    }
    box.setPointerCapture(event.pointerId)
    box.addEventListener('pointermove', drag)
    box.addEventListener('pointerup', () => box.removeEventListener('pointermove', drag), { once: true })
  })
}

if (film) {
  const seconds = document.getElementById('poster-seconds')
  const tell = () => seconds && (seconds.value = film.currentTime.toFixed(2))
  for (const kind of ['pause', 'seeked', 'timeupdate']) film.addEventListener(kind, tell)
}
