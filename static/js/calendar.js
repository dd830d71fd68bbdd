// The calendar. The server owns every time: a drop tells it the day, the answer says where the post lies now, and a refusal
// puts it back with a sentence. The zone is the workspace's, through Temporal, not the browser's.
import { toast } from './app.js'; // the semicolon is what Django's storage looks for

const box = document.getElementById('calendar')
const { dataset } = box
const drafts = document.getElementById('drafts')
const dialog = document.getElementById('move-dialog')
const icons = document.body.dataset.icons
const SVG = 'http://www.w3.org/2000/svg'
const PHONE = matchMedia('(max-width: 767.98px)')
const SHAPES = {
  published: 'circle-check', failed: 'alert-triangle', cancelled: 'ban', confirming: 'search', sending: 'send',
  preparing: 'upload', ready: 'upload', draft: 'pencil', in_review: 'eye',
}
const SHOWN_MARKS = 2

let calendar
let timer

// What changes elsewhere shows here: at most one look a second, however many posts go out at once.
function refetch() {
  timer ??= setTimeout(() => {
    timer = undefined
    calendar?.refetchEvents()
    htmx.trigger(drafts, 'smo:drafts')
  }, 1000)
}
document.addEventListener('htmx:sseOpen', (event) => {
  for (const topic of ['publication', 'opened']) event.detail.source.addEventListener(topic, refetch)
})

// -- how an entry looks -----------------------------------------------------------------------------------------------------

function tag(name, className, ...inside) {
  const made = document.createElement(name)
  made.className = className
  made.append(...inside)
  return made
}

function icon(name) {
  const made = document.createElementNS(SVG, 'svg')
  made.setAttribute('class', 'icon')
  made.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS(SVG, 'use')
  use.setAttribute('href', `${icons}#${name}`)
  made.append(use)
  return made
}

const MARKS = JSON.parse(dataset.marks) // network -> address of its mark

function marks(networks) {
  const shown = networks.slice(0, SHOWN_MARKS).map(([slug, name]) => {
    const mark = Object.assign(new Image(15, 15), { src: MARKS[slug], alt: name })
    mark.className = 'net'
    return mark
  })
  if (networks.length > SHOWN_MARKS) shown.push(tag('span', 'entry-rest', `+${networks.length - SHOWN_MARKS}`))
  return tag('span', 'entry-nets', ...shown)
}

function card({ event, timeText }) {
  const { status, label, networks, thumb } = event.extendedProps
  const state = tag('span', 'entry-state', icon(SHAPES[status] || 'clock'), tag('span', 'entry-word', label))
  const made = tag('div', `entry st-${status}`, tag('span', 'entry-head', tag('time', '', timeText), state, marks(networks || [])))
  if (thumb) {
    const picture = Object.assign(new Image(24, 24), { src: thumb, alt: '', loading: 'lazy' })
    picture.className = 'entry-picture'
    picture.addEventListener('error', () => picture.remove())
    made.append(picture)
  }
  made.append(Object.assign(tag('span', 'entry-title', event.title), { dir: 'auto' }))
  if ((networks || []).some(([, , practice]) => practice)) {
    made.append(tag('span', 'entry-practice', icon('test-pipe'), tag('span', 'visually-hidden', dataset.practice)))
  }
  return { domNodes: [made] }
}

// -- moving -----------------------------------------------------------------------------------------------------------------

const token = () => JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken']

/** Tell the server; raises an Error with its sentence when it refuses. */
async function tell(address, values) {
  const headers = { 'X-CSRFToken': token(), Accept: 'application/json' }
  const toasts = document.getElementById('toasts').dataset
  let answer
  try {
    answer = await fetch(address, { method: 'POST', headers, body: new URLSearchParams(values) })
  } catch {
    throw new Error(toasts.offline)
  }
  const plain = (answer.headers.get('Content-Type') || '').startsWith('text/plain')
  if (!answer.ok) throw new Error(plain ? await answer.text() : toasts.failed)
}

async function dropped(info) {
  const { event } = info
  const timed = calendar.view.type === 'timeGridWeek' && !event.allDay
  try {
    await tell(event.extendedProps.move, {
      promised: event.extendedProps.promised || '',
      ...(timed ? { when: wall(event) } : { day: day(event) }),
    })
    toast(dataset.moved, 'success')
  } catch (error) {
    info.revert()
    toast(error.message)
  }
  calendar.refetchEvents()
  htmx.trigger(drafts, 'smo:drafts')
}

/** An event's wall time in the calendar's zone, as an input of date and time has it. */
const wall = (event) => calendar.formatIso(event.start).slice(0, 16)
const day = (event) => calendar.formatIso(event.start, true).slice(0, 10)

let moving

function ask(what) {
  moving = what
  dialog.querySelector('.move-title').textContent = what.title
  dialog.querySelector('#move-open').href = what.open
  dialog.querySelector('#move-problem').textContent = ''
  dialog.querySelector('#move-when').value = what.when
  dialog.showModal()
  dialog.querySelector('#move-when').focus()
}

dialog.querySelector('form').addEventListener('submit', async (submit) => {
  submit.preventDefault()
  const when = dialog.querySelector('#move-when').value
  try {
    await tell(moving.move, { promised: moving.promised, when })
    dialog.close()
    toast(dataset.moved, 'success')
    follow = moving.url
    calendar.refetchEvents()
    htmx.trigger(drafts, 'smo:drafts')
  } catch (error) {
    dialog.querySelector('#move-problem').textContent = error.message
    dialog.querySelector('#move-when').focus()
  }
})

// The focus stays on its entry, wherever that lies now: every look at the feed draws all entries anew.
let follow = ''

function remember() {
  const focused = document.activeElement?.closest('a.entry-outer')
  if (focused) follow = focused.getAttribute('href')
}

function mounted({ event, el }) {
  if (event.url && event.url === follow) regain(el)
}

/** An entry cannot take the focus while the calendar still measures it. */
function regain(el, frames = 30) {
  if (!frames || !el.isConnected || document.activeElement !== document.body) return
  el.focus()
  requestAnimationFrame(() => regain(el, frames - 1))
}
box.addEventListener('focusin', () => (follow = ''))

function open(event) {
  const { move, promised } = event.extendedProps
  ask({ title: event.title, open: event.url, url: event.url, when: wall(event), move, promised })
}

// Enter on an entry asks where to move it; a click, and Enter on one that is out, opens its page.
document.addEventListener('keydown', (pressed) => {
  const entry = pressed.key === 'Enter' && pressed.target.closest('a.entry-outer')
  const event = entry && calendar.getEvents().find((one) => one.url === entry.getAttribute('href'))
  if (!event || !mayMove(event)) return
  pressed.preventDefault()
  open(event)
})

const mayMove = (event) => Boolean(event.startEditable && (event.extendedProps.promised ? dataset.mayMove : dataset.mayPlan))

drafts.addEventListener('click', (event) => {
  const button = event.target.closest('[data-plan]')
  if (!button) return
  const { title, move, open } = button.closest('.draft-card').dataset
  ask({ title, move, open, url: open, promised: '', when: '' })
})

// -- the calendar itself ----------------------------------------------------------------------------------------------------

const filters = [...document.querySelectorAll('[data-filter]')]
const chosen = () => Object.fromEntries(filters.filter((one) => one.value).map((one) => [one.dataset.filter, one.value]))

function remembered() {
  const wanted = new URLSearchParams(location.search).get('view')
  if (wanted) return { month: 'dayGridMonth', week: 'timeGridWeek', list: 'agenda' }[wanted] || 'dayGridMonth'
  return PHONE.matches ? 'agenda' : 'dayGridMonth'
}

function options(library) {
  return {
    plugins: [library.dayGrid, library.timeGrid, library.list, library.interaction, library.theme],
    initialView: remembered(),
    initialDate: new URLSearchParams(location.search).get('date') || undefined,
    timeZone: dataset.zone,
    locale: document.documentElement.lang,
    direction: document.documentElement.dir || 'ltr',
    firstDay: 1,
    headerToolbar: false,
    height: 'auto',
    views: {
      timeGridWeek: { height: Math.max(560, innerHeight - 220) }, // a day is long: it opens at scrollTime
      agenda: { type: 'list', duration: { days: 31 } }, // from the day that is shown on, not from the first of its month
    },
    dayCellDidMount: ({ el }) => el.removeAttribute('aria-label'), // it would hide what lies in the cell
    dayCellTopContent: (info) => ({ domNodes: dayNumber(info) }),
    dayMaxEvents: 4,
    editable: true,
    eventDurationEditable: false,
    droppable: Boolean(dataset.mayPlan),
    eventDisplay: 'block',
    eventClass: 'entry-outer',
    eventContent: card,
    eventDidMount: mounted,
    eventTimeFormat: { hour: '2-digit', minute: '2-digit', hour12: false },
    slotHeaderFormat: { hour: '2-digit', minute: '2-digit', hour12: false },
    slotMinHeight: 30,
    allDaySlot: false,
    scrollTime: '07:00',
    nowIndicator: true,
    noEventsContent: dataset.empty,
    eventOrder: 'start,title',
    events: { url: dataset.feed, extraParams: chosen },
    eventSourceFailure: () => toast(dataset.failed),
    loading: (busy) => {
      if (busy) remember()
      box.toggleAttribute('aria-busy', busy)
    },
    datesSet: shown,
    eventDrop: dropped,
    eventReceive: dropped,
    dateClick: (info) => {
      if (!dataset.new) return
      const timed = calendar.view.type === 'timeGridWeek'
      location.href = `${dataset.new}?${timed ? 'when' : 'day'}=${encodeURIComponent(info.dateStr.slice(0, timed ? 16 : 10))}`
    },
  }
}

/** The number for the eye, the whole date for the ear. */
function dayNumber({ date, text, dayNumberText }) {
  const whole = calendar.formatDate(date, { day: 'numeric', month: 'long', year: 'numeric' })
  const number = tag('span', '', text || dayNumberText)
  number.setAttribute('aria-hidden', 'true')
  return [number, tag('span', 'visually-hidden', whole)]
}

function shown(info) {
  document.getElementById('calendar-title').textContent = info.view.title
  for (const button of document.querySelectorAll('[data-view]')) {
    const on = button.dataset.view === info.view.type
    button.classList.toggle('active', on)
    button.setAttribute('aria-pressed', String(on))
  }
}

const library = await import(dataset.library)
calendar = new library.Calendar(box, options(library))
calendar.render()
if (dataset.mayPlan) {
  new library.Draggable(drafts, {
    itemSelector: '.draft-card',
    eventData: ({ dataset: { title, move } }) => ({ title, move, status: 'draft', label: '', networks: [], promised: '' }),
  })
}

for (const button of document.querySelectorAll('[data-view]')) button.addEventListener('click', () => calendar.changeView(button.dataset.view))
for (const button of document.querySelectorAll('[data-nav]')) button.addEventListener('click', () => calendar[button.dataset.nav]())
for (const one of filters) one.addEventListener('change', () => calendar.refetchEvents())
box.dataset.ready = '' // what is dragged from now on arrives
