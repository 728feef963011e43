import type { Bus } from '../ports/bus.js'
import { factIn } from './fact.js'

/** How long people stay after their last stream, so that one who comes back was never gone. */
const STAY_MS = 10_000
/** How long another process counts that is heard no more. */
const GHOST_MS = 20_000

const TOPIC = 'viewers'

interface Person {
  streams: number
  leftMs: number
}

interface Heard {
  readonly viewers: number
  readonly atMs: number
}

export interface ViewersPorts {
  /** Between all processes. */
  readonly bells: Bus
  /** This process, among all. */
  readonly nodeId: string
  /** Milliseconds that only grow. */
  readonly nowMs: () => number
}

/**
 * How many people watch each room. Every process counts its own, each person once, and tells the others; the sum of what was heard lately is the
 * count. Nothing is counted up and down between processes, so that a lost message is mended by the next.
 */
export class Viewers {
  readonly #ports: ViewersPorts
  readonly #here = new Map<string, Map<string, Person>>()
  readonly #elsewhere = new Map<string, Map<string, Heard>>()
  /** What the readers of this process were told last. */
  readonly #told = new Map<string, number>()

  constructor (ports: ViewersPorts) {
    this.#ports = ports
    ports.bells.subscribe(TOPIC, (message) => { this.#hear(message) })
  }

  /** Counts a stream of a person by a name that all their streams have, until the returned function is called, once. */
  enter (roomId: string, name: string): () => void {
    const people = this.#here.get(roomId) ?? new Map<string, Person>()
    this.#here.set(roomId, people)
    const person = people.get(name) ?? { streams: 0, leftMs: 0 }
    people.set(name, person)
    person.streams++
    return () => {
      person.streams--
      person.leftMs = this.#ports.nowMs()
    }
  }

  count (roomId: string): number {
    const freshMs = this.#ports.nowMs() - GHOST_MS
    let sum = this.#here.get(roomId)?.size ?? 0
    for (const { viewers, atMs } of this.#elsewhere.get(roomId)?.values() ?? []) if (atMs > freshMs) sum += viewers
    return sum
  }

  /** Tells the other processes, forgets who is gone, and calls `on` for each room with readers here whose count has changed. To be called every few seconds. */
  beat (on: (roomId: string, viewers: number) => void): void {
    const now = this.#ports.nowMs()
    for (const [roomId, nodes] of this.#elsewhere) {
      for (const [nodeId, { atMs }] of nodes) if (now - atMs >= GHOST_MS) nodes.delete(nodeId)
      if (nodes.size === 0) this.#elsewhere.delete(roomId)
    }
    for (const [roomId, people] of this.#here) {
      for (const [name, { streams, leftMs }] of people) if (streams === 0 && now - leftMs >= STAY_MS) people.delete(name)
      this.#ports.bells.publish(TOPIC, JSON.stringify([this.#ports.nodeId, roomId, people.size]))
      const viewers = this.count(roomId)
      if (people.size === 0) {
        this.#here.delete(roomId)
        this.#told.delete(roomId)
      } else if (viewers !== this.#told.get(roomId)) {
        this.#told.set(roomId, viewers)
        on(roomId, viewers)
      }
    }
  }

  #hear (message: string): void {
    const fact = factIn(message)
    if (!isReport(fact) || fact[0] === this.#ports.nodeId) return
    const [nodeId, roomId, viewers] = fact
    const nodes = this.#elsewhere.get(roomId) ?? new Map<string, Heard>()
    this.#elsewhere.set(roomId, nodes.set(nodeId, { viewers, atMs: this.#ports.nowMs() }))
  }
}

type Report = readonly [nodeId: string, roomId: string, viewers: number]

function isReport (fact: unknown): fact is Report {
  if (!Array.isArray(fact)) return false
  const [nodeId, roomId, viewers] = fact as readonly unknown[]
  return typeof nodeId === 'string' && typeof roomId === 'string' && Number.isSafeInteger(viewers) && Number(viewers) >= 0
}
