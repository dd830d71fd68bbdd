// The search box in the top bar: '/' brings you there, arrows walk through what is suggested, Escape closes it.

const box = document.getElementById('search-words')
const list = document.getElementById('suggestions')

const typing = (element) => element.closest('input, textarea, select, [contenteditable]')
const close = () => list.replaceChildren()

function find(event) {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
  if (document.querySelector('dialog[open]')) return
  event.preventDefault()
  const shown = box.offsetParent ? box : document.querySelector('.search-link')
  shown.focus()
}

function walk(event) {
  const links = [...list.querySelectorAll('a')]
  const place = links.indexOf(document.activeElement)
  if (event.key === 'Escape') {
    close()
    box.focus()
  } else if (event.key === 'ArrowDown' && links.length) {
    links[Math.min(place + 1, links.length - 1)].focus()
  } else if (event.key === 'ArrowUp' && place >= 0) {
    const before = links[place - 1] || box
    before.focus()
  } else return
  event.preventDefault()
}

// A page without the frame (an invitation) has no box.
if (box) {
  document.addEventListener('keydown', find)
  box.form.addEventListener('keydown', walk)
  document.addEventListener('click', (event) => event.target.closest('.search-box') || close())
  box.form.addEventListener('focusout', (event) => event.relatedTarget && !box.form.contains(event.relatedTarget) && close())
}
