import type { PaymentGateway, Unknown } from '#application/ports/payment-gateway.js'
import type { Bank } from './bank.js'
import { never, type Context } from './context.js'
import type { Host } from './network.js'
import { signatureHeaderOf, verifiedWebhook } from './webhook-signature.js'

/** After so many charges without an answer a node takes the provider for out, for so long. It remembers that as long as it lives. */
const SILENCES_MAX = 4
const OUTAGE_MS = 20_000

/** A node's way to a provider: answers get lost, come too late, or are never read. */
export function bankGateway (bank: Bank, host: Host, context: Context, keyOf: (reference: string, epoch: number) => string): PaymentGateway {
  const { scheduler, faults, random, trace, charging, ledger } = context
  let silences = 0
  let outUntil = 0

  async function ask<Answer> (name: string, about: string, effect: () => Answer): Promise<Answer | Unknown> {
    const fate = faults.gatewayFate(host.name, scheduler.now)
    trace.note(scheduler.now, host.name, `${bank.provider}.${name}`, `${about.slice(0, 14)}${fate === 'pass' ? '' : ` (${fate})`}`)
    await scheduler.sleep(faults.latency())
    if (!host.life.alive) {
      if (random.chance(0.5)) effect()
      return await never()
    }
    if (fate === 'before') return silence()
    if (fate === 'late') {
      scheduler.after(random.between(1_000, random.pick([100_000, 1_000_000])), effect)
      return silence()
    }
    if (fate === 'crash-before') return await die()
    // A network repeats what a provider recognises; the others forbid their clients to try again by themselves.
    if (fate === 'double' && bank.idempotent) effect()
    const answer = effect()
    if (fate === 'crash-after') return await die()
    if (fate === 'after') return silence()
    silences = 0
    if (random.chance(0.3)) await scheduler.sleep(faults.latency(), host.life)
    return answer
  }

  function silence (): Unknown {
    if (++silences % SILENCES_MAX === 0) outUntil = scheduler.now + OUTAGE_MS
    return { kind: 'unknown', reason: 'timeout' }
  }

  async function die (): Promise<never> {
    host.crash()
    return await never()
  }

  return {
    provider: bank.provider,
    capabilities: { idempotent: bank.idempotent, currencies: null },
    signatureHeader: signatureHeaderOf(bank.provider),
    outageS: () => outUntil > scheduler.now ? Math.ceil((outUntil - scheduler.now) / 1000) : null,
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
    lookup: async ({ paymentId }) => {
      const facts = await ask('lookup', paymentId, () => ({ kind: 'facts', facts: bank.lookup(paymentId) }) as const)
      if (facts.kind === 'unknown') return facts
      ledger.asked.set(paymentId, scheduler.now)
      return facts.facts === null ? { kind: 'not_found' } : { kind: 'found', facts: facts.facts }
    },
    cancel: async ({ paymentId }) => {
      const facts = await ask('cancel', paymentId, () => {
        bank.cancel(paymentId)
        return { kind: 'facts', facts: bank.lookup(paymentId) } as const
      })
      if (facts.kind === 'unknown') return facts
      return facts.facts === null ? { kind: 'not_found' } : { kind: 'found', facts: facts.facts }
    },
    verifyWebhook: (delivery) => verifiedWebhook(bank.provider, delivery),
  }
}
