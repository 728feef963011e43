import { CircuitState, circuitBreaker, CountBreaker, handleWhenResult, isBrokenCircuitError } from 'cockatiel'
import type { Timestamp } from '#domain/time.js'
import type { BreakerState } from '#application/ports/payment-gateway.js'

/** The breaker opens when the other side was out in more than half of the last calls, counted from the tenth on. */
const BREAKER = { threshold: 0.5, size: 20, minimumNumberOfCalls: 10 }
/** The time without new calls before one of them probes the other side. */
const BREAK_MS = 30_000
/** The advised wait while the probe runs. */
const PROBE_S = 2

export interface Breaker<Answer> {
  /** Seconds in which nothing new should be begun; null when the other side answers. */
  readonly outageS: () => number | null
  /** The state in which new calls find the other side. */
  readonly state: () => BreakerState
  /** Makes a call, and counts its answer. No call is held back. */
  readonly counted: (call: () => Promise<Answer>) => Promise<Answer>
}

/**
 * States: closed; open after too many answers that mean an outage; half open after `BREAK_MS`, when one call probes: an answer closes the
 * breaker, another such answer opens it again.
 */
export function makeBreaker<Answer> (isOut: (answer: Answer) => boolean): Breaker<Answer> {
  const policy = circuitBreaker(handleWhenResult((answer) => isOut(answer as Answer)), {
    halfOpenAfter: BREAK_MS,
    breaker: new CountBreaker(BREAKER),
  })
  let openedAt = 0
  let since: Timestamp | null = null
  let isOpen = false
  policy.onBreak(() => {
    openedAt = Date.now()
    // A probe that fails ends no outage.
    if (!isOpen) since = new Date(openedAt).toISOString()
    isOpen = true
  })
  policy.onReset(() => {
    since = new Date().toISOString()
    isOpen = false
  })
  const restMs = (): number => openedAt + BREAK_MS - Date.now()

  return {
    outageS: () => {
      if (policy.state === CircuitState.Closed) return null
      if (policy.state === CircuitState.HalfOpen) return PROBE_S
      return restMs() > 0 ? Math.ceil(restMs() / 1000) : null
    },
    state: () => ({ breaker: isOpen ? policy.state === CircuitState.Open && restMs() > 0 ? 'open' : 'half_open' : 'closed', since }),
    counted: async (call) => {
      // What is stored waits for no probe.
      if (policy.state === CircuitState.HalfOpen) return await call()
      try {
        return await policy.execute(call)
      } catch (error) {
        if (!isBrokenCircuitError(error)) throw error
        return await call()
      }
    },
  }
}
