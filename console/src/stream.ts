import { HEADERS, send } from './api.js'
import { asProblem, problemOf } from './problem.js'
import { EventReader, type StreamEvent } from './sse.js'

/** Longer without a word, and the connection counts as lost: the service sends each two seconds. */
const SILENCE_MS = 4500
const AGAIN_MS = 1500
/** Who has closed the dialog of the sign-in is not asked at once again. */
const REFUSED_MS = 30_000

export interface Listener {
  readonly onEvent: (event: StreamEvent) => void
  /** Called when the connection is lost, and each time that it does not come back. */
  readonly onLost: (error: unknown) => void
}

/** Listens to a stream until the returned function is called. A lost connection is tried again for as long. EventSource cannot send our header. */
export function listen (path: string, { onEvent, onLost }: Listener): () => void {
  let isOver = false
  let connection = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  const watch = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => { connection.abort(new TypeError('the stream is silent')) }, SILENCE_MS)
  }

  const connect = async (): Promise<void> => {
    connection = new AbortController()
    watch()
    const response = await send(new Request(new URL(path, location.origin), { headers: { ...HEADERS, accept: 'text/event-stream' }, signal: connection.signal }))
    if (!response.ok || response.body === null) throw problemOf(response.status, await response.json().catch(() => null))
    const reader = new EventReader()
    const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (let piece = await pieces.read(); !piece.done; piece = await pieces.read()) {
      watch()
      for (const event of reader.read(piece.value)) onEvent(event)
    }
    throw new TypeError('the stream has ended')
  }

  const keep = (): void => {
    connect().catch((error: unknown) => {
      clearTimeout(timer)
      if (isOver) return
      onLost(error)
      timer = setTimeout(keep, [401, 403].includes(asProblem(error).status) ? REFUSED_MS : AGAIN_MS)
    })
  }

  keep()
  return () => {
    isOver = true
    clearTimeout(timer)
    connection.abort()
  }
}
