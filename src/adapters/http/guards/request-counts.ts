import { dropLeast } from '#domain/drop-least.js'

/** The beginnings of keys. A user id may look like an address. */
export const USER = 'user '
export const ADDRESS = 'address '

interface Count {
  current: number
  /** Milliseconds until the count begins anew. */
  ttl: number
  endsAt: number
}

/** What the limiter asks of a store of its counts. */
type Answer = (error: Error | null, count: { readonly current: number, readonly ttl: number }) => void

const COUNTS_MAX = 50_000

/**
 * The counts of the limiter, in memory. Users and addresses have room of their own, so that strangers push no user out. Where there
 * is no more room, the smallest of some old counts goes, so that fresh addresses push no busy one out.
 */
export class RequestCounts {
  readonly #max: number
  readonly #users = new Map<string, Count>()
  readonly #addresses = new Map<string, Count>()

  /** The limiter makes the store, with its own options. */
  constructor (_options: object, max: number = COUNTS_MAX) {
    this.#max = max
  }

  incr (key: string, answer: Answer, windowMs: number): void {
    const counts = key.startsWith(USER) ? this.#users : this.#addresses
    const now = performance.now()
    const known = counts.get(key)
    if (known !== undefined && now < known.endsAt) {
      known.current++
      known.ttl = known.endsAt - now
      return answer(null, known)
    }
    if (known === undefined && counts.size >= this.#max) dropLeast(counts, ({ current, endsAt }) => now < endsAt ? current : 0)
    const count = { current: 1, ttl: windowMs, endsAt: now + windowMs }
    counts.set(key, count)
    answer(null, count)
  }

  child (): RequestCounts {
    return new RequestCounts({}, this.#max)
  }
}
