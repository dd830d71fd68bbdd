// What every page needs beside htmx: answers that are errors, dialogs, asking before what cannot be undone.

const toasts = document.getElementById('toasts')

/** Show a sentence for a while; an error stays until it is closed. `action` {label, run}: a button that takes it back. */
export function toast(text, level = 'danger', action = undefined) {
  const box = document.createElement('div')
  box.className = `alert alert-${level} toast-line`
  box.append(Object.assign(document.createElement('div'), { textContent: text, dir: 'auto' }))
  const close = Object.assign(document.createElement('button'), { type: 'button', className: 'btn-close' })
  close.setAttribute('aria-label', toasts.dataset.close)
  close.addEventListener('click', () => box.remove())
  if (action) {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'btn btn-sm', textContent: action.label })
    button.addEventListener('click', () => (box.remove(), action.run()))
    box.append(button)
  }
  box.append(close)
  toasts.append(box)
  if (level !== 'danger') setTimeout(() => box.remove(), action ? 20000 : 6000)
  return box
}

// A form with errors comes back as 422 with HTML, to be shown in its place; a sentence comes as 422 with plain text.
document.addEventListener('htmx:beforeSwap', (event) => {
  const { xhr } = event.detail
  const html = (xhr.getResponseHeader('Content-Type') || '').startsWith('text/html')
  if (xhr.status === 422 && html) Object.assign(event.detail, { shouldSwap: true, isError: false })
})
document.addEventListener('htmx:responseError', (event) => {
  const { xhr } = event.detail
  const plain = (xhr.getResponseHeader('Content-Type') || '').startsWith('text/plain')
  toast(plain && xhr.status < 500 ? xhr.responseText : toasts.dataset.failed)
})
document.addEventListener('htmx:sendError', (event) => {
  if (!event.detail.elt.matches('[data-quiet]')) toast(toasts.dataset.offline)
})

// <button data-dialog="id"> opens <dialog id>; <button data-close-dialog> shuts the one that it is in.
document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-dialog]')
  if (opener) document.getElementById(opener.dataset.dialog).showModal()
  const closer = event.target.closest('[data-close-dialog]')
  if (closer) closer.closest('dialog').close()
})

// <form data-confirm="sentence"> asks first.
document.addEventListener('submit', (event) => {
  const sentence = event.target.dataset.confirm
  if (sentence && !window.confirm(sentence)) event.preventDefault()
})

// <select data-submit> sends its form when it changes; without script there is a button.
document.addEventListener('change', (event) => {
  if (event.target.matches('[data-submit]')) event.target.form.requestSubmit()
})

// <button data-fill='{"field name": "value"}'> fills in its form (the demo's log-ins); Enter sends it then.
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-fill]')
  if (!button) return
  for (const [name, value] of Object.entries(JSON.parse(button.dataset.fill))) button.form.elements[name].value = value
  button.form.querySelector('[type="submit"]').focus()
})
