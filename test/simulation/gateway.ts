import type { Payment } from '#domain/payments/payment.js'
import type { LookupAnswer, PaymentGateway, Unknown } from '#application/ports/payment-gateway.js'
import type { Bank } from './bank.js'
import { never, type Context } from './context.js'
import { knownFacts, TRUSTED_KEY_MS } from './known-facts.js'
import type { Host } from './network.js'
import type { PlantedBug } from './planted/planted-bug.js'
import { signatureHeaderOf, verifiedWebhook } from './webhook-signature.js'

/** After so many charges without an answer a node takes the provider for out, for so long. It remembers that as long as it lives. */
const SILENCES_MAX = 4
const OUTAGE_MS = 20_000
const UNKNOWN: Unknown = { kind: 'unknown', reason: 'timeout' }

/** A node's way to a provider: answers get lost, come too late, or are never read. */
export function bankGateway (bank: Bank, host: Host, context: Context, bug: PlantedBug | null): PaymentGateway {
  const { scheduler, faults, random, trace, charging, ledger } = context
  const keyOf = bug?.providerKey ?? ((reference: string) => reference)
  const trustedKeyMs = bug?.trustedKeyMs ?? TRUSTED_KEY_MS
  let silences = 0
  let outUntil = 0

  async function ask<Answer> (name: string, about: string, effect: () => Answer): Promise<Answer | Unknown> {
    const isMute = faults.isMute(about, scheduler.now)
    const fate = isMute ? 'mute' : faults.gatewayFate(host.name, scheduler.now)
    trace.note(scheduler.now, host.name, `${bank.provider}.${name}`, `${about.slice(0, 14)}${fate === 'pass' ? '' : ` (${fate})`}`)
    await scheduler.sleep(faults.latency())
    if (!host.life.alive) {
      if (random.chance(0.5)) effect()
      return await never()
    }
    if (fate === 'mute') return muted(effect)
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

  /** Others are answered meanwhile. */
  function muted (effect: () => unknown): Unknown {
    if (random.chance(0.5)) effect()
    return UNKNOWN
  }

  function silence (): Unknown {
    if (++silences % SILENCES_MAX === 0) outUntil = scheduler.now + OUTAGE_MS
    return UNKNOWN
  }

  async function askAbout (payment: Payment, name: 'lookup' | 'cancel'): Promise<LookupAnswer> {
    const { paymentId, lease } = payment
    const answer = await ask(name, paymentId, () => ({ kind: 'facts', facts: knownFacts(bank, { payment, key: keyOf(paymentId, lease.epoch), trustedKeyMs, ask: name }) }) as const)
    if (answer.kind === 'unknown' || answer.facts === null) return UNKNOWN
    return answer.facts.length === 0 ? { kind: 'not_found' } : { kind: 'found', facts: answer.facts }
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
    lookup: async (payment) => {
      const answer = await askAbout(payment, 'lookup')
      if (answer.kind !== 'unknown') ledger.asked.set(payment.paymentId, scheduler.now)
      return answer
    },
    cancel: async (payment) => await askAbout(payment, 'cancel'),
    verifyWebhook: (delivery) => verifiedWebhook(bank.provider, delivery),
  }
}
