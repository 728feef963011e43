import type { Decision, PaymentChange } from '#domain/payments/decision.js'
import { DomainError } from '#domain/errors.js'
import type { Payment } from '#domain/payments/payment.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { reserveRefund } from '#domain/payments/refund.js'
import { settle, settleAll } from '#domain/payments/settlement.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import type { Matter } from '#domain/payments/payment-stats.js'
import type { PaymentStore } from '#application/ports/payment-store.js'
import { payment } from '../contracts/fixtures.js'

export { seeded } from '#infrastructure/sample/draw.js'

export type Random = () => number

export function pick<T> (random: Random, choices: readonly [T, ...T[]]): T {
  return choices[Math.floor(random() * choices.length)] ?? choices[0]
}

const CURRENCIES = ['TRY', 'EUR', 'USD', 'JPY'] as const
const DAYS = 40
const HOUR_MS = 3_600_000

/** Stores a payment and applies random changes. Returns the opened disputes, which its final state does not show. */
export async function liveOut (random: Random, payments: PaymentStore, paymentId: string, start: Timestamp): Promise<number[]> {
  const createdAt = laterBy(start, Math.floor(random() * DAYS * 24) * HOUR_MS)
  const decision = payment(paymentId, { createdAt, amount: 1 + Math.floor(random() * 1_000_000), currency: pick(random, CURRENCIES) })
  await payments.insert(decision)
  const opened: number[] = []
  for (let step = Math.floor(random() * 8); step > 0; step--) {
    const { events } = await payments.update(paymentId, orNothing(someChange(random, createdAt)))
    opened.push(...events.filter(({ type }) => type === 'dispute.opened').map(({ data }) => data.amount))
  }
  return opened
}

/** A refusal changes nothing. */
function orNothing (change: PaymentChange): PaymentChange {
  return (before): Decision => {
    try {
      return change(before)
    } catch (error) {
      if (error instanceof DomainError) return { payment: before, events: [] }
      throw error
    }
  }
}

function someChange (random: Random, createdAt: Timestamp): PaymentChange {
  const now = laterBy(createdAt, Math.floor(random() * 100) * HOUR_MS)
  const refundId = pick(random, ['re_1', 're_2', 're_3'])
  const share = pick(random, [null, 0.1, 0.5, 1])
  const draft = { refundId, reason: null, fingerprint: 'print', owner: 'own', until: now }
  const facts = [random(), random(), random()]
  return pick<PaymentChange>(random, [
    (before) => settle(before, someFact(facts[0] ?? 0, before, refundId), now),
    (before) => settle(before, { kind: 'succeeded', reference: 'ref', amount: before.amount, currency: before.currency }, now),
    (before) => before.refunds.some((refund) => refund.refundId === refundId)
      ? settle(before, someFact(0.99, before, refundId), now)
      : reserveRefund(before, { ...draft, amount: share === null ? null : Math.ceil(before.amount * share) }, now),
    (before) => settle(before, { kind: 'refund', refundId, status: pick(random, ['succeeded', 'failed']) }, now),
    (before) => settleAll(before, facts.map((fact) => someFact(fact, before, refundId)), now),
  ])
}

function someFact (chance: number, { amount, currency }: Payment, refundId: string): PaymentFact {
  const facts: [PaymentFact, ...PaymentFact[]] = [
    { kind: 'succeeded', reference: 'ref', amount, currency },
    { kind: 'succeeded', reference: 'ref', amount: amount + 1, currency },
    { kind: 'failed', reference: null, failure: { code: 'declined', message: 'no' } },
    { kind: 'canceled', reference: null },
    { kind: 'requires_action', reference: 'ref', nextAction: { type: 'redirect', url: 'https://pay.example' } },
    { kind: 'processing', reference: 'ref' },
    { kind: 'dispute', disputeId: 'dp_1', status: 'open', amount },
    { kind: 'dispute', disputeId: 'dp_1', status: 'won', amount },
    { kind: 'dispute', disputeId: 'dp_2', status: 'open', amount: 7 },
    { kind: 'dispute', disputeId: 'dp_2', status: 'lost', amount: 7 },
    { kind: 'refund', refundId, status: 'failed' },
    { kind: 'refund', refundId, status: 'succeeded' },
  ]
  return facts[Math.floor(chance * facts.length)] ?? facts[0]
}

/** The figures, counted from the payments themselves, by `day currency`, without those that are 0. */
export function recount (payments: readonly Payment[], opened: ReadonlyMap<string, readonly number[]>): Record<string, Record<string, number>> {
  const days: Record<string, Record<string, number>> = {}
  for (const { paymentId, createdAt, currency, status, amount, refunds, disputes, taken, capturedAmount } of payments) {
    const figures = days[`${createdAt.slice(0, 10)} ${currency}`] ??= {}
    const count = (matter: Matter, amounts: readonly number[]): void => {
      if (amounts.length === 0) return
      figures[`${matter}_count`] = (figures[`${matter}_count`] ?? 0) + amounts.length
      figures[`${matter}_amount`] = (figures[`${matter}_amount`] ?? 0) + amounts.reduce((sum, one) => sum + one, 0)
    }
    const amountsOf = <T extends { readonly amount: number, readonly status: string }>(entries: readonly T[], wanted: T['status']) =>
      entries.filter((entry) => entry.status === wanted).map((entry) => entry.amount)
    // Another amount than that of the order is no sale.
    const isOther = taken !== null && capturedAmount === 0
    if (!isOther || status === 'pending') count(status, [amount])
    if (!isOther) count('refunds', amountsOf(refunds, 'succeeded'))
    count('disputes_opened', opened.get(paymentId) ?? [])
    count('disputes_won', amountsOf(disputes, 'won'))
    count('disputes_lost', amountsOf(disputes, 'lost'))
  }
  return days
}
