import fc from 'fast-check'
import t from 'tap'
import { carryOver } from '#domain/payments/carry-over.js'
import type { Payment } from '#domain/payments/payment.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { settle, settleAll } from '#domain/payments/settlement.js'
import { laterBy } from '#domain/time.js'
import { aCapturedPayment, aPayment, aRefund, START } from '../../support/builders.js'
import { facts, histories, must, walk } from './histories.js'

const LATER = laterBy(START, 1000)

/** The state of a payment without leases, follow-ups, versions and times. */
function essence ({ status, capturedAmount, refundedAmount, refunds, disputes, flags, causes, providerReference, nextAction, failure, taken }: Payment): string {
  return JSON.stringify([
    status, capturedAmount, refundedAmount, providerReference, nextAction, failure, taken, [...flags].sort(),
    causes.map(({ flag, reference, amount }) => JSON.stringify([flag, reference, amount])).sort(),
    refunds.map(({ refundId, amount, status: ended, origin, reference, charge, failure: refused }) => [refundId, amount, ended, origin, reference, charge, refused]),
    disputes.map(({ disputeId, status: ended, amount, currency, at, charge }) => [disputeId, ended, amount, currency, at, charge]).sort(),
  ])
}

t.test('carrying over a history leads to the same payment, and doing so again changes nothing', async () => {
  fc.assert(fc.property(histories, ([start, history]) => {
    walk(start, history, (before, { payment: after }) => {
      // A refund is reserved only while the store answers, so a carry-over never begins one.
      if (after.refunds.some(({ refundId, origin }) => origin === 'service' && !before.refunds.some((refund) => refund.refundId === refundId))) return
      const { payment, events } = carryOver(before, before, after)
      must(essence(payment) === essence(after), `${essence(payment)} is not ${essence(after)}`)
      must(payment === before || payment.version === before.version + 1, 'more than one change')
      must(new Set(events.map(({ eventId }) => eventId)).size === events.length, 'events share an id')
      must(carryOver(payment, before, after).payment === payment, 'doing it again changes something')
    })
  }), { numRuns: 2000 })
})

t.test('a charge of another amount on a final payment is kept with its reference', async (t) => {
  const { payment: before } = settle(aPayment(), { kind: 'canceled', reference: null }, START)
  const { payment: after } = settle(before, { kind: 'succeeded', reference: 'ref-1', amount: 1, currency: before.currency }, START)
  t.match(carryOver(before, before, after).payment, { status: 'pending', flags: ['amount_mismatch', 'late_success'], taken: { reference: 'ref-1', amount: 1 } })
})

t.test('what was learned together of two charges leads to the same payment and causes', async (t) => {
  const other = { kind: 'succeeded', reference: 'ref-1', amount: 9_999, currency: 'TRY' } as const
  const right = { kind: 'succeeded', reference: 'ref-2', amount: 10_000, currency: 'TRY' } as const
  const dispute = { kind: 'dispute', disputeId: 'dp_1', status: 'open', amount: 1 } as const
  const { payment: taken } = settle(aPayment(), other, START)
  const { payment: disputed } = settle(taken, dispute, START)
  const { payment: failed } = settle(aPayment(), { kind: 'failed', reference: null, failure: { code: 'declined', message: 'no' } }, START)
  const first = { kind: 'refund', origin: 'provider', status: 'succeeded', refundId: 're_1', reference: 'r-1', amount: 10 } as const
  const next = { ...first, refundId: 're_2', reference: 'r-2', amount: 20 } as const
  const changes: Array<[string, Payment, PaymentFact[]]> = [
    ['a dispute of the first charge', taken, [dispute, right]],
    ['a dispute of the first charge, with another amount', disputed, [{ ...dispute, amount: 2 }, right]],
    ['a dispute that names the second charge', disputed, [{ ...dispute, charge: 'ref-2' }, right]],
    ['a dispute in another currency', taken, [{ ...dispute, currency: 'EUR', charge: 'ref-2' }, right]],
    ['late money twice', failed, [other, right]],
    ['more and more given back', settleAll(taken, [{ ...dispute, status: 'lost', amount: 9_999 }, { ...first, status: 'pending' }, { ...next, status: 'pending' }], START).payment, [next, first]],
  ]
  for (const [name, before, told] of changes) {
    const { payment: after } = settleAll(before, told, LATER)
    t.equal(essence(carryOver(before, before, after).payment), essence(after), name)
  }
})

t.test('captured money and flags survive a carry-over of older facts', async () => {
  fc.assert(fc.property(facts, facts, (here, there) => {
    const before = aPayment()
    const { payment: after } = settle(before, here, laterBy(START, 1000))
    const { payment: elsewhere } = settle(before, there, laterBy(START, 2000))
    const { payment } = carryOver(elsewhere, before, after)
    must(payment.capturedAmount >= Math.max(after.capturedAmount, elsewhere.capturedAmount), 'captured money is gone')
    must([...after.flags, ...elsewhere.flags].every((flag) => payment.flags.includes(flag)), 'a flag is gone')
  }))
})

t.test('only the owner ends the lease of a charge, and an open payment keeps its follow-up', async (t) => {
  const before = aPayment()
  const after = { ...before, lease: { ...before.lease, until: null }, updatedAt: laterBy(START, 1000) }
  t.match(carryOver(before, before, after), { payment: { version: 2, lease: { until: null } }, events: [] })
  const taken = { ...before, lease: { owner: 'lease_other', epoch: 2, until: laterBy(START, 90_000) } }
  t.equal(carryOver(taken, before, after).payment, taken)
  t.equal(carryOver(before, before, { ...before, version: 2 }).payment, before, 'a lease that goes on is left to its time')
})

t.test('a state of another version is not carried over, and flags beside it are', async (t) => {
  const unreadable = { name: 'DomainError', code: 'payment_unreadable' }
  const before = aPayment()
  const onHold: Payment = { ...before, status: 'on_hold' as never }
  t.throws(() => carryOver(before, before, onHold), unreadable, 'a status')
  const captured = aCapturedPayment({ refunds: [aRefund()] })
  t.throws(() => carryOver(captured, captured, { ...captured, refunds: [aRefund({ status: 'queued' as never })] }), unreadable, 'a status of a refund')
  t.match(carryOver(onHold, onHold, { ...onHold, flags: ['amount_mismatch'] }).payment, { status: 'on_hold', flags: ['amount_mismatch'] })
})

t.test('a fact that only another version knows is not applied', async (t) => {
  for (const fact of [{ kind: 'payout' }, { kind: 'refund', refundId: 're_1', status: 'queued' }, { kind: 'dispute', disputeId: 'dp_1', status: 'in_review', amount: 1 }]) {
    t.throws(() => settle(aCapturedPayment({ refunds: [aRefund()] }), fact as never, START), { code: 'payment_unreadable' }, fact.kind)
  }
})
