import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { eachEvent, type StreamEvent } from '../../support/live.js'
import { as } from '../../support/service.js'
import type { StreamCheck } from './checks.js'

/** The waits after failures. Clients wait up to a minute; these come back sooner, so that a run ends. */
const FIRST_WAIT_MS = 2000
const LONGEST_WAIT_MS = 8000
/** A stream that does not begin within so long is given up, and so is one that is silent for so long. */
const BEGIN_MS = 10_000
const SILENT_MS = 45_000

export interface ReaderOptions {
  readonly path: string
  readonly userId: string
  readonly check: StreamCheck
  /** The node for the next connection. */
  readonly nextUrl: () => string
  /** Called at the beginning of each stream, and when a node has sent the reader away. */
  readonly on?: (what: 'hello' | 'away') => void
  /** Whether an event is lost on the way: a fault that is planted, to see that it is found. */
  readonly loses?: (event: StreamEvent) => boolean
}

/** Follows one stream by the rules for clients of docs/live.md, through all that befalls the nodes, until it is stopped. */
export class Reader {
  readonly options: ReaderOptions
  connections = 0
  /** Answers that a client by these rules never gets, by their status and code. */
  readonly refusals: string[] = []
  /** Connections that a node asked to come later, and those that did not begin. */
  turnedAway = 0
  failed = 0
  isConnected = false
  /** What the reader does now, and since when. */
  state = 'has not begun'
  #waitMs = FIRST_WAIT_MS
  #response: IncomingMessage | null = null
  readonly #over = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor (options: ReaderOptions) {
    this.options = options
  }

  start (): void {
    this.#running = this.#run()
  }

  /** Loses the connection. */
  cut (): void {
    this.#response?.destroy()
  }

  async stop (): Promise<void> {
    this.#over.abort()
    this.cut()
    await this.#running
  }

  async #run (): Promise<void> {
    const { signal } = this.#over
    while (!signal.aborted) {
      const waitMs = await this.#connect().catch(() => {
        this.failed++
        return null
      }) ?? this.#failureWait()
      this.#does(`waits for ${Math.round(waitMs)} ms`)
      await setTimeout(waitMs, undefined, { signal }).catch(() => {})
    }
  }

  #does (state: string): void {
    this.state = `${state}, since ${new Date().toISOString()}`
  }

  /** Longer each time, and not as long as others wait, so that all who lost a node do not come back at one moment. */
  #failureWait (): number {
    const waitMs = this.#waitMs * (0.5 + Math.random() / 2)
    this.#waitMs = Math.min(2 * this.#waitMs, LONGEST_WAIT_MS)
    return waitMs
  }

  /** One connection, to its end. Answers how long to wait; null as after a failure. */
  async #connect (): Promise<number | null> {
    const { path, userId, check, nextUrl } = this.options
    const url = nextUrl()
    this.#does(`asks ${url} behind ${check.last}`)
    const headers = { ...as(userId), ...(check.last !== null && { 'last-event-id': check.last }) }
    const sent = request(`${url}${path}`, { headers, agent: false, signal: this.#over.signal })
    sent.on('error', () => {}).setTimeout(BEGIN_MS, () => { sent.destroy() }).end()
    const [response] = await once(sent, 'response') as [IncomingMessage]
    this.#does(`is answered ${response.statusCode} by ${url}`)
    return response.statusCode === 200 ? await this.#follow(response) : await this.#refused(response)
  }

  async #refused (response: IncomingMessage): Promise<number | null> {
    const text = (await response.setEncoding('utf8').toArray()).join('')
    const retryAfterS = Number(response.headers['retry-after'] ?? 0)
    if (response.statusCode === 503 || response.statusCode === 429) {
      this.turnedAway++
      return retryAfterS > 0 ? retryAfterS * 1000 : null
    }
    this.refusals.push(`${response.statusCode} ${text}`)
    return null
  }

  async #follow (response: IncomingMessage): Promise<number | null> {
    const { check, on = () => {}, loses = () => false } = this.options
    this.#response = response
    this.connections++
    response.socket.setTimeout(SILENT_MS, () => { response.destroy() })
    let afterMs: number | null = null
    eachEvent(response, (event) => {
      if (loses(event)) return
      check.take(event)
      if (event.event === 'hello') {
        this.#waitMs = FIRST_WAIT_MS
        this.isConnected = true
        on('hello')
      }
      if (event.event === 'reconnect') {
        afterMs = Number(event.data['afterMs'])
        on('away')
      }
    })
    await new Promise<void>((resolve) => { response.on('error', () => {}).once('close', () => { resolve() }) })
    this.isConnected = false
    return afterMs
  }
}
