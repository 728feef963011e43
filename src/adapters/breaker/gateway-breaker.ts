import { CircuitState, circuitBreaker, CountBreaker, handleWhenResult, isBrokenCircuitError } from 'cockatiel'
import type { ChargeAnswer, ChargeRequest, PaymentGateway } from '#application/ports/payment-gateway.js'

/** The breaker opens when the provider was out in more than half of the last charges, counted from the tenth on. */
const BREAKER = { threshold: 0.5, size: 20, minimumNumberOfCalls: 10 }
/** The time without new payments before one charge probes the provider. */
const BREAK_MS = 30_000
/** The advised wait while the probe runs. */
const PROBE_S = 2

/**
 * A gateway that knows when its provider is out: an outcome is unknown, or the provider takes no request under our key. States: closed;
 * open after too many such charges; half open after `BREAK_MS`, when one charge probes the provider: an answer closes the breaker, another
 * such charge opens it again. Declines are answers, and so is the refusal of one request, which a payer could bring about with wrong data;
 * and look-ups do not count, because their outcome may be unknown for a single payment. The breaker holds no call back: use cases
 * refuse new payments by `outageS` before they store anything, and calls for a stored payment always go through.
 */
export function withBreaker (gateway: PaymentGateway): PaymentGateway {
  const policy = circuitBreaker(handleWhenResult((answer) => isOut(answer as ChargeAnswer)), {
    halfOpenAfter: BREAK_MS,
    breaker: new CountBreaker(BREAKER),
  })
  let openedAt = 0
  policy.onBreak(() => { openedAt = Date.now() })

  return {
    provider: gateway.provider,
    capabilities: gateway.capabilities,
    ...(gateway.installments === undefined ? {} : { installments: gateway.installments }),
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
    cancel: async (payment) => await gateway.cancel(payment),
    paymentOf: gateway.paymentOf?.bind(gateway),
    ...(gateway.listDay !== undefined && { listDay: gateway.listDay.bind(gateway) }),
    verifyWebhook: (delivery) => gateway.verifyWebhook(delivery),
  }

  async function chargeCounted (request: ChargeRequest): Promise<ChargeAnswer> {
    // The payment is stored and its payer waits, so it does not wait for the probe.
    if (policy.state === CircuitState.HalfOpen) return await gateway.charge(request)
    try {
      return await policy.execute(async () => await gateway.charge(request))
    } catch (error) {
      if (!isBrokenCircuitError(error)) throw error
      return await gateway.charge(request)
    }
  }
}

function isOut (answer: ChargeAnswer): boolean {
  return answer.kind === 'unknown' || (answer.kind === 'refused' && answer.about === 'access')
}
