// The composer. The server judges and draws (htmx posts the whole form to it while somebody types); this file keeps the
// tabs. Beside it: -text (a network's own words, threads), -media (files), -fix (one click), -tools (emoji and more),
// -keep (nothing is lost).
import { toast } from './app.js'; // the semicolon is what Django's storage looks for
import './composer-fix.js';
import { form } from './composer-form.js';
import { sending, unkept } from './composer-keep.js';
import { isUploading } from './composer-media.js';
import './composer-people.js';
import './composer-tools.js';

// -- tabs: the original, and one for each network that is chosen --------------------------------------------------------

const tabs = [...form.querySelectorAll('[role="tab"]')]
const shownTabs = () => tabs.filter((tab) => !tab.hidden)

function open(tab, focus = false) {
  for (const one of tabs) {
    const on = one === tab
    one.setAttribute('aria-selected', String(on))
    one.tabIndex = on ? 0 : -1
    document.getElementById(one.getAttribute('aria-controls')).hidden = !on
  }
  if (focus) tab.focus()
}

for (const tab of tabs) tab.addEventListener('click', () => open(tab))

form.querySelector('[role="tablist"]').addEventListener('keydown', (event) => {
  const found = shownTabs()
  const here = found.indexOf(document.activeElement)
  const rtl = document.documentElement.dir === 'rtl' ? -1 : 1
  const step = { ArrowRight: rtl, ArrowLeft: -rtl }[event.key]
  const next = step ? (here + step + found.length) % found.length : { Home: 0, End: found.length - 1 }[event.key]
  if (here < 0 || next === undefined) return
  event.preventDefault()
  open(found[next], true)
})

function showChosen() {
  const chosen = new Set([...form.querySelectorAll('[name="channels"]:checked')].map((box) => box.dataset.network))
  for (const one of form.querySelectorAll('.tab[data-network], .commenting [data-network]')) one.hidden = !chosen.has(one.dataset.network)
  const current = tabs.find((tab) => tab.getAttribute('aria-selected') === 'true')
  if (current.hidden) open(tabs[0])
}

form.addEventListener('change', (event) => {
  if (event.target.name === 'channels') showChosen()
})

// A problem in the list leads to its place.
document.addEventListener('click', (event) => {
  const link = event.target.closest('[data-go]')
  if (!link) return
  event.preventDefault()
  goTo(document.getElementById(`problems-${link.dataset.go}`))
})

function goTo(slot) {
  if (!slot) return
  const panel = slot.closest('[role="tabpanel"]')
  if (panel) open(document.getElementById(panel.getAttribute('aria-labelledby')))
  const box = slot.closest('.col-12, [class^="col-"], .media-block, .thread, fieldset') || slot.parentElement.parentElement
  const field = form.querySelector(`[aria-describedby="${CSS.escape(slot.id)}"]`) || box.querySelector('input:not([type="hidden"]), textarea, select')
  slot.scrollIntoView({ block: 'center' })
  if (field) field.focus({ preventScroll: true })
}

// -- leaving ------------------------------------------------------------------------------------------------------------------

const refused = 'refused' in form.dataset
let sent = false
form.addEventListener('submit', (event) => {
  if (isUploading()) {
    event.preventDefault()
    toast(form.dataset.wait, 'info')
    return
  }
  if (sent) event.preventDefault() // a double click is one click
  else sending()
  sent = true
})
window.addEventListener('pageshow', () => (sent = false))
window.addEventListener('beforeunload', (event) => {
  if (!sent && (unkept() || isUploading())) event.preventDefault()
})

showChosen()
if (refused) goTo([...form.querySelectorAll('.problems')].find((slot) => slot.children.length))
