import { CircuitState, circuitBreaker, ConsecutiveBreaker, handleWhen } from 'cockatiel'
import { DomainError } from '#domain/errors.js'

/** Failures in a row before the store counts as away: one or two may be a broken connection. */
const FAILURES_MAX = 5
/** Answered probes in a row before the store counts as back: one may come from a store that goes away again. */
const PROBES_ANSWERED = 3
const RETRY_AFTER_S = 5

/** Whether the store answers. While it is away, no call waits for it; a probe checks whether it is back. */
export class StoreHealth {
  readonly #breaker = circuitBreaker(handleWhen(isOutage), { halfOpenAfter: 0, breaker: new ConsecutiveBreaker(FAILURES_MAX) })
  #answered = 0

  /** @param onChange called when the store goes away and when it is back */
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

  /** Pings a store that is away. True once it counts as back. */
  async probe (ping: () => Promise<void>): Promise<boolean> {
    try {
      await ping()
    } catch {
      this.#answered = 0
      return false
    }
    if (++this.#answered < PROBES_ANSWERED) return false
    this.#answered = 0
    await this.#breaker.execute(async () => {})
    return true
  }
}

export function isOutage (error: unknown): boolean {
  return error instanceof DomainError && error.code === 'store_unavailable'
}

export function away (): DomainError {
  return new DomainError('store_unavailable', 'the store does not answer, and this request needs it', { retryAfterS: RETRY_AFTER_S })
}
