import t from 'tap'
import { endOffer, isAbandoned, liveAction } from '#domain/payments/offer.js'
import { settle } from '#domain/payments/settlement.js'
import { DAY_MS, laterBy, MINUTE_MS } from '#domain/time.js'
import { aCapturedPayment, aPayment, START } from '../../support/builders.js'

const HALF_HOUR_MS = 1_800_000
const end = laterBy(START, HALF_HOUR_MS)
const nextAction = { type: 'redirect', url: 'https://pay.example/page' } as const
const free = { owner: 'lease_1', epoch: 1, until: null }
const waiting = aPayment({ status: 'requires_action', providerReference: 'ref-1', nextAction, lease: free })

t.test('a page is offered until the provider closes it, or the offer is over', async (t) => {
  t.equal(liveAction(aPayment(), START, DAY_MS), null)
  t.equal(liveAction(waiting, laterBy(START, DAY_MS - 1), DAY_MS), nextAction)
  t.equal(liveAction(waiting, laterBy(START, DAY_MS), DAY_MS), null, 'the time of the service is over')
  const closing = { ...waiting, nextAction: { ...nextAction, expiresAt: end } }
  t.equal(liveAction(closing, laterBy(end, -1), DAY_MS), closing.nextAction)
  t.equal(liveAction(closing, end, DAY_MS), null)
  t.equal(liveAction({ ...waiting, expiresAt: end }, laterBy(end, -1), DAY_MS), nextAction)
  t.equal(liveAction({ ...waiting, expiresAt: end }, end, DAY_MS), null)
})

t.test('a voucher is shown after the offer has ended, because the payer has done their part, and not after its own end', async (t) => {
  const voucher = { type: 'voucher', url: 'https://pay.example/voucher' } as const
  const printed = aPayment({ providerReference: 'ref-1', nextAction: voucher, expiresAt: end })
  t.equal(liveAction(printed, laterBy(end, DAY_MS), DAY_MS), voucher)
  t.equal(liveAction({ ...printed, nextAction: { ...voucher, expiresAt: end } }, end, DAY_MS), null)
})

t.test('a payment is abandoned once its time is over, unless the payer has done their part or its request is in progress', async (t) => {
  const later = laterBy(START, DAY_MS)
  t.ok(isAbandoned(waiting, later, DAY_MS))
  t.notOk(isAbandoned(waiting, laterBy(later, -1), DAY_MS))
  t.ok(isAbandoned({ ...waiting, expiresAt: end }, end, DAY_MS), 'the time of the request counts first')
  t.ok(isAbandoned(aPayment({ lease: free }), later, DAY_MS), 'of an unknown outcome too')
  t.notOk(isAbandoned({ ...waiting, lease: { ...free, until: laterBy(later, 1) } }, later, DAY_MS))
  t.notOk(isAbandoned(settle(waiting, { kind: 'processing', reference: 'ref-1' }, START).payment, later, DAY_MS))
  t.notOk(isAbandoned(settle(waiting, { kind: 'succeeded', reference: 'ref-1', amount: 1, currency: 'TRY' }, START).payment, later, DAY_MS), 'another amount was taken')
  for (const final of [aCapturedPayment(), aPayment({ status: 'failed' }), aPayment({ status: 'canceled' })]) t.notOk(isAbandoned(final, later, DAY_MS))
})

t.test('the offer of an open charge ends once', async (t) => {
  const { payment, events } = endOffer(waiting, end)
  t.match(payment, { expiresAt: end, status: 'requires_action', version: 2 })
  t.same(events, [])
  t.equal(endOffer(payment, laterBy(end, 1)).payment, payment)
  const asked = { tries: 3, dueAt: laterBy(end, DAY_MS) }
  t.same(endOffer({ ...waiting, followUp: asked }, end).payment.followUp, { tries: 3, dueAt: laterBy(end, 5 * MINUTE_MS) }, 'the provider is asked again soon')
  const soon = { tries: 3, dueAt: laterBy(end, 1) }
  t.same(endOffer({ ...waiting, followUp: soon }, end).payment.followUp, soon)
  t.equal(endOffer({ ...waiting, expiresAt: laterBy(end, 1) }, end).payment.expiresAt, end, 'earlier than it would have')
  const captured = aCapturedPayment()
  t.equal(endOffer(captured, end).payment, captured)
})
