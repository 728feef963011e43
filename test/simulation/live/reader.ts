import { DomainError } from '#domain/errors.js'
import { ConnectionLost, type Node } from '../node.js'
import { spawn, violate, type Context } from '../context.js'
import type { InvariantName } from '../invariants.js'
import type { LiveNode } from './live-node.js'
import { StreamResponse, type Pace } from './stream-response.js'

/** How often a reader opens a stream. The last one stays. */
const STREAMS = 4

/** A server-sent event. */
export interface Sent {
  readonly event: string
  /** The position behind it. */
  readonly id: string | null
  readonly data: Readonly<Record<string, unknown>>
}

/** A stream that a reader has, or had. */
export interface Stream {
  readonly live: LiveNode
  readonly response: StreamResponse
  /** Comes with its end. */
  readonly over: Promise<null>
  isOpen: boolean
}

/** Someone who reads live as the documents tell them to: they lose their stream, come back at any node behind the last position, and drop what they have. */
export abstract class Reader {
  readonly name: string
  readonly context: Context
  stream: Stream | null = null
  /** The last position; null before the first stream. */
  position: string | null = null
  readonly #nodes: readonly Node[]

  constructor (name: string, nodes: readonly Node[], context: Context) {
    this.name = name
    this.#nodes = nodes
    this.context = context
  }

  /** What has to hold of this reader. */
  protected abstract readonly invariant: InvariantName

  /** Has the service open a stream behind this position. */
  protected abstract open (live: LiveNode, sent: string | null, response: StreamResponse): Promise<void>

  /** An event behind the first. */
  protected abstract take (sent: Sent): void

  /** Reads the state anew, with the lists: what lies up to this position is known. */
  protected abstract readAnew (position: string): void

  /** A position that is none, or lies ahead of all. */
  protected abstract garbage (): string

  /** Whether some of what lies behind the position may have expired. */
  protected abstract isTooOld (position: string): boolean

  /** Whether the service may refuse this reader. It learns of it, and tries again another time. */
  protected mayBeRefused (_code: string): boolean {
    return false
  }

  /** Lives on while others do. */
  begin (): void {
    const { scheduler, live: { random } } = this.context
    spawn(this.context, async () => {
      await scheduler.sleep(random.below(30_000))
      for (let left = STREAMS; left > 0; left--) {
        const stream = await this.connect(random.chance(0.1) ? this.garbage() : this.position)
        if (left === 1) return
        if (stream !== null) await Promise.race([stream.over, this.#leaveLater()])
        await scheduler.sleep(random.between(100, 20_000))
      }
    })
  }

  /** Opens a stream at any node; null where there is none. */
  async connect (sent: string | null, isBold = true): Promise<Stream | null> {
    const { live: { random }, trace, scheduler } = this.context
    const node = random.pick(this.#nodes)
    const live = node.live
    if (live === null) return null
    const over = Promise.withResolvers<null>()
    const response = new StreamResponse(live.host, this.context, paceOf(this.context), {
      frame: (text) => { this.#frame(text, stream) },
      over: () => {
        stream.isOpen = false
        over.resolve(null)
      },
    })
    const stream: Stream = { live, response, over: over.promise, isOpen: true }
    trace.note(scheduler.now, this.name, `reads at ${node.name}`, sent ?? 'from now')
    this.stream = stream
    this.#isFirst = true
    try {
      await node.serve(async () => { await this.open(live, sent, response) })
      return stream
    } catch (error) {
      stream.isOpen = false
      response.hangUp()
      const code = error instanceof DomainError ? error.code : null
      trace.note(scheduler.now, this.name, `reads at ${node.name}: ${code ?? 'connection lost'}`)
      if (code === null && !(error instanceof ConnectionLost)) throw error
      if (code === 'invalid_cursor') {
        if (sent === this.position) violate(this.context, this.invariant, `${this.name} is refused behind ${sent}`)
        // The client opens the stream without a position, and reads the lists.
        this.position = null
        return isBold ? await this.connect(null, false) : null
      }
      if (code !== null && code !== 'store_unavailable' && !this.mayBeRefused(code)) violate(this.context, this.invariant, `${this.name} is refused: ${code}`)
      return null
    }
  }

  #isFirst = true

  async #leaveLater (): Promise<void> {
    const { scheduler, live: { random } } = this.context
    await scheduler.sleep(random.between(2_000, 60_000))
    const { stream } = this
    if (stream === null || !stream.isOpen) return
    if (random.chance(0.5)) {
      stream.isOpen = false
      stream.response.hangUp()
    } else stream.response.breakOff(random.chance(0.3))
  }

  #frame (text: string, stream: Stream): void {
    // What comes on a stream that its reader has left, they do not read.
    if (stream !== this.stream || !stream.isOpen || text === ':\n\n') return
    const sent = sentIn(text)
    if (this.#isFirst) {
      this.#isFirst = false
      const { position } = sent.data
      if (sent.event !== 'hello' || typeof position !== 'string') violate(this.context, this.invariant, `${this.name} is greeted by ${sent.event}`)
      else if (this.position === null) this.#anew(position)
      return
    }
    if (sent.event === 'reconnect' || sent.id === null) return
    if (sent.event === 'position') {
      // What lies before it was of others.
      this.position = sent.id
    } else if (sent.event === 'reset') {
      if (this.position !== null && !this.isTooOld(this.position)) violate(this.context, this.invariant, `${this.name} is sent to the lists, though all behind ${this.position} is there`)
      this.#anew(sent.id)
    } else {
      this.take(sent)
      this.position = sent.id
    }
  }

  #anew (position: string): void {
    this.readAnew(position)
    this.position = position
  }
}

function sentIn (text: string): Sent {
  const fields = new Map(text.trim().split('\n').map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]))
  return { event: fields.get('event') ?? '', id: fields.get('id') ?? null, data: JSON.parse(fields.get('data') ?? '{}') as Sent['data'] }
}

/** Most connections are good; some bring an event in half a minute. */
function paceOf ({ live: { random } }: Context): Pace {
  const weight = random.pick([1, 64])
  return random.chance(0.1) ? { low: 5_000, high: 30_000, frames: 1, weight } : { low: 1, high: 300, frames: 100, weight }
}
