import { CircuitState, circuitBreaker, ConsecutiveBreaker, handleWhen } from 'cockatiel'
import { DomainError } from '#domain/errors.js'

/** Outages in a row before the store counts as away: one or two may be a connection that broke. */
const OUTAGES_MAX = 5
/** Signs of life in a row before it counts as back: one may come from a store that goes away again. */
const SIGNS_OF_LIFE = 3
const RETRY_AFTER_S = 5

/** Whether the store answers. While it does not, nobody waits for it: a probe of its own asks whether it is back. */
export class StoreHealth {
  readonly #breaker = circuitBreaker(handleWhen(isOutage), { halfOpenAfter: 0, breaker: new ConsecutiveBreaker(OUTAGES_MAX) })
  #signs = 0

  /** @param onChange told when the store goes away, and when it is back */
  constructor (onChange: (isAway: boolean) => void) {
    this.#breaker.onBreak(() => { onChange(true) })
    this.#breaker.onReset(() => { onChange(false) })
  }

  get isAway (): boolean {
    return this.#breaker.state !== CircuitState.Closed
  }

  /** @throws store_unavailable at once while the store is away */
  async run<T> (call: () => Promise<T>): Promise<T> {
    if (this.isAway) throw away()
    return await this.#breaker.execute(call)
  }

  /** Looks whether the store is back, and tells when it is. */
  async probe (ping: () => Promise<void>): Promise<boolean> {
    try {
      await ping()
    } catch {
      this.#signs = 0
      return false
    }
    if (++this.#signs < SIGNS_OF_LIFE) return false
    this.#signs = 0
    await this.#breaker.execute(async () => {})
    return true
  }
}

export function isOutage (error: unknown): boolean {
  return error instanceof DomainError && error.code === 'store_unavailable'
}

export function away (): DomainError {
  return new DomainError('store_unavailable', 'the store does not answer, and this can not wait for it', { retryAfterS: RETRY_AFTER_S })
}
