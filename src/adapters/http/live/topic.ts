import type { LiveConnection } from './connection.js'
import type { Frame } from './frame.js'

/** Readers who get a frame within one turn of the event loop. */
const SLICE = 256

interface Reader {
  readonly connection: LiveConnection
  /** Up to where the reader has everything. */
  position: number
}

interface Placed {
  readonly position: number
  readonly frame: Frame
}

/** The readers of one feed. Each gets every frame behind their position, in order. */
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
    const next = this.#frames.shift()
    this.#isDelivering = next !== undefined
    if (next !== undefined) this.#deliverTo([...this.#readers.values()], next)
  }

  /** Writes to a slice of the readers, and to the others in the next turns. */
  #deliverTo (readers: readonly Reader[], next: Placed): void {
    for (const reader of readers.slice(0, SLICE)) {
      if (reader.position >= next.position) continue
      reader.position = next.position
      reader.connection.write(next.frame)
    }
    if (readers.length <= SLICE) this.#deliverNext()
    else setImmediate(() => { this.#deliverTo(readers.slice(SLICE), next) })
  }
}
