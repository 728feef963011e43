import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { Headers } from './service.js'

/** One event of a stream. */
export interface StreamEvent {
  readonly event: string
  readonly id: string | null
  readonly data: Record<string, unknown>
}

export interface OpenStream {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly response: IncomingMessage
  /** All events so far. */
  readonly events: StreamEvent[]
  /** Comments so far. */
  readonly comments: () => number
  /** Waits for the next event of this name that was not waited for. */
  readonly next: (event: string) => Promise<StreamEvent>
  /** Waits for the end of the stream. */
  readonly ended: Promise<void>
  readonly close: () => void
}

/** Reads a stream over a real connection, without any library. */
export async function openStream (url: string, headers: Headers = {}): Promise<OpenStream> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => { request(url, { headers, agent: false }, resolve).on('error', reject).end() })
  const events: StreamEvent[] = []
  const taken = new Map<string, number>()
  const changed = new Set<() => void>()
  let comments = 0
  let isOver = false
  const tell = (): void => { for (const on of changed) on() }
  eachEvent(response, (event) => { events.push(event) }, (lines) => { comments += lines })
  response.on('data', tell)
  const ended = new Promise<void>((resolve) => {
    response.on('error', () => {}).on('close', () => {
      isOver = true
      tell()
      resolve()
    })
  })
  const next = async (event: string): Promise<StreamEvent> => {
    const place = taken.get(event) ?? 0
    taken.set(event, place + 1)
    return await new Promise<StreamEvent>((resolve, reject) => {
      const look = (): void => {
        const found = events.filter((one) => one.event === event)[place]
        if (found === undefined && !isOver) return
        changed.delete(look)
        if (found === undefined) reject(new Error(`the stream ended before its event ${event} number ${place + 1}; it had ${events.map((one) => one.event).join(', ')}`))
        else resolve(found)
      }
      changed.add(look)
      look()
    })
  }
  return { status: Number(response.statusCode), headers: response.headers, response, events, comments: () => comments, next, ended, close: () => { response.destroy() } }
}

/** Reads the events of an answer, and how many lines of comments come between them. */
export function eachEvent (response: IncomingMessage, onEvent: (event: StreamEvent) => void, onComments: (lines: number) => void = () => {}): void {
  let buffer = ''
  response.setEncoding('utf8').on('data', (chunk: string) => {
    buffer += chunk
    for (let end = buffer.indexOf('\n\n'); end !== -1; end = buffer.indexOf('\n\n')) {
      const lines = buffer.slice(0, end).split('\n')
      buffer = buffer.slice(end + 2)
      const field = (name: string): string | null => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? null
      const data = field('data')
      if (data === null) onComments(lines.filter((line) => line.startsWith(':')).length)
      else onEvent({ event: String(field('event')), id: field('id'), data: JSON.parse(data) as Record<string, unknown> })
    }
  })
}

/** The ids of the events of this name. */
export function idsOf ({ events }: Pick<OpenStream, 'events'>, event = 'entries'): Array<string | null> {
  return events.filter((one) => one.event === event).map(({ id }) => id)
}
