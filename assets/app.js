// Every page: htmx with server-sent events, and of Tabler's scripts the two that we use: menus, and the phone's way to them.
import htmx from 'htmx.org'
import 'htmx-ext-sse'
import '@tabler/core/js/src/bootstrap/collapse'
import '@tabler/core/js/src/bootstrap/dropdown'

// The page's content security policy allows neither style elements nor eval. What is swapped in works at once: a form that
// htmx has not taken in hand yet would be sent by the browser itself, and the page drawn anew under the person's fingers.
Object.assign(htmx.config, { includeIndicatorStyles: false, allowEval: false, selfRequestsOnly: true, defaultSettleDelay: 0 })
window.htmx = htmx
