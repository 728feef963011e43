import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Writable } from 'node:stream'
import type { Frame } from './frame.js'

/** Bytes that may wait for a reader. More cut them off. */
export const WAITING_MAX_BYTES = 256 * 1024
/** Bytes that wait for a reader while older events are sent to them. */
const REPLAY_MAX_BYTES = 64 * 1024
/** How long a reader may take nothing of what waits for them. */
export const STUCK_MS = 45_000

export interface LiveMetrics {
  readonly setLiveConnections: (count: number) => void
  readonly countLiveDeliveries: (count: number) => void
  readonly countSlowCut: () => void
  readonly countResume: (from: 'now' | 'memory' | 'store') => void
}

/**
 * The stream of one reader. Frames go to the socket as they are: node would copy and frame each one for each reader. Where the answer of another request
 * is still on its way, or the client speaks HTTP/1.0, node writes them.
 */
export class LiveConnection {
  isClosed = false
  readonly #response: ServerResponse
  readonly #metrics: LiveMetrics
  readonly #gone = Promise.withResolvers<null>()
  /** What frames are written to, and whether as chunks. */
  #writable: Writable
  #isFramed = false
  #flushed = 0
  #flushedAtMs = 0

  /** `onEnd` runs once, however the stream ends. */
  constructor (response: ServerResponse, metrics: LiveMetrics, onEnd: () => void) {
    this.#response = response
    this.#writable = response
    this.#metrics = metrics
    let isOver = false
    const over = (): void => {
      if (isOver) return
      isOver = true
      this.isClosed = true
      this.#gone.resolve(null)
      onEnd()
    }
    response.once('close', over)
    // An answer whose turn has not come does not close with its connection.
    response.req.socket.once('close', over)
  }

  /** Sends the head of the answer. */
  begin (headers: OutgoingHttpHeaders, hello: Frame): void {
    const response = this.#response
    response.writeHead(200, headers)
    response.flushHeaders()
    const { socket } = response
    if (socket instanceof Socket) {
      // A reader who hears nothing is asked by heartbeats.
      socket.setTimeout(0)
      socket.setNoDelay(true)
      socket.setKeepAlive(true, STUCK_MS)
      this.#isFramed = response.chunkedEncoding
      if (this.#isFramed) this.#writable = socket
    }
    this.#send(hello)
  }

  /** Bytes that wait for the reader. */
  get waiting (): number {
    return this.#writable.writableLength
  }

  /** Cuts off a reader for whom too much waits. */
  write (frame: Frame): void {
    if (this.isClosed) return
    this.#send(frame)
    this.#metrics.countLiveDeliveries(frame.count)
    if (this.waiting <= WAITING_MAX_BYTES) return
    this.#metrics.countSlowCut()
    this.cut()
  }

  /** Writes what is worth nothing later, if nothing waits before it. */
  writeIdle (frame: Frame): void {
    if (!this.isClosed && this.waiting === 0) this.#send(frame)
  }

  #send (frame: Frame): void {
    this.#writable.write(this.#isFramed ? frame.chunk : frame.text)
  }

  /** Whether older events are to wait, until the reader has taken some. */
  get isFull (): boolean {
    return this.waiting > REPLAY_MAX_BYTES
  }

  /** Waits until the reader has taken what waits, or is gone. */
  async drained (): Promise<void> {
    const drained = Promise.withResolvers<null>()
    const go = (): void => { drained.resolve(null) }
    const writable = this.#writable
    writable.once('drain', go)
    await Promise.race([this.#gone.promise, drained.promise])
    writable.off('drain', go)
  }

  /** Whether the reader has taken nothing for too long, although something waits. */
  isStuck (nowMs: number): boolean {
    const flushed = this.#response.req.socket.bytesWritten - this.waiting
    if (this.waiting === 0 || flushed !== this.#flushed) {
      this.#flushed = flushed
      this.#flushedAtMs = nowMs
    }
    return nowMs - this.#flushedAtMs >= STUCK_MS
  }

  /** Ends the stream, and its connection, behind what waits. */
  end (farewell: Frame): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#send(farewell)
    this.#response.end()
  }

  /** Ends the connection without a farewell. */
  cut (): void {
    this.isClosed = true
    this.#response.destroy()
  }
}
