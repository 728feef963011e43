import type { Payment } from '#domain/payments/payment.js'
import type { LookupAnswer, PaymentGateway } from '#application/ports/payment-gateway.js'
import { makeAsking, UNKNOWN } from './asking.js'
import type { Bank } from './bank.js'
import type { Context } from './context.js'
import { knownFacts, TRUSTED_KEY_MS } from './known-facts.js'
import type { Host } from './network.js'
import type { PlantedBug } from './planted/planted-bug.js'
import { signatureHeaderOf, verifiedWebhook } from './webhook-signature.js'

/** A node's way to a provider: answers get lost, come too late, or are never read. */
export function bankGateway (bank: Bank, host: Host, context: Context, bug: PlantedBug | null): PaymentGateway {
  const { scheduler, charging, ledger } = context
  const keyOf = bug?.providerKey ?? ((reference: string) => reference)
  const trustedKeyMs = bug?.trustedKeyMs ?? TRUSTED_KEY_MS
  const { ask, outageS } = makeAsking({ name: bank.provider, isRepeatable: bank.idempotent }, host, context)

  async function askAbout (payment: Payment, name: 'lookup' | 'cancel'): Promise<LookupAnswer> {
    const { paymentId, lease } = payment
    const answer = await ask(name, paymentId, () => ({ kind: 'facts', facts: knownFacts(bank, { payment, key: keyOf(paymentId, lease.epoch), trustedKeyMs, ask: name }) }) as const)
    if (answer.kind === 'unknown' || answer.facts === null) return UNKNOWN
    return answer.facts.length === 0 ? { kind: 'not_found' } : { kind: 'found', facts: answer.facts }
  }

  return {
    provider: bank.provider,
    capabilities: { idempotent: bank.idempotent, currencies: null },
    signatureHeader: signatureHeaderOf(bank.provider),
    outageS,
    check: () => {},
    charge: async ({ payment: { paymentId, amount, currency, installments, lease } }) => {
      charging.add(lease.owner)
      const answer = await ask('charge', paymentId, () => bank.charge({ paymentId, key: keyOf(paymentId, lease.epoch), amount, currency, installments }))
      charging.delete(lease.owner)
      return answer
    },
    refund: async ({ payment: { paymentId, refunds, providerReference }, refundId, amount }) => {
      const epoch = refunds.find((refund) => refund.refundId === refundId)?.lease.epoch ?? 1
      const answer = await ask('refund', refundId, () => bank.refund({ paymentId, refundId, charge: String(providerReference), key: keyOf(refundId, epoch), amount }))
      return answer.kind === 'unknown' ? answer : { kind: answer.status, ...(answer.reference !== undefined && { reference: answer.reference }) }
    },
    lookup: async (payment) => {
      const answer = await askAbout(payment, 'lookup')
      if (answer.kind !== 'unknown') ledger.asked.set(payment.paymentId, scheduler.now)
      return answer
    },
    cancel: async (payment) => await askAbout(payment, 'cancel'),
    verifyWebhook: (delivery) => verifiedWebhook(bank.provider, delivery),
  }
}
