// Telling the server something without leaving the page; what it refuses comes as a sentence.

const toasts = document.getElementById('toasts').dataset

/** The page's own token: what is sent without a form must carry it. */
export const token = () => JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken']

/** Post to the server and give its answer; raises an Error with its sentence when it refuses. */
export async function tell(address, values) {
  const headers = { 'X-CSRFToken': token(), Accept: 'application/json' }
  let answer
  try {
    answer = await fetch(address, { method: 'POST', headers, body: new URLSearchParams(values) })
  } catch {
    throw new Error(toasts.offline)
  }
  const kind = answer.headers.get('Content-Type') || ''
  if (answer.ok && kind.startsWith('application/json')) return answer.json()
  throw new Error(kind.startsWith('text/plain') ? await answer.text() : toasts.failed)
}
