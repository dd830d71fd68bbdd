// How an entry of the calendar looks: its time, state, networks, picture and first words.

const { dataset } = document.getElementById('calendar')
const icons = document.body.dataset.icons
const SVG = 'http://www.w3.org/2000/svg'
const SHAPES = {
  published: 'circle-check', failed: 'alert-triangle', cancelled: 'ban', confirming: 'search', sending: 'send',
  preparing: 'upload', ready: 'upload', draft: 'pencil', in_review: 'eye',
}
const SHOWN_MARKS = 2
const MARKS = JSON.parse(dataset.marks) // network -> address of its mark

export function tag(name, className, ...inside) {
  const made = document.createElement(name)
  made.className = className
  made.append(...inside)
  return made
}

export function icon(name) {
  const made = document.createElementNS(SVG, 'svg')
  made.setAttribute('class', 'icon')
  made.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS(SVG, 'use')
  use.setAttribute('href', `${icons}#${name}`)
  made.append(use)
  return made
}

function marks(networks) {
  const shown = networks.slice(0, SHOWN_MARKS).map(([slug, name]) => {
    const mark = Object.assign(new Image(15, 15), { src: MARKS[slug], alt: name })
    mark.className = 'net'
    return mark
  })
  if (networks.length > SHOWN_MARKS) shown.push(tag('span', 'entry-rest', `+${networks.length - SHOWN_MARKS}`))
  return tag('span', 'entry-nets', ...shown)
}

/** The time of a moment in another zone, for the eye and with words for the ear. */
export function elsewhere(moment, zone) {
  const text = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: zone, hour: '2-digit', minute: '2-digit', hour12: false }).format(moment)
  return tag('span', 'second-time', text, tag('span', 'visually-hidden', ` ${dataset.second}`))
}

/** FullCalendar's eventContent; `second` is the zone that is shown beside the workspace's, in the week. */
export function card(second) {
  return ({ event, timeText, view }) => {
    const { status, label, networks, thumb, rest, warning } = event.extendedProps
    if (rest) return { domNodes: [tag('span', 'entry-more', tag('span', 'more-text', `+${rest} `, tag('span', 'more-word', dataset.more)))] }
    const state = tag('span', 'entry-state', icon(SHAPES[status] || 'clock'), tag('span', 'entry-word', label))
    const head = tag('span', 'entry-head', tag('time', '', timeText), state, marks(networks || []))
    if (warning) state.replaceChildren(icon('alert-triangle'), tag('span', 'entry-word', dataset.problem, tag('span', 'visually-hidden', `: ${warning}`)))
    if (second && view.type === 'timeGridWeek') head.querySelector('time').after(elsewhere(event.start, second))
    const made = tag('div', `entry st-${status}`, head)
    if (thumb) made.append(pictureOf(thumb))
    made.append(Object.assign(tag('span', 'entry-title', event.title), { dir: 'auto' }))
    if ((networks || []).some(([, , practice]) => practice)) {
      made.append(tag('span', 'entry-practice', icon('test-pipe'), tag('span', 'visually-hidden', dataset.practice)))
    }
    return { domNodes: [made] }
  }
}

function pictureOf(thumb) {
  const picture = Object.assign(new Image(24, 24), { src: thumb, alt: '', loading: 'lazy' })
  picture.className = 'entry-picture'
  picture.addEventListener('error', () => picture.remove())
  return picture
}
