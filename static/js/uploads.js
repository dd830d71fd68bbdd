// Files go up in pieces: a lost connection costs one piece. The server tells how much it has, and here it goes on.

const FIRST_WAIT = 1000
const LONGEST_WAIT = 20000
const MOST_FAILURES = 15 // one after the other, about four minutes: then a person is asked
const MARKED = 65536

const words = () => document.getElementById('toasts').dataset
const token = () => JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken']

/** No answer came, or one that says that the server is not well: the same again may succeed. */
class Lost extends Error {}

function call(method, address, body, progress = () => {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest() // fetch cannot tell how much has been sent
    request.open(method, address)
    request.setRequestHeader('X-CSRFToken', token())
    request.setRequestHeader('Accept', 'application/json')
    if (body instanceof Blob) request.setRequestHeader('Content-Type', 'application/octet-stream')
    request.upload.addEventListener('progress', (event) => progress(event.loaded))
    request.addEventListener('load', () => {
      const kind = request.getResponseHeader('Content-Type') || ''
      if (kind.startsWith('application/json') && [200, 409].includes(request.status)) resolve(JSON.parse(request.responseText))
      else if (request.status >= 500) reject(new Lost(words().failed))
      else reject(new Error(kind.startsWith('text/plain') ? request.responseText : words().failed))
    })
    for (const end of ['error', 'abort']) request.addEventListener(end, () => reject(new Lost(words().offline)))
    request.send(body)
  })
}

/** Wait for the connection to come back, or for the time to pass. */
function pause(milliseconds) {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer)
      window.removeEventListener('online', go)
      resolve()
    }
    const timer = setTimeout(go, milliseconds)
    window.addEventListener('online', go)
  })
}

/** Tells two files of the same name and size apart: when it was changed, and a sum over its beginning and its end. */
async function mark(file) {
  let sum = 2166136261
  for (const part of [file.slice(0, MARKED), file.slice(-MARKED)]) {
    for (const byte of new Uint8Array(await part.arrayBuffer())) sum = Math.imul(sum ^ byte, 16777619) >>> 0
  }
  return `${file.lastModified}-${sum.toString(16)}`
}

async function begin(address, file, details) {
  const asked = new FormData()
  const values = { name: file.name, size: file.size, mark: await mark(file), ...details }
  for (const [name, value] of Object.entries(values)) asked.append(name, value)
  return call('POST', address, asked)
}

/**
 * Send a file to the library. `progress` hears a part of 1, `waiting` whether it waits for the connection.
 * The answer has {asset, new, said, row}; an Error carries a sentence for the user.
 */
export async function sendFile(address, file, { details = {}, progress = () => {}, waiting = () => {} } = {}) {
  let state = null
  let failures = 0
  while (!state || !state.asset) {
    try {
      if (!state) state = await begin(address, file, details)
      else if (failures) state = await call('GET', state.address)
      if (!state.asset) state = await piece(state, file, progress)
      failures = 0
      waiting(false)
    } catch (error) {
      failures += 1
      if (!(error instanceof Lost) || failures > MOST_FAILURES) throw error
      waiting(true)
      await pause(Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failures - 1)))
    }
  }
  progress(1)
  return state
}

function piece(state, file, progress) {
  const at = state.have
  const part = file.slice(at, at + state.piece)
  progress(at / file.size)
  return call('POST', `${state.address}?at=${at}`, part, (sent) => progress(Math.min(1, (at + sent) / file.size)))
}
