import { CircuitState, circuitBreaker, ConsecutiveBreaker, handleWhen } from 'cockatiel'
import { DomainError } from '#domain/errors.js'
import { StoreUnserved } from '#application/ports/store-unserved.js'

/** Failures in a row before the store counts as away: one or two may be a broken connection. */
const FAILURES_MAX = 5
/** Answered probes in a row before the store counts as back: one may come from a store that goes away again. */
const PROBES_ANSWERED = 3
const RETRY_AFTER_S = 5
/** One probe answers for all calls that the store refuses within this time. */
const PROBE_SHARED_MS = 1000

interface Options {
  /** @throws store_unavailable where the store does not answer */
  readonly ping: () => Promise<void>
  /** Milliseconds of a monotonic clock. */
  readonly nowMs: () => number
  /** Called when the store goes away and when it is back. */
  readonly onChange: (isAway: boolean) => void
}

/** Whether the store answers. While it is away, no call waits for it; a probe checks whether it is back. */
export class StoreHealth {
  readonly #breaker = circuitBreaker(handleWhen(isOutage), { halfOpenAfter: 0, breaker: new ConsecutiveBreaker(FAILURES_MAX) })
  readonly #ping: Options['ping']
  readonly #nowMs: Options['nowMs']
  #answered = 0
  #shared: { readonly atMs: number, readonly answers: Promise<boolean> } | null = null

  constructor ({ ping, nowMs, onChange }: Options) {
    this.#ping = ping
    this.#nowMs = nowMs
    this.#breaker.onBreak(() => { onChange(true) })
    this.#breaker.onReset(() => { onChange(false) })
  }

  get isAway (): boolean {
    return this.#breaker.state !== CircuitState.Closed
  }

  /** @throws store_unavailable at once while the store is away */
  async run<T> (call: () => Promise<T>): Promise<T> {
    if (this.isAway) throw away()
    const outcome = await this.#breaker.execute(async () => {
      try {
        return { value: await call() }
      } catch (error) {
        // A call that is refused for a reason of its own, such as a missing index, is no sign that the store is away.
        if (!(error instanceof StoreUnserved) || !await this.#answersAll()) throw error
        return { error }
      }
    })
    if ('error' in outcome) throw outcome.error
    return outcome.value
  }

  /** Pings a store that is away. True once it counts as back. */
  async probe (): Promise<boolean> {
    if (!await this.#answers()) {
      this.#answered = 0
      return false
    }
    if (++this.#answered < PROBES_ANSWERED) return false
    this.#answered = 0
    await this.#breaker.execute(async () => {})
    return true
  }

  /** Whether the store answers a probe, at most once in a while. */
  async #answersAll (): Promise<boolean> {
    const atMs = this.#nowMs()
    if (this.#shared === null || atMs - this.#shared.atMs >= PROBE_SHARED_MS) this.#shared = { atMs, answers: this.#answers() }
    return await this.#shared.answers
  }

  async #answers (): Promise<boolean> {
    return await this.#ping().then(() => true, () => false)
  }
}

export function isOutage (error: unknown): boolean {
  return error instanceof DomainError && error.code === 'store_unavailable'
}

export function away (): DomainError {
  return new DomainError('store_unavailable', 'the store does not answer, and this request needs it', { retryAfterS: RETRY_AFTER_S })
}
