import { dropLeast } from '#domain/drop-least.js'

/** The beginnings of keys. A user id may look like an address. */
export const USER = 'user '
export const ADDRESS = 'address '

/** What was counted under a key. */
export interface Count {
  readonly current: number
  /** Milliseconds until the count begins anew. */
  readonly ttl: number
}

interface Counting {
  current: number
  ttl: number
  endsAt: number
}

/** What the limiter asks of a store of its counts. */
type Answer = (error: Error | null, count: Count) => void

const COUNTS_MAX = 50_000

/**
 * The counts of the limiter, in memory. Users and addresses have room of their own, so that strangers push no user out. Where there
 * is no more room, the smallest of some old counts goes, so that fresh addresses push no busy one out.
 */
export class RequestCounts {
  readonly #max: number
  readonly #users = new Map<string, Counting>()
  readonly #addresses = new Map<string, Counting>()

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

/** What the limiter knows of a route with a limit of its own. */
interface RouteOptions {
  readonly routeInfo: { readonly method: string | readonly string[], readonly url: string }
}

/** Counts a request in all processes that share a limit. Null where they do not answer in time. */
export type CountTogether = (group: string, key: string, windowMs: number) => Promise<Count | null>

/** The counts of the limiter over several processes. Where these do not answer, the requests to this process count alone. */
export class SharedRequestCounts {
  readonly #together: CountTogether
  readonly #group: string
  readonly #own = new RequestCounts({})

  /** @param group the route, where it has a limit of its own */
  constructor (together: CountTogether, group: string) {
    this.#together = together
    this.#group = group
  }

  incr (key: string, answer: Answer, windowMs: number): void {
    this.#own.incr(key, (_error, { current, ttl }) => {
      this.#together(this.#group, key, windowMs).then((count) => { answer(null, count ?? { current, ttl }) }, (error: unknown) => { answer(error as Error, { current, ttl }) })
    }, windowMs)
  }

  child (options: object): SharedRequestCounts {
    const { routeInfo } = options as RouteOptions
    return new SharedRequestCounts(this.#together, `${String(routeInfo.method)} ${routeInfo.url}`)
  }
}

/** Counts something else than requests under keys of users: in all processes of a start, or in this one where there are no others. */
export function makeUserCounts (together: CountTogether | null, group: string): (key: string, windowMs: number) => Promise<Count> {
  const counts = together === null ? new RequestCounts({}) : new SharedRequestCounts(together, group)
  return async (key, windowMs) => await new Promise((resolve, reject) => {
    counts.incr(`${USER}${key}`, (error, { current, ttl }) => { if (error === null) resolve({ current, ttl }); else reject(error) }, windowMs)
  })
}
