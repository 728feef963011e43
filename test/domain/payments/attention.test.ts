import t from 'tap'
import { allAttentionOf, attentionOf, concernsAttention, type AttentionPlace } from '#domain/payments/attention.js'
import { PAYMENT_EVENT_TYPES, paymentEvents, type EventDetail, type PaymentEvent } from '#domain/payments/decision.js'
import type { Payment, PaymentFlag } from '#domain/payments/payment.js'
import { laterBy } from '#domain/time.js'
import { aCapturedPayment, aCause, aDispute, aRefund, START } from '../../support/builders.js'

const LATER = laterBy(START, 60_000)
const shown = ({ kind, key, id, state }: AttentionPlace) => `${kind} ${id} ${state} at ${key}`

function event (payment: Payment, detail: EventDetail): PaymentEvent {
  const [made] = paymentEvents(null, payment, [detail])
  if (made === undefined) throw new Error('a detail gives an event')
  return made
}

t.test('each refund, dispute and flag has a place, by the time at which it began', async (t) => {
  const payment = aCapturedPayment({
    refunds: [aRefund({ createdAt: LATER }), aRefund({ refundId: 're_2', status: 'failed' })],
    disputes: [aDispute({ createdAt: LATER }), aDispute({ disputeId: 'dp_2', status: 'lost' })],
    flags: ['late_success'],
    causes: [aCause({ flag: 'refund_failed', decision: 'dismiss' }), aCause({ flag: 'over_refunded', decision: 'dismiss' }), aCause({ flag: 'over_refunded', decision: 'accept' })],
    version: 9,
  })
  const places = allAttentionOf(payment)
  t.same(places.map(shown), [
    `refund re_1 pending at ${LATER}#pay_1#re_1`,
    `refund re_2 failed at ${START}#pay_1#re_2`,
    `dispute dp_1 open at ${LATER}#pay_1#dp_1`,
    `dispute dp_2 lost at ${START}#pay_1#dp_2`,
    `flag late_success late_success at ${START}#pay_1#late_success`,
    `flag refund_failed dismiss at ${START}#pay_1#refund_failed`,
    `flag over_refunded accept at ${START}#pay_1#over_refunded`,
  ])
  t.ok(places.every(({ paymentId, version }) => paymentId === 'pay_1' && version === 9))
  t.same(allAttentionOf(aCapturedPayment()), [])
})

t.test('a flag that is raised again waits again, at the same place', async (t) => {
  const causes = [aCause({ flag: 'late_success', decision: 'dismiss' })]
  const [decided] = allAttentionOf(aCapturedPayment({ causes }))
  const [raised] = allAttentionOf(aCapturedPayment({ flags: ['late_success'], causes: [...causes, aCause({ flag: 'late_success', reference: 'ref-2', at: LATER })] }))
  t.match([decided, raised], [{ state: 'dismiss' }, { state: 'late_success', key: decided?.key }])
  t.same(allAttentionOf(aCapturedPayment({ flags: ['of another version' as PaymentFlag], causes: [aCause()] })), [], 'nor one that this version does not know, or that was never raised')
})

t.test('an event leads to what it may have changed, in the present state of the payment', async (t) => {
  const payment = aCapturedPayment({
    refunds: [aRefund(), aRefund({ refundId: 're_2', status: 'succeeded' })], disputes: [aDispute({ status: 'won' })], flags: ['late_success'],
  })
  const ids = (detail: EventDetail) => attentionOf(event(payment, detail), payment).map(({ id, state }) => `${id} ${state}`)
  t.same(ids({ type: 'refund.requested', refundId: 're_2' }), ['re_2 succeeded'], 'an event that takes effect late')
  t.same(ids({ type: 'refund.failed', refundId: 're_none' }), [])
  t.same(ids({ type: 'dispute.opened' }), ['dp_1 won'])
  t.same(ids({ type: 'payment.flagged' }), ['late_success late_success'])
  t.same(ids({ type: 'payment.flag_resolved' }), ['late_success late_success'])
  t.same(PAYMENT_EVENT_TYPES.filter((type) => !concernsAttention({ type })), ['payment.created', 'payment.requires_action', 'payment.processing', 'payment.succeeded', 'payment.failed', 'payment.canceled'])
})

t.test('an event leads to the disputes that changed last, so that a transaction holds them', async (t) => {
  const payment = aCapturedPayment({ disputes: Array.from({ length: 60 }, (_, index) => aDispute({ disputeId: `dp_${index}` })) })
  const places = attentionOf(event(payment, { type: 'dispute.opened' }), payment)
  t.same([places.length, places[0]?.id, places.at(-1)?.id], [50, 'dp_10', 'dp_59'])
})
