// Several conversations at once: they are chosen with their boxes, Shift and a click, or x; a toast takes back what was done.
import { toast } from './app.js';
import { remember } from './inbox-undo.js';
import { tell } from './telling.js';

const bar = document.getElementById('several')
const chosen = new Set()
let lastTick // where a click with Shift begins

const ticks = () => [...document.querySelectorAll('.talk-tick')]

function show() {
  const there = ticks()
  for (const tick of there) tick.checked = chosen.has(tick.value)
  bar.hidden = chosen.size === 0
  document.getElementById('several-count').textContent = chosen.size
}

function choose(all, on) {
  for (const tick of all) {
    if (!on) chosen.delete(tick.value)
    else if (chosen.size < Number(bar.dataset.most)) chosen.add(tick.value)
  }
  show()
}

function none() {
  chosen.clear()
  show()
}

/** The boxes from the last one that was clicked to this one. */
function stretch(tick) {
  const all = ticks()
  const ends = [all.findIndex((one) => one.value === lastTick), all.indexOf(tick)].sort((one, other) => one - other)
  return ends[0] < 0 ? [tick] : all.slice(ends[0], ends[1] + 1)
}

async function act(values) {
  try {
    report(await tell(bar.dataset.address, [...Object.entries(values), ...[...chosen].map((pk) => ['conversation', pk])]))
    none()
  } catch (error) {
    toast(error.message)
  }
}

function report({ said, refused, undo }) {
  if (refused.length) toast(refused.map(([name, why]) => `${name}: ${why}`).join('\n'))
  if (said && !undo) toast(said, 'success')
  if (undo) {
    const run = () => takeBack(undo)
    remember(run, toast(said, 'success', { label: bar.dataset.undoWord, run }))
  }
  document.getElementById('talks').dispatchEvent(new Event('stale'))
}

async function takeBack(token) {
  try {
    report(await tell(bar.dataset.undo, { token }))
  } catch (error) {
    toast(error.message)
  }
}

function begin() {
  document.addEventListener('click', (event) => {
    const tick = event.target.closest('.talk-tick')
    if (!tick) return
    choose(event.shiftKey ? stretch(tick) : [tick], tick.checked)
    lastTick = tick.value
  })
  bar.addEventListener('click', (event) => {
    if (event.target.closest('[data-all]')) choose(ticks(), true)
    if (event.target.closest('[data-none]')) none()
    const button = event.target.closest('button[data-do]')
    if (button) act({ ...button.dataset })
  })
  bar.addEventListener('change', (event) => {
    if (event.target.dataset.do !== 'assign') return
    act({ do: 'assign', member: event.target.value === 'nobody' ? '' : event.target.value })
    event.target.selectedIndex = 0
  })
  // What a refresh no longer shows is not acted on unseen.
  document.addEventListener('htmx:afterSwap', (event) => {
    if (event.detail.target?.id !== 'talks') return
    const there = new Set(ticks().map((tick) => tick.value))
    for (const pk of chosen) if (!there.has(pk)) chosen.delete(pk)
    show()
  })
  document.addEventListener('keydown', press, true)
}

const CHOOSE = 'x'
const fields = 'input:not(.talk-tick), textarea, select, dialog, .dropdown-menu'

/** x chooses; while some are chosen, the keys that act on the open conversation act on them. */
function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(fields)) return
  if (event.key === CHOOSE) {
    const line = document.activeElement.closest('li')?.querySelector('.talk') || document.querySelector('.talk[aria-current]')
    const tick = line?.parentElement.querySelector('.talk-tick')
    if (tick) choose([tick], !chosen.has(tick.value))
  } else if (!chosen.size) return
  else if (event.key === 'Escape' && !bar.querySelector('.dropdown-menu.show')) none()
  else if (event.key === 'a') act({ do: 'assign', member: bar.dataset.me })
  else if (bar.querySelector(`[data-key="${CSS.escape(event.key)}"]`)) bar.querySelector(`[data-key="${CSS.escape(event.key)}"]`).click()
  else return
  event.preventDefault()
  event.stopPropagation()
}

if (bar) begin()
