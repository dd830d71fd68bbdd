// The audience matrix: what an audience is told is written in a dialog, which shuts when it is kept.

const dialog = document.getElementById('tell-dialog')
let opener = ''

document.addEventListener('htmx:afterSwap', (event) => {
  if (event.detail.target.id !== 'tell' || dialog.open) return
  opener = event.detail.requestConfig.elt.id
  dialog.showModal()
  dialog.querySelector('textarea')?.focus()
})

document.addEventListener('smo:told', () => {
  dialog.close()
  const again = document.getElementById(opener) || document.getElementById(opener.replace(/^add-/, 'row-'))
  again?.focus()
})
