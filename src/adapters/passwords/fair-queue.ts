import { DomainError } from '#domain/errors.js'
import { neighbourhoodOf, networkOf } from '#domain/network.js'

const RETRY_AFTER_S = 2

interface Waiting {
  readonly begin: () => void
  readonly refuse: (error: DomainError) => void
}

interface Neighbourhood {
  readonly name: string
  running: number
  /** By network, the next to begin first. No line is empty. */
  readonly lines: Map<string, Waiting[]>
}

/**
 * Runs tasks up to a concurrency, lets some wait, and refuses the rest, because an unbounded queue only delays everything. The
 * neighbourhood of addresses of which the fewest tasks run is next; where these are equal, neighbourhoods take turns, and so do the
 * networks of one of them. Where too many wait, the longest line loses its last one.
 */
export class FairQueue {
  readonly #concurrency: number
  readonly #waitingMax: number
  /** Those of which tasks run or wait, the one that had its last turn longest ago first. */
  readonly #neighbourhoods = new Map<string, Neighbourhood>()
  #running = 0
  #waiting = 0

  constructor (concurrency: number, waitingMax: number) {
    this.#concurrency = concurrency
    this.#waitingMax = waitingMax
  }

  /** @throws busy */
  async run<T> (ip: string, work: () => Promise<T>): Promise<T> {
    const name = neighbourhoodOf(ip)
    const neighbourhood = this.#neighbourhoods.get(name) ?? { name, running: 0, lines: new Map<string, Waiting[]>() }
    this.#neighbourhoods.set(name, neighbourhood)
    if (this.#running >= this.#concurrency) await this.#wait(neighbourhood, networkOf(ip))
    else this.#begin(neighbourhood)
    try {
      return await work()
    } finally {
      this.#running--
      neighbourhood.running--
      this.#forgetIdle(neighbourhood)
      this.#beginNext()
    }
  }

  async #wait (neighbourhood: Neighbourhood, network: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const line = neighbourhood.lines.get(network) ?? []
      line.push({ begin: resolve, refuse: reject })
      neighbourhood.lines.set(network, line)
      if (++this.#waiting > this.#waitingMax) this.#refuseOne()
    })
  }

  /** It counts before its task continues, so that no later one can slip in. */
  #begin (neighbourhood: Neighbourhood): void {
    this.#running++
    neighbourhood.running++
  }

  #beginNext (): void {
    const [first, ...others] = this.#withLines()
    if (first === undefined) return
    const neighbourhood = others.reduce((next, other) => other.running < next.running ? other : next, first)
    this.#neighbourhoods.delete(neighbourhood.name)
    this.#neighbourhoods.set(neighbourhood.name, neighbourhood)
    this.#begin(neighbourhood)
    this.#waiting--
    const { lines } = neighbourhood
    for (const [network, [next, ...later]] of lines.entries().take(1)) {
      lines.delete(network)
      if (later.length > 0) lines.set(network, later)
      next?.begin()
    }
  }

  /** Among equals, the one that came last. */
  #refuseOne (): void {
    const neighbourhood = this.#withLines().reduce((longest, other) => waitingOf(other) >= waitingOf(longest) ? other : longest)
    const [network, line] = [...neighbourhood.lines].reduce((longest, other) => other[1].length >= longest[1].length ? other : longest)
    const last = line.pop()
    if (line.length === 0) neighbourhood.lines.delete(network)
    this.#forgetIdle(neighbourhood)
    this.#waiting--
    last?.refuse(new DomainError('busy', 'too many passwords are being checked now; nothing was changed', { retryAfterS: RETRY_AFTER_S }))
  }

  #withLines (): Neighbourhood[] {
    return [...this.#neighbourhoods.values()].filter(({ lines }) => lines.size > 0)
  }

  #forgetIdle ({ name, running, lines }: Neighbourhood): void {
    if (running === 0 && lines.size === 0) this.#neighbourhoods.delete(name)
  }
}

function waitingOf ({ lines }: Neighbourhood): number {
  return [...lines.values()].reduce((sum, { length }) => sum + length, 0)
}
