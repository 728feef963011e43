import fc from 'fast-check'
import t from 'tap'
import { countedIn } from '#domain/payments/payment-stats.js'
import { carryOver } from '#domain/payments/carry-over.js'
import { wholeCount } from '#domain/payments/payment-recount.js'
import type { DisputeFact, PaymentFact } from '#domain/payments/payment-fact.js'
import type { Payment } from '#domain/payments/payment.js'
import { maySendReserved, refundableAmount, reserveRefund } from '#domain/payments/refund.js'
import { recordDispute } from '#domain/payments/resolution.js'
import { settle, settleAll } from '#domain/payments/settlement.js'
import { laterBy } from '#domain/time.js'
import { aCapturedPayment, aCause, aDispute, aPayment, aRefund, START } from '../../support/builders.js'
import { must } from './histories.js'

const LATER = laterBy(START, 1000)
const word = { kind: 'dispute', disputeId: 'dp_1', amount: 10_000, currency: 'TRY' } as const
const second = { ...word, charge: 'ref-2' } as const

t.test('a dispute of a second charge is kept with it, told and flagged, and claims nothing of the payment', async (t) => {
  const payment = aCapturedPayment()
  for (const status of ['open', 'lost'] as const) {
    const decision = settle(payment, { ...second, status, at: LATER }, LATER)
    const cause = { flag: 'duplicate_charge', reference: 'dp_1', amount: 10_000 }
    t.match(decision.payment, { status: 'succeeded', disputes: [{ disputeId: 'dp_1', status, charge: 'ref-2' }], flags: ['duplicate_charge'], causes: [cause] })
    t.equal(decision.payment.causes.length, 1)
    t.equal(refundableAmount(decision.payment), 10_000)
    t.ok(maySendReserved(decision.payment))
    t.match(reserveRefund(decision.payment, { refundId: 're_1', amount: null, reason: null, fingerprint: 'f', owner: 'o', until: LATER }, LATER).payment.refunds, [{ amount: 10_000 }])
    t.match(decision.events, [{ type: status === 'open' ? 'dispute.opened' : 'dispute.lost', data: { amount: 10_000, charge: 'ref-2' } }, { type: 'payment.flagged' }])
    t.same(decision.events.flatMap((event) => countedIn(event) ?? []), [])
    t.same(wholeCount(decision.payment).flatMap(({ add }) => Object.keys(add)).filter((figure) => figure.startsWith('disputes')), [], 'nor in a recount')
  }
})

t.test('a dispute that names the charge of the payment is about its own money', async (t) => {
  const { payment, events } = settle(aCapturedPayment(), { ...word, status: 'open', charge: 'ref-1' }, LATER)
  t.match(payment, { status: 'disputed', disputes: [{ charge: null }], flags: [] })
  t.notOk('charge' in (events[0]?.data ?? {}))
  t.equal(events.flatMap((event) => countedIn(event) ?? []).length, 1)
})

t.test('a currency of a second charge is not compared with that of the payment', async (t) => {
  t.same(settle(aCapturedPayment(), { ...second, currency: 'EUR', status: 'open' }, LATER).payment.flags, ['duplicate_charge'])
})

t.test('a word that names the second charge of a known dispute takes it from the payment, and is told', async (t) => {
  const { payment: disputed } = settle(aCapturedPayment(), { ...word, status: 'open' }, START)
  const { payment, events } = settle(disputed, { ...second, status: 'open' }, LATER)
  t.match(payment, { status: 'succeeded', disputes: [{ status: 'open', charge: 'ref-2' }] })
  t.match(events, [{ type: 'dispute.opened', data: { previousStatus: 'disputed', status: 'succeeded', charge: 'ref-2' } }, { type: 'payment.flagged' }])
  t.match(settle(payment, { ...word, status: 'lost' }, LATER).payment, { status: 'succeeded', disputes: [{ status: 'lost', charge: 'ref-2' }] }, 'a word without a charge is about the same one')
})

t.test('the refunds and disputes of another amount that was taken first stay with that charge, and those of the right one count', async (t) => {
  const taken = settle(aPayment(), { kind: 'succeeded', reference: 'ref-other', amount: 500, currency: 'TRY' }, START).payment
  const known: PaymentFact[] = [
    { ...word, status: 'lost', amount: 500 },
    { ...word, disputeId: 'dp_2', status: 'open', charge: 'ref-1' },
    { kind: 'refund', refundId: 're_own', origin: 'provider', reference: 'r-1', charge: 'ref-other', status: 'succeeded', amount: 100 },
    { kind: 'refund', refundId: 're_right', origin: 'provider', reference: 'r-2', charge: 'ref-1', status: 'succeeded', amount: 40 },
  ]
  const { payment: before } = settleAll(taken, known, START)
  t.match(before, { status: 'disputed', refundedAmount: 100 })
  const { payment, events } = settle(before, { kind: 'succeeded', reference: 'ref-1', amount: 10_000, currency: 'TRY' }, LATER)
  t.match(payment, {
    status: 'disputed', capturedAmount: 10_000, refundedAmount: 40,
    disputes: [{ disputeId: 'dp_1', charge: 'ref-other' }, { disputeId: 'dp_2', charge: null }],
    refunds: [{ refundId: 're_own', charge: 'ref-other' }, { refundId: 're_right', charge: null }],
  })
  t.match(events, [{ data: { refundedDelta: 40 } }])
  t.equal(refundableAmount(payment), 9_960)
})

t.test('a dispute of a second charge survives a carry-over with its charge', async (t) => {
  const before = aCapturedPayment()
  const { payment: after } = settle(before, { ...second, status: 'lost', at: LATER }, LATER)
  t.match(carryOver(before, before, after).payment, { status: 'succeeded', disputes: [{ status: 'lost', at: LATER, charge: 'ref-2' }], causes: after.causes })
})

t.test('a person names the second charge of a dispute, and no charge that the payment does not have', async (t) => {
  const charged = aCapturedPayment({ flags: ['duplicate_charge'], causes: [aCause({ flag: 'duplicate_charge', reference: 'ref-2' })] })
  const dispute = { disputeId: 'cb-1', status: 'lost', amount: 10_000 } as const
  t.match(recordDispute(charged, { ...dispute, charge: 'ref-2' }, LATER).payment, { status: 'succeeded', disputes: [{ charge: 'ref-2' }] })
  t.match(recordDispute(charged, { ...dispute, charge: 'ref-1' }, LATER).payment, { status: 'disputed', disputes: [{ charge: null }] })
  t.throws(() => recordDispute(charged, { ...dispute, charge: 'ref-3' }, LATER), { code: 'not_found' })
  t.throws(() => recordDispute(aCapturedPayment({ causes: [aCause({ flag: 'late_success', reference: 'ref-2' })] }), { ...dispute, charge: 'ref-2' }, LATER), { code: 'not_found' })
})

t.test('a dispute keeps when the service learnt of it, whatever is said later', async (t) => {
  const { payment } = settle(aCapturedPayment(), { ...word, status: 'open' }, START)
  const { payment: later } = settle(payment, { ...word, status: 'won', at: LATER }, laterBy(LATER, 1))
  t.match([payment.disputes, later.disputes], [[{ createdAt: START }], [{ status: 'won', createdAt: START }]])
  const earlier = aCapturedPayment({ status: 'disputed', disputes: [aDispute()] })
  t.match(settle(earlier, { ...word, disputeId: 'dp_1', status: 'won', at: LATER }, LATER).payment.disputes, [{ status: 'won', createdAt: null }], 'nor is a time made up later')
})

t.test('a word that repeats what is known only counts as a later word', async (t) => {
  const { payment: lost } = settle(aCapturedPayment(), { ...word, status: 'lost', at: START }, START)
  const { payment, events } = settle(lost, { ...word, status: 'lost', at: laterBy(START, 2000) }, laterBy(START, 5000))
  t.same(payment, { ...lost, version: lost.version + 1, disputes: [{ ...lost.disputes[0], at: laterBy(START, 2000) }] })
  t.same(events, [])
  t.equal(settle(payment, { ...word, status: 'won', at: LATER }, laterBy(START, 6000)).payment, payment, 'a word between the two is an older one')
  t.match(settle(lost, { ...word, status: 'won', at: LATER }, LATER).payment.disputes, [{ status: 'won' }], 'without the repeat it is the newest')
})

t.test('a dispute of an earlier version, without a time, is opened again by a word with one', async (t) => {
  const lost: Payment = aCapturedPayment({ status: 'disputed', disputes: [aDispute({ status: 'lost' })] })
  t.match(settle(lost, { ...word, status: 'open', at: START }, START).payment.disputes, [{ status: 'open', at: START }])
  t.match(settle(lost, { ...word, status: 'open' }, START).payment.disputes, [{ status: 'lost', at: null }])
})

const words: fc.Arbitrary<DisputeFact[]> = fc.array(fc.record({
  kind: fc.constant('dispute' as const),
  disputeId: fc.constantFrom('dp_1', 'dp_2'),
  at: fc.integer({ min: 0, max: 4 }).map((seconds) => laterBy(START, seconds * 1000)),
  status: fc.constantFrom('open', 'won', 'lost', 'warning', 'prevented'),
  amount: fc.constantFrom(4_000, 10_000),
  currency: fc.constantFrom('TRY', undefined),
}, { requiredKeys: ['kind', 'disputeId', 'at', 'status', 'amount'] }).map(({ currency, ...rest }) => ({ ...rest, ...(currency !== undefined && { currency }) })), { maxLength: 6 })

t.test('the words about disputes end the same, in whatever order they arrive', async () => {
  fc.assert(fc.property(words.chain((told) => fc.tuple(fc.constant(told), fc.shuffledSubarray(told, { minLength: told.length }))), ([told, shuffled]) => {
    must(ended(told) === ended(shuffled), `${ended(told)} is not ${ended(shuffled)}`)
  }), { numRuns: 3000 })

  function ended (told: readonly DisputeFact[]): string {
    const start = aCapturedPayment({ status: 'partially_refunded', refundedAmount: 1_000, refunds: [aRefund({ amount: 1_000, status: 'succeeded' })] })
    const payment = told.reduce((current, fact, index) => settle(current, fact, laterBy(LATER, index)).payment, start)
    // When the service learnt of each is the one thing that their order decides.
    const disputes = payment.disputes.map((dispute) => ({ ...dispute, createdAt: null }))
    return JSON.stringify([payment.status, refundableAmount(payment), disputes.toSorted((one, other) => one.disputeId < other.disputeId ? -1 : 1)])
  }
})

t.test('a word about a dispute whose status only another version knows waits for that version', async (t) => {
  const unknown = { ...aDispute(), status: 'arbitration' as 'open' }
  const payment = aCapturedPayment({ status: 'disputed', disputes: [unknown] })
  for (const status of ['warning', 'open', 'prevented', 'won', 'lost'] as const) t.throws(() => settle(payment, { ...word, status }, LATER), { code: 'payment_unreadable' }, status)
})
