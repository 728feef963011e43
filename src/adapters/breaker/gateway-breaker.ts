import type { ChargeAnswer, PaymentGateway } from '#application/ports/payment-gateway.js'
import { makeBreaker } from './breaker.js'

/**
 * A gateway that knows when its provider is out: the outcome of a charge is unknown, or the provider takes no request under our key.
 * Declines are answers, and so is the refusal of one request, which a payer could bring about with wrong data; and look-ups do not count,
 * because their outcome may be unknown for a single payment. The breaker holds no call back: use cases refuse new payments by `outageS`
 * before they store anything, and calls for a stored payment always go through.
 */
export function withBreaker (gateway: PaymentGateway): PaymentGateway {
  const { outageS, counted, state } = makeBreaker(isOut)
  let lastErrorCode: string | null = null
  return {
    provider: gateway.provider,
    capabilities: gateway.capabilities,
    ...(gateway.installments === undefined ? {} : { installments: gateway.installments }),
    signatureHeader: gateway.signatureHeader,
    outageS,
    standing: () => ({ ...state(), lastErrorCode }),
    check: (request) => { gateway.check(request) },
    charge: async (request) => {
      const answer = await counted(async () => await gateway.charge(request))
      lastErrorCode = errorCodeOf(answer) ?? lastErrorCode
      return answer
    },
    lookup: async (payment) => await gateway.lookup(payment),
    refund: async (request) => await gateway.refund(request),
    cancel: async (payment) => await gateway.cancel(payment),
    paymentOf: gateway.paymentOf?.bind(gateway),
    ...(gateway.listDay !== undefined && { listDay: gateway.listDay.bind(gateway) }),
    verifyWebhook: (delivery) => gateway.verifyWebhook(delivery),
  }
}

function isOut (answer: ChargeAnswer): boolean {
  return answer.kind === 'unknown' || (answer.kind === 'refused' && answer.about === 'access')
}

/** A decline is no error of the provider. */
function errorCodeOf (answer: ChargeAnswer): string | null {
  if (answer.kind === 'unknown') return 'outcome_unknown'
  return answer.kind === 'refused' ? answer.code : null
}
