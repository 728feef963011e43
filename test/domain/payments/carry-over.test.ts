import fc from 'fast-check'
import t from 'tap'
import { carryOver } from '#domain/payments/carry-over.js'
import type { Payment } from '#domain/payments/payment.js'
import { settle } from '#domain/payments/settlement.js'
import { laterBy } from '#domain/time.js'
import { aPayment, START } from '../../support/builders.js'
import { facts, histories, must, walk } from './histories.js'

/** What counts of a payment: all but leases, checks, versions and times. */
function essence ({ status, capturedAmount, refundedAmount, refunds, disputes, flags, providerReference, nextAction, failure }: Payment): string {
  return JSON.stringify([
    status, capturedAmount, refundedAmount, providerReference, nextAction, failure, [...flags].sort(),
    refunds.map(({ refundId, amount, status: ended }) => [refundId, amount, ended]),
    disputes.map(({ disputeId, status: ended, amount }) => [disputeId, ended, amount]).sort(),
  ])
}

t.test('what was learnt on one way brings the payment from where it began to where it ended, and once is enough', async () => {
  fc.assert(fc.property(histories, ([start, history]) => {
    walk(start, history, (before, { payment: after }) => {
      // A refund is only ever begun where the store is there to say what was given back before.
      if (after.refunds.length > before.refunds.length) return
      const { payment, events } = carryOver(before, before, after)
      must(essence(payment) === essence(after), `${essence(payment)} is not ${essence(after)}`)
      must(payment === before || payment.version === before.version + 1, 'more than one change')
      must(new Set(events.map(({ eventId }) => eventId)).size === events.length, 'events share an id')
      must(carryOver(payment, before, after).payment === payment, 'doing it again changes something')
    })
  }), { numRuns: 500 })
})

t.test('where another amount was charged for a payment that is over, the charge is found afterwards', async (t) => {
  const { payment: before } = settle(aPayment(), { kind: 'canceled', reference: null }, START)
  const { payment: after } = settle(before, { kind: 'succeeded', reference: 'ref-1', amount: 1, currency: before.currency }, START)
  t.match(carryOver(before, before, after).payment, { status: 'canceled', flags: ['amount_mismatch'], providerReference: 'ref-1' })
})

t.test('money that was captured meanwhile is not lost to older news', async () => {
  fc.assert(fc.property(facts, facts, (here, there) => {
    const before = aPayment()
    const { payment: after } = settle(before, here, laterBy(START, 1000))
    const { payment: elsewhere } = settle(before, there, laterBy(START, 2000))
    const { payment } = carryOver(elsewhere, before, after)
    must(payment.capturedAmount >= Math.max(after.capturedAmount, elsewhere.capturedAmount), 'captured money is gone')
    must([...after.flags, ...elsewhere.flags].every((flag) => payment.flags.includes(flag)), 'a flag is gone')
  }))
})

t.test('the lease of a charge ends with its owner alone, and what stays open is checked', async (t) => {
  const before = aPayment()
  const after = { ...before, lease: { ...before.lease, until: null }, updatedAt: laterBy(START, 1000) }
  t.match(carryOver(before, before, after), { payment: { version: 2, lease: { until: null } }, events: [] })
  const taken = { ...before, lease: { owner: 'own_other', epoch: 2, until: laterBy(START, 90_000) } }
  t.equal(carryOver(taken, before, after).payment, taken)
  t.equal(carryOver(before, before, { ...before, version: 2 }).payment, before, 'a lease that goes on is left to its time')
})
