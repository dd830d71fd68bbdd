// The calendar. The server owns every time: a drop tells it the day, the answer says where the post lies now, and a refusal
// puts it back with a sentence. The zone is the workspace's, through Temporal, not the browser's.
import { toast } from './app.js'; // the semicolon is what Django's storage looks for
import * as address from './calendar-address.js';
import { card, elsewhere, tag } from './calendar-cards.js';
import { onChange, report } from './calendar-changes.js';
import { missed } from './live.js';
import { tell } from './telling.js';
import { look, onPanel, refresh } from './calendar-panel.js';
import { clear, eventOf, forget, mark, selecting, toggle } from './calendar-selection.js';
import { beside, card as cardOf, dragged, drafts, slot } from './calendar-tray.js';

const box = document.getElementById('calendar')
const { dataset } = box
const dialog = document.getElementById('move-dialog')
const pages = document.getElementById('list-pages')
const zones = document.getElementById('second-zone')
const goTo = document.getElementById('go-to')

let calendar
let timer
let state = address.read()
let asked = 0

// What changes elsewhere shows here: at most one look a second, however many posts go out at once.
function refetch() {
  timer ??= setTimeout(() => {
    timer = undefined
    calendar?.refetchEvents()
    htmx.trigger(drafts, 'smo:drafts')
    refresh()
  }, 1000)
}
document.addEventListener('htmx:sseOpen', (event) => {
  const { source } = event.detail
  source.addEventListener('publication', refetch)
  source.addEventListener('opened', (greeting) => missed(greeting) && refetch())
})

function changed() {
  calendar.refetchEvents()
  htmx.trigger(drafts, 'smo:drafts')
}
onChange(changed)

// -- what is shown ----------------------------------------------------------------------------------------------------------

const DAY = 24 * 3600 * 1000
const SHOWS = { 1: 'day', 7: 'week', 31: 'list' } // by the days that are asked for

/** A month asks for what its days have room for, the list for a page of it. An answer that was overtaken turns no page. */
async function load({ start, end, startStr, endStr }) {
  const mine = ++asked
  const show = SHOWS[Math.round((end - start) / DAY)] || 'month'
  const query = new URLSearchParams({ start: startStr, end: endStr, show, page: state.page, ...address.chosen() })
  const answer = await fetch(`${dataset.feed}?${query}`, { headers: { Accept: 'application/json' } })
  if (!answer.ok || answer.redirected) throw new Error(dataset.failed)
  const found = await answer.json()
  if (mine === asked) turn(found)
  return found.events
}

function turn({ page, pages: count, total }) {
  pages.hidden = !(count > 1)
  if (pages.hidden) return
  const said = pages.querySelector('[data-of]')
  said.textContent = [page, count, total].reduce((text, value, n) => text.replace(`%${n + 1}`, value), said.dataset.of)
  pages.querySelector('[data-page="-1"]').disabled = page <= 1
  pages.querySelector('[data-page="1"]').disabled = page >= count
}

const here = () => calendar.formatIso(calendar.getDate(), true).slice(0, 10)

/** Something else is shown from now on: the address says so. */
function goes(change, page = 1) {
  state.page = page
  change()
  state.view = calendar.view.type
  state.date = here()
  address.write(state)
}

addEventListener('popstate', () => {
  state = address.read()
  second()
  calendar.changeView(state.view, state.date || new Date())
  calendar.refetchEvents()
})

// -- moving -----------------------------------------------------------------------------------------------------------------

async function dropped(info) {
  const { event } = info
  const timed = calendar.view.type === 'timeGridWeek' && !event.allDay
  try {
    report(await tell(event.extendedProps.move, {
      promised: event.extendedProps.promised || '',
      ...beside(event.extendedProps),
      ...(timed ? { when: wall(event) } : { day: day(event) }),
    }))
  } catch (error) {
    info.revert()
    toast(error.message)
  }
  changed()
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
  dialog.querySelector('#move-note').textContent = ''
  dialog.querySelector('#move-when').value = what.when
  dialog.showModal()
  dialog.querySelector('#move-when').focus()
  if (!what.when) offered('')
}

/** Put the next free slot into the dialog: of the day that stands there, or as soon as possible. */
async function offered(on) {
  const asked = moving
  const found = await slot(asked, on)
  const field = dialog.querySelector('#move-when')
  if (!found || moving !== asked || !dialog.open || (!on && field.value)) return
  field.value = found.when
  dialog.querySelector('#move-note').textContent = found.why
}
dialog.querySelector('#move-slot')?.addEventListener('click', () => offered(dialog.querySelector('#move-when').value.slice(0, 10)))

dialog.querySelector('form').addEventListener('submit', async (submit) => {
  submit.preventDefault()
  const when = dialog.querySelector('#move-when').value
  try {
    const answer = await tell(moving.move, { promised: moving.promised, when, ...beside(moving) })
    dialog.close()
    report(answer)
    follow = moving.url || answer.url
    changed()
  } catch (error) {
    dialog.querySelector('#move-problem').textContent = error.message
    dialog.querySelector('#move-when').focus()
  }
})
dialog.addEventListener('close', () => restore(moving.url))

function open(event) {
  const { move, promised } = event.extendedProps
  ask({ title: event.title, open: event.url, url: event.url, when: wall(event), move, promised, post: event.id.split('/')[0] })
}

document.getElementById('tray').addEventListener('click', (event) => {
  const button = event.target.closest('[data-plan]')
  if (button) ask(cardOf(button.closest('.draft-card')))
})

// -- the focus --------------------------------------------------------------------------------------------------------------

// The focus stays on its entry, wherever that lies now: every look at the feed draws all entries anew.
let follow = ''

function remember() {
  const focused = document.activeElement?.closest('a.entry-outer')
  if (focused) follow = focused.getAttribute('href')
}

function mounted({ event, el }) {
  if (event.extendedProps.rest) return
  mark(el, event)
  if (event.url && event.url === follow) regain(el)
}

/** An entry cannot take the focus while the calendar still measures it. */
function regain(el, frames = 30) {
  if (!frames || !el.isConnected || document.activeElement !== document.body) return
  el.focus()
  requestAnimationFrame(() => regain(el, frames - 1))
}
box.addEventListener('focusin', () => (follow = ''))

/** Back to the entry with this address, now or when it is drawn next. */
function restore(url) {
  const el = [...box.querySelectorAll('a.entry-outer')].find((one) => one.getAttribute('href') === url)
  follow = url
  if (el) regain(el)
}

// -- opening and choosing ---------------------------------------------------------------------------------------------------

const mayMove = (event) => Boolean(event.startEditable && (event.extendedProps.promised ? dataset.mayMove : dataset.mayPlan))

function act(event, { shiftKey, ctrlKey, metaKey }) {
  if (event.extendedProps.rest) goes(() => calendar.changeView('day', day(event)))
  else if (selecting() || shiftKey || ctrlKey || metaKey) toggle(event, shiftKey)
  else look(event)
}

document.addEventListener('keydown', (pressed) => {
  const entry = pressed.target.closest('a.entry-outer')
  const event = entry && eventOf(entry)
  if (!event || (pressed.key !== 'Enter' && (pressed.ctrlKey || pressed.metaKey || pressed.altKey))) return
  if (pressed.key === 'Enter') act(event, pressed)
  else if (pressed.key === ' ') toggle(event, pressed.shiftKey)
  else if (pressed.key.toLowerCase() === 'm' && mayMove(event)) open(event)
  else return
  pressed.preventDefault()
})
onPanel(open, (event) => restore(event.url))

// -- the second time zone ---------------------------------------------------------------------------------------------------

/** Four hundred names: only for who sees them. */
function nameZones() {
  if (zones.length > 1) return
  zones.append(...Intl.supportedValuesOf('timeZone').map((zone) => new Option(zone.replaceAll('_', ' '), zone)))
}

/** Show the chosen zone beside the workspace's: by the hours, as on the week's first day, and exactly on each entry. */
function second() {
  if (state.zone) nameZones()
  zones.value = state.zone
  if (!zones.value) state.zone = zones.value = ''
  calendar.setOption('eventContent', card(state.zone))
  calendar.setOption('slotHeaderContent', state.zone ? hours(state.zone) : (info) => info.text)
}

const hours = (zone) => ({ text }) => {
  const moment = new Date(calendar.view.currentStart.getTime() + Number(text.slice(0, 2)) * 3600 * 1000)
  return { domNodes: [tag('span', '', text), elsewhere(moment, zone)] }
}

// -- the calendar itself ----------------------------------------------------------------------------------------------------

function options(library) {
  return {
    plugins: [library.dayGrid, library.timeGrid, library.list, library.interaction, library.theme],
    initialView: state.view,
    initialDate: state.date,
    timeZone: dataset.zone,
    locales: [library.polish],
    locale: document.documentElement.lang,
    direction: document.documentElement.dir || 'ltr',
    firstDay: 1,
    headerToolbar: false,
    height: 'auto',
    lazyFetching: false, // each view asks for as much as it has room for
    views: {
      timeGridWeek: { height: Math.max(560, innerHeight - 220) }, // a day is long: it opens at scrollTime
      agenda: { type: 'list', duration: { days: 31 } }, // from the day that is shown on, not from the first of its month
      day: { type: 'list', duration: { days: 1 } },
    },
    dayCellDidMount: ({ el }) => el.removeAttribute('aria-label'), // it would hide what lies in the cell
    dayCellTopContent: (info) => ({ domNodes: dayNumber(info) }),
    editable: true,
    eventDurationEditable: false,
    droppable: Boolean(dataset.mayPlan),
    eventDisplay: 'block',
    displayEventEnd: false, // a card's end only gives it a height
    eventClass: ({ event }) => (event.extendedProps.rest ? 'rest-outer' : 'entry-outer'),
    eventContent: card(state.zone),
    eventDidMount: mounted,
    eventWillUnmount: ({ el }) => forget(el),
    eventTimeFormat: { hour: '2-digit', minute: '2-digit', hour12: false },
    slotHeaderFormat: { hour: '2-digit', minute: '2-digit', hour12: false },
    slotMinHeight: 30,
    allDaySlot: false,
    scrollTime: '07:00',
    nowIndicator: true,
    noEventsContent: dataset.empty,
    eventOrder: 'start,title',
    events: load,
    eventSourceFailure: () => toast(dataset.failed),
    loading: (busy) => {
      if (busy) remember()
      box.toggleAttribute('aria-busy', busy)
    },
    datesSet: shown,
    eventDrop: dropped,
    eventReceive: dropped,
    eventClick: ({ event, jsEvent }) => {
      jsEvent.preventDefault()
      act(event, jsEvent)
    },
    dateClick: (info) => {
      if (!dataset.new || selecting()) return
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
  box.dataset.shows = info.view.type
  document.getElementById('second-zone-field').hidden = info.view.type !== 'timeGridWeek'
  if (info.view.type === 'timeGridWeek') nameZones()
  goTo.value = here()
  for (const button of document.querySelectorAll('[data-view]')) {
    const on = button.dataset.view === info.view.type
    button.classList.toggle('active', on)
    button.setAttribute('aria-pressed', String(on))
  }
}

const library = await import(dataset.library)
calendar = new library.Calendar(box, options(library))
calendar.render()
// It measures itself in its first frame; seen before that, everything would jump.
requestAnimationFrame(() => requestAnimationFrame(() => (box.dataset.settled = '')))
second()
if (dataset.mayPlan) {
  new library.Draggable(document.getElementById('tray'), { itemSelector: '.draft-card', eventData: dragged })
}

for (const button of document.querySelectorAll('[data-view]')) button.addEventListener('click', () => goes(() => calendar.changeView(button.dataset.view)))
for (const button of document.querySelectorAll('[data-nav]')) button.addEventListener('click', () => goes(() => calendar[button.dataset.nav]()))
for (const button of document.querySelectorAll('[data-page]')) {
  button.addEventListener('click', () => goes(() => calendar.refetchEvents(), state.page + Number(button.dataset.page)))
}
goTo.addEventListener('change', () => goTo.value && goes(() => calendar.gotoDate(goTo.value)))
zones.addEventListener('change', () => goes(() => {
  state.zone = zones.value
  second()
}))
address.onFilter(() => {
  clear() // what is no longer seen must not be cancelled with the rest
  goes(() => calendar.refetchEvents())
})
box.dataset.ready = '' // what is dragged from now on arrives
