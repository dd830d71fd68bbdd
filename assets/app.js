// Every page: htmx with server-sent events, and Tabler's menus and dialogs.
import htmx from 'htmx.org'
import 'htmx-ext-sse'
import '@tabler/core/dist/js/tabler.esm.min.js'

// The page's content security policy allows neither style elements nor eval.
Object.assign(htmx.config, { includeIndicatorStyles: false, allowEval: false, selfRequestsOnly: true })
window.htmx = htmx
