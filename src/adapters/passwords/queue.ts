import { DomainError } from '#domain/errors.js'

const RETRY_AFTER_S = 2

/** Runs so many at once, lets some wait in their order, and turns away the rest: a line that only grows would serve nobody. */
export class Queue {
  readonly #concurrency: number
  readonly #waitingMax: number
  readonly #waiting: Array<() => void> = []
  #running = 0

  constructor (concurrency: number, waitingMax: number) {
    this.#concurrency = concurrency
    this.#waitingMax = waitingMax
  }

  /** @throws busy */
  async run<T> (work: () => Promise<T>): Promise<T> {
    await this.#enter()
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      // The place goes over to whoever is next, so that nobody slips in between.
      if (next === undefined) this.#running--
      else next()
    }
  }

  async #enter (): Promise<void> {
    if (this.#running < this.#concurrency) {
      this.#running++
      return
    }
    if (this.#waiting.length >= this.#waitingMax) {
      throw new DomainError('busy', 'too many passwords are being checked just now; nothing was changed', { retryAfterS: RETRY_AFTER_S })
    }
    await new Promise<void>((resolve) => { this.#waiting.push(resolve) })
  }
}
