import type { LiveConnection } from './connection.js'
import { joinFrames, type Frame } from './frame.js'

/** Readers who are written to within one turn of the event loop. */
const SLICE = 64
/** What a reader gets in one write at most, unless a frame alone is longer. */
const TOGETHER_MAX_BYTES = 32 * 1024

interface Reader {
  readonly connection: LiveConnection
  /** Up to where the reader has everything. */
  position: number
}

interface Placed {
  readonly position: number
  readonly frame: Frame
}

/** What a pass over the readers brings. */
interface Pass {
  readonly placed: readonly Placed[]
  readonly together: Frame
}

/** The readers of one feed. Each gets every frame behind their position, in order. Frames that come while a pass is under way go out together. */
export class Topic {
  readonly #readers = new Map<LiveConnection, Reader>()
  readonly #frames: Placed[] = []
  #isDelivering = false

  /** Adds a reader who has everything up to this position. */
  join (connection: LiveConnection, position: number): void {
    this.#readers.set(connection, { connection, position })
  }

  leave (connection: LiveConnection): void {
    this.#readers.delete(connection)
  }

  deliver (position: number, frame: Frame): void {
    this.#frames.push({ position, frame })
    if (!this.#isDelivering) this.#deliverNext()
  }

  /** Writes what is worth nothing later to the readers for whom nothing waits. */
  tell (frame: Frame, connections: readonly LiveConnection[] = [...this.#readers.keys()]): void {
    for (const connection of connections.slice(0, SLICE)) connection.writeIdle(frame)
    if (connections.length > SLICE) setImmediate(() => { this.tell(frame, connections.slice(SLICE)) })
  }

  #deliverNext (): void {
    const placed = this.#takeWaiting()
    this.#isDelivering = placed.length > 0
    if (this.#isDelivering) this.#deliverTo([...this.#readers.values()], { placed, together: joinFrames(placed.map(({ frame }) => frame)) })
  }

  #takeWaiting (): readonly Placed[] {
    let bytes = 0
    const tooLong = this.#frames.findIndex(({ frame }, index) => {
      bytes += frame.text.length
      return index > 0 && bytes > TOGETHER_MAX_BYTES
    })
    return this.#frames.splice(0, tooLong === -1 ? this.#frames.length : tooLong)
  }

  /** Writes to a slice of the readers, and to the others in the next turns. */
  #deliverTo (readers: readonly Reader[], pass: Pass): void {
    for (const reader of readers.slice(0, SLICE)) bring(pass, reader)
    if (readers.length <= SLICE) this.#deliverNext()
    else setImmediate(() => { this.#deliverTo(readers.slice(SLICE), pass) })
  }
}

function bring ({ placed, together }: Pass, reader: Reader): void {
  const lacking = placed.filter(({ position }) => position > reader.position)
  if (lacking.length === placed.length) reader.connection.write(together)
  // Who joined meanwhile has some.
  else for (const { frame } of lacking) reader.connection.write(frame)
  reader.position = lacking.at(-1)?.position ?? reader.position
}
