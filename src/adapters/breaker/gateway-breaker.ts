import { CircuitState, circuitBreaker, CountBreaker, handleWhenResult, isBrokenCircuitError } from 'cockatiel'
import type { ChargeAnswer, ChargeRequest, PaymentGateway } from '#application/ports/payment-gateway.js'

/** A provider is out when more than half of its last charges had no usable answer, counted from the tenth on. */
const BREAKER = { threshold: 0.5, size: 20, minimumNumberOfCalls: 10 }
/** How long nothing new is charged before one charge tries again. */
const BREAK_MS = 30_000
/** While that one is under way. */
const PROBE_S = 2

/**
 * A gateway that knows when its provider is out. Declines are answers; what counts is charges of unknown outcome, because look-ups may be
 * unknown for one payment alone. Nothing that is asked of it is kept back: new payments are refused ahead of it by `outageS`, before
 * anything is stored, and whatever belongs to a payment that exists still has to be tried.
 */
export function withBreaker (gateway: PaymentGateway): PaymentGateway {
  const policy = circuitBreaker(handleWhenResult((answer) => (answer as ChargeAnswer).kind === 'unknown'), {
    halfOpenAfter: BREAK_MS,
    breaker: new CountBreaker(BREAKER),
  })
  let openedAt = 0
  policy.onBreak(() => { openedAt = Date.now() })

  return {
    provider: gateway.provider,
    capabilities: gateway.capabilities,
    signatureHeader: gateway.signatureHeader,
    outageS: () => {
      if (policy.state === CircuitState.Closed) return null
      if (policy.state === CircuitState.HalfOpen) return PROBE_S
      const restMs = openedAt + BREAK_MS - Date.now()
      return restMs > 0 ? Math.ceil(restMs / 1000) : null
    },
    check: (request) => { gateway.check(request) },
    charge: async (request) => await chargeCounted(request),
    lookup: async (payment) => await gateway.lookup(payment),
    refund: async (request) => await gateway.refund(request),
    verifyWebhook: (delivery) => gateway.verifyWebhook(delivery),
  }

  async function chargeCounted (request: ChargeRequest): Promise<ChargeAnswer> {
    // One that waited for the probe would hold up its payer, and its payment exists.
    if (policy.state === CircuitState.HalfOpen) return await gateway.charge(request)
    try {
      return await policy.execute(async () => await gateway.charge(request))
    } catch (error) {
      if (!isBrokenCircuitError(error)) throw error
      return await gateway.charge(request)
    }
  }
}
