import { EventEmitter } from 'node:events'
import type { FastifyReply } from 'fastify'
import type { Context } from '../context.js'
import type { Host } from '../network.js'

/** How a stream reaches its reader. */
export interface Pace {
  /** Milliseconds between two deliveries, and the frames of each. */
  readonly low: number
  readonly high: number
  readonly frames: number
  /** Each byte that waits counts for so many, so that readers of some frames are slow ones. */
  readonly weight: number
}

/** What a reader is told of a stream. */
export interface Listener {
  readonly frame: (text: string) => void
  /** The connection is gone. */
  readonly over: () => void
}

/** For so long a stream may be silent, until its reader takes it for dead. */
export const SILENCE_MS = 45_000

/**
 * The answer of a stream, as node would make it, with a network behind it. What the service writes arrives in order and some time later, as far as the
 * connection lasts.
 */
export class StreamResponse extends EventEmitter {
  readonly req: { readonly socket: EventEmitter & { bytesWritten: number } }
  readonly socket = null
  readonly chunkedEncoding = false
  readonly #host: Host
  readonly #context: Context
  readonly #pace: Pace
  readonly #listener: Listener
  #waiting: string[] = []
  #length = 0
  #isFlushing = false
  /** The service has written its last. */
  #isEnding = false
  /** Nothing arrives any more, at either end. */
  #isBroken = false
  #isTold = false

  constructor (host: Host, context: Context, pace: Pace, listener: Listener) {
    super()
    this.req = { socket: Object.assign(new EventEmitter(), { bytesWritten: 0 }) }
    this.#host = host
    this.#context = context
    this.#pace = pace
    this.#listener = listener
  }

  get reply (): FastifyReply {
    return { hijack: () => {}, getHeaders: () => ({}), raw: this } as unknown as FastifyReply
  }

  get writableLength (): number {
    return this.#length * this.#pace.weight
  }

  writeHead (): this {
    return this
  }

  flushHeaders (): void {}

  write (bytes: Buffer): boolean {
    const text = bytes.toString()
    this.req.socket.bytesWritten += text.length * this.#pace.weight
    this.#waiting.push(text)
    this.#length += text.length
    this.#flushLater()
    return true
  }

  end (): void {
    this.#isEnding = true
    this.#flushLater()
  }

  /** The service cuts the connection. */
  destroy (): void {
    const wasBroken = this.#isBroken
    this.#isBroken = true
    this.#waiting = []
    this.#length = 0
    this.#closeServer()
    if (!wasBroken) this.#tellReader()
  }

  /** The reader is gone, and the service learns of it. */
  hangUp (): void {
    const { scheduler, live: { random } } = this.#context
    this.#isTold = true
    this.#isBroken = true
    scheduler.after(random.between(1, 100), () => { this.#closeServer() }, this.#host.life)
  }

  /** The process is dead, or the connection, of which neither end is told. */
  breakOff (isSilent: boolean): void {
    this.#isBroken = true
    this.#context.scheduler.after(isSilent ? SILENCE_MS : this.#context.live.random.between(1, 100), () => { this.#tellReader() })
  }

  #flushLater (): void {
    if (this.#isFlushing || this.#isBroken) return
    this.#isFlushing = true
    const { scheduler, live: { random }, faults } = this.#context
    const { low, high } = this.#pace
    scheduler.after(faults.ceased ? 1 : random.between(low, high), () => { this.#flush() })
  }

  #flush (): void {
    this.#isFlushing = false
    if (this.#isBroken) return
    for (const text of this.#waiting.splice(0, this.#pace.frames)) {
      this.#length -= text.length
      this.#listener.frame(text)
      if (this.#isTold) return
    }
    if (this.#waiting.length > 0) this.#flushLater()
    else if (this.#isEnding) {
      this.#isBroken = true
      this.#closeServer()
      this.#tellReader()
      return
    }
    if (this.#host.life.alive) this.emit('drain')
  }

  #closeServer (): void {
    queueMicrotask(() => { if (this.#host.life.alive) this.emit('close') })
  }

  #tellReader (): void {
    if (this.#isTold) return
    this.#isTold = true
    this.#listener.over()
  }
}
