import type { PaymentGateway } from '#application/ports/payment-gateway.js'
import type { ChargeFact, PaymentFact } from '#domain/payments/payment-fact.js'
import type { Charge, Provider } from './provider.js'
import { SIGNATURE_HEADER, verifyWebhook } from './webhook.js'

export interface GatewayOptions {
  readonly provider: Provider
  /** Every key whose signatures are taken. */
  readonly keys: readonly Buffer[]
  /** The address of the page on which the payer approves or refuses. */
  readonly pageUrl: (reference: string) => string
}

/** The simulated bank behind the port that every provider has. */
export function makeGateway ({ provider, keys, pageUrl }: GatewayOptions): PaymentGateway {
  return {
    provider: 'simulator',
    capabilities: { idempotent: true, currencies: null },
    signatureHeader: SIGNATURE_HEADER,
    /** Its tokens are sentences of a play, and what is none of them goes well: it takes everything. */
    check () {},
    async charge ({ payment, token }) {
      const answer = await provider.charge(payment, token)
      return 'kind' in answer ? answer : chargeFact(answer)
    },
    async lookup ({ paymentId }) {
      const charge = provider.find(paymentId)
      if (charge !== undefined) return { kind: 'found', facts: factsOf(charge) }
      // It forgets at restart, and another process has another memory: only of what it has refused itself can it be sure.
      return provider.hasRefused(paymentId) ? { kind: 'not_found' } : { kind: 'unknown', reason: 'the simulator does not remember this payment' }
    },
    async refund ({ payment, refundId, amount }) {
      return { kind: provider.refund(payment, refundId, amount) }
    },
    verifyWebhook: (delivery) => verifyWebhook(delivery, keys),
  }

  function chargeFact ({ outcome, reference, amount, currency }: Readonly<Charge>): ChargeFact {
    switch (outcome.status) {
      case 'succeeded': return { kind: 'succeeded', reference, amount, currency }
      case 'failed': return { kind: 'failed', reference, failure: outcome.failure }
      case 'processing': return { kind: 'processing', reference }
      case 'requires_action': return { kind: 'requires_action', reference, nextAction: { type: 'redirect', url: pageUrl(reference) } }
    }
  }

  function factsOf (charge: Readonly<Charge>): PaymentFact[] {
    const refunds = charge.refunds.map(({ refundId, status }): PaymentFact => ({ kind: 'refund', refundId, status }))
    const { dispute, amount } = charge
    const disputes: PaymentFact[] = dispute === null ? [] : [{ kind: 'dispute', ...dispute, amount }]
    return [chargeFact(charge), ...refunds, ...disputes]
  }
}
