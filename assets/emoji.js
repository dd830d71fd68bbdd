// Pages where somebody writes, when they ask for it: the emoji picker. The page's policy allows neither style elements nor
// style attributes that are set as text; style sheets and styles of the object model it does.
import PickerElement from 'emoji-picker-element/picker'
import pl from 'emoji-picker-element/i18n/pl'

const setAttribute = Element.prototype.setAttribute
Element.prototype.setAttribute = function (name, value) {
  if (name === 'style') this.style.cssText = value
  else setAttribute.call(this, name, value)
}

PickerElement.prototype.attachShadow = function (init) {
  const root = Element.prototype.attachShadow.call(this, init)
  root.appendChild = (node) => (node.localName === 'style' ? adopt(root, node.textContent) : Node.prototype.appendChild.call(root, node))
  return root
}

function adopt(root, css) {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
}

/** A picker with the emoji's names in the page's language. */
export function picker(dataSource, locale) {
  return new PickerElement({ dataSource, locale, ...(locale === 'pl' && { i18n: pl }) })
}
