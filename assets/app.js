// Every page: htmx with server-sent events, and of Tabler's scripts the two that we use: menus, and the phone's way to them.
import htmx from 'htmx.org'
import 'htmx-ext-sse'
import '@tabler/core/js/src/bootstrap/collapse'
import '@tabler/core/js/src/bootstrap/dropdown'

// The page's content security policy allows neither style elements nor eval.
Object.assign(htmx.config, { includeIndicatorStyles: false, allowEval: false, selfRequestsOnly: true })
window.htmx = htmx
