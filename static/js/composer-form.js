// What the modules of the composer share.

export const form = document.getElementById('composer')

/** Something in the form is different: judge it, draw it, keep it. */
export const changed = () => form.dispatchEvent(new Event('input', { bubbles: true }))

export const token = () => JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken']
