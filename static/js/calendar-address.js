// What the calendar shows stands in the address, so that it can be shared, reloaded and gone back to.

const VIEWS = { month: 'dayGridMonth', week: 'timeGridWeek', list: 'agenda', day: 'day' }
const NAMES = Object.fromEntries(Object.entries(VIEWS).map(([name, type]) => [type, name]))
const PHONE = matchMedia('(max-width: 767.98px)')
const filters = [...document.querySelectorAll('[data-filter]')]
const clear = document.getElementById('clear-filters')
const toggle = document.getElementById('filters-toggle')
const count = document.getElementById('filters-set')

/** The filters that are set. */
export const chosen = () => Object.fromEntries(filters.filter((one) => one.value).map((one) => [one.dataset.filter, one.value]))

/** What the address asks for; filters are set as it says. `view` is FullCalendar's name. */
export function read() {
  const asked = new URLSearchParams(location.search)
  for (const one of filters) {
    const known = [...one.options].some((option) => option.value === asked.get(one.dataset.filter))
    one.value = known ? asked.get(one.dataset.filter) : ''
  }
  offer()
  const date = asked.get('date') || ''
  return {
    view: VIEWS[asked.get('view')] || (PHONE.matches ? 'agenda' : 'dayGridMonth'),
    date: /^\d{4}-\d\d-\d\d$/.test(date) ? date : undefined,
    page: Number(asked.get('page')) || 1,
    zone: asked.get('zone') || '',
  }
}

/** Put into the address what is shown now. */
export function write({ view, date, page, zone }) {
  offer()
  const said = new URLSearchParams({ view: NAMES[view], date, ...chosen() })
  if (page > 1) said.set('page', page)
  if (zone) said.set('zone', zone)
  if (`?${said}` !== location.search) history.pushState(null, '', `?${said}`)
}

function offer() {
  const set = filters.filter((one) => one.value).length
  clear.hidden = !set
  count.hidden = !set
  const word = Object.assign(document.createElement('span'), { className: 'visually-hidden', textContent: ` ${count.dataset.set}` })
  count.replaceChildren(String(set), word)
}

// On a phone the filters stay folded until they are wanted; a number tells how many are set.
toggle.addEventListener('click', () => toggle.setAttribute('aria-expanded', String(toggle.getAttribute('aria-expanded') !== 'true')))

/** Call `changed` whenever a person narrows the calendar or widens it again. */
export function onFilter(changed) {
  for (const one of filters) one.addEventListener('change', changed)
  clear.addEventListener('click', () => {
    for (const one of filters) one.value = ''
    changed()
  })
}
