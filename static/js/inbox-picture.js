// The picture of an answer: its name beside the box, and a way to take it off again.

/** `known`: the id of a picture that is in the library already; empty for one that is chosen in the field. */
export function showPicture(box, known, name) {
  box.elements.picture.value = known
  box.querySelector('.picture-name').textContent = name
  box.querySelector('[data-drop-picture]').hidden = !name
}

document.addEventListener('change', (event) => {
  if (event.target.matches('#box [name="file"]')) showPicture(event.target.form, '', event.target.files[0]?.name || '')
})
document.addEventListener('click', (event) => {
  if (!event.target.matches('#box [data-drop-picture]')) return
  const { form } = event.target
  form.elements.file.value = ''
  showPicture(form, '', '')
  form.elements.text.focus()
})
