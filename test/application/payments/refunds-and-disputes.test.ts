import t from 'tap'
import type { LookupAnswer } from '#application/ports/payment-gateway.js'
import type { Payment } from '#domain/payments/payment.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { found, notFound, success, unknown, world } from '../../support/world.js'

const DAY_MS = 86_400_000
/** The times of follow-ups, each counted from the one before. */
const WAITS_MS = [300_000, 3_600_000, DAY_MS, DAY_MS, DAY_MS, DAY_MS, DAY_MS]

type World = ReturnType<typeof world>

const refundFact = (refundId: string, status: 'pending' | 'succeeded' | 'failed'): PaymentFact => ({ kind: 'refund', refundId, status })
const dispute = (status: 'open' | 'won' | 'lost', amount = 10_000, disputeId = 'dp_1'): PaymentFact => ({ kind: 'dispute', disputeId, status, amount })

async function stored (w: World, paymentId: string): Promise<Payment | null> {
  return await w.payments.find(paymentId)
}

/** A refund that the provider has accepted and not decided. */
async function underWay (w: World, paymentId: string, key: string, amount: number | null): Promise<string> {
  w.gateway.willRefund({ kind: 'pending' })
  return (await w.refund({ paymentId, key, amount })).refund.refundId
}

t.test('pending refunds share the captured amount, end in any order, and a failed one releases its amount', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  const [first, second, third] = [await underWay(w, paymentId, 'r-1', 2_000), await underWay(w, paymentId, 'r-2', 3_000), await underWay(w, paymentId, 'r-3', 4_000)]
  await t.rejects(w.refund({ paymentId, key: 'r-4', amount: 1_001 }), { code: 'refund_exceeds_captured' })
  t.match(await stored(w, paymentId), { status: 'succeeded', refundedAmount: 0 }, 'nothing is given back yet')
  await w.told(paymentId, refundFact(third, 'succeeded'))
  t.match(await stored(w, paymentId), { status: 'partially_refunded', refundedAmount: 4_000 })
  await w.told(paymentId, refundFact(first, 'failed'))
  await w.told(paymentId, refundFact(second, 'succeeded'))
  t.match(await stored(w, paymentId), { status: 'partially_refunded', refundedAmount: 7_000, followUp: null })
  await t.rejects(w.refund({ paymentId, key: 'r-5', amount: 3_001 }), { code: 'refund_exceeds_captured' })
  const rest = await underWay(w, paymentId, 'r-6', null)
  await w.told(paymentId, refundFact(rest, 'succeeded'))
  t.match(await stored(w, paymentId), { status: 'refunded', refundedAmount: 10_000, flags: [], followUp: null })
  t.same((await stored(w, paymentId))?.refunds.map(({ amount, status }) => `${amount} ${status}`), ['2000 failed', '3000 succeeded', '4000 succeeded', '3000 succeeded'])
})

t.test('one of several refunds that fails days after its success is owed again, and the others stay', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  const [first, second] = [await underWay(w, paymentId, 'r-1', 4_000), await underWay(w, paymentId, 'r-2', 6_000)]
  for (const refundId of [first, second]) await w.told(paymentId, refundFact(refundId, 'succeeded'))
  t.match(await stored(w, paymentId), { status: 'refunded' })
  w.time.advance(9 * DAY_MS)
  await w.told(paymentId, refundFact(first, 'failed'))
  t.match(await stored(w, paymentId), { status: 'partially_refunded', refundedAmount: 6_000, flags: ['refund_failed'], refunds: [{ status: 'failed' }, { status: 'succeeded' }] })
  await t.rejects(w.refund({ paymentId, key: 'r-3', amount: 4_001 }), { code: 'refund_exceeds_captured' })
  await w.told(paymentId, refundFact(await underWay(w, paymentId, 'r-4', 4_000), 'succeeded'))
  t.match(await stored(w, paymentId), { status: 'refunded', refundedAmount: 10_000, flags: ['refund_failed'] })
})

t.test('no refund is made while a dispute is open; a won one releases its amount, a lost one takes it', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  await w.told(paymentId, dispute('open', 3_000, 'dp_1'))
  await w.told(paymentId, dispute('open', 2_000, 'dp_2'))
  await t.rejects(w.refund({ paymentId, key: 'r-1', amount: 1 }), { code: 'dispute_open' })
  await w.told(paymentId, dispute('won', 3_000, 'dp_1'))
  t.match(await stored(w, paymentId), { status: 'disputed', capturedAmount: 10_000 })
  await t.rejects(w.refund({ paymentId, key: 'r-1', amount: 1 }), { code: 'dispute_open' })
  await w.told(paymentId, dispute('lost', 2_000, 'dp_2'))
  t.match(await stored(w, paymentId), { status: 'disputed', refundedAmount: 0 })
  await t.rejects(w.refund({ paymentId, key: 'r-1', amount: 8_001 }), { code: 'refund_exceeds_captured' })
  w.gateway.willRefund({ kind: 'succeeded' })
  t.match(await w.refund({ paymentId, key: 'r-2' }), { refund: { amount: 8_000, status: 'succeeded' }, payment: { status: 'disputed', refundedAmount: 8_000 } })
  await t.rejects(w.refund({ paymentId, key: 'r-3' }), { code: 'payment_not_refundable' })
})

t.test('a refund that was pending when the dispute opened ends as the provider says', async (t) => {
  for (const [status, refundedAmount, afterwards] of [['succeeded', 4_000, 'partially_refunded'], ['failed', 0, 'succeeded']] as const) {
    const w = world()
    const { paymentId } = await w.captured()
    const refundId = await underWay(w, paymentId, 'r-1', 4_000)
    await w.told(paymentId, dispute('open'))
    await w.told(paymentId, refundFact(refundId, status))
    t.match(await stored(w, paymentId), { status: 'disputed', refundedAmount, refunds: [{ status }] })
    await w.told(paymentId, dispute('won'))
    t.match(await stored(w, paymentId), { status: afterwards, refundedAmount })
  }
})

/** A refund that was sent and never reached the provider. */
async function lost (w: World, amount: number): Promise<string> {
  const { paymentId } = await w.captured()
  w.gateway.willRefund(unknown)
  await w.refund({ paymentId, key: 'r-1', amount })
  return paymentId
}

t.test('a refund that never arrived is not sent while a dispute is open, and is sent once it is won', async (t) => {
  const w = world()
  const paymentId = await lost(w, 4_000)
  await w.told(paymentId, dispute('open'))
  w.gateway.willLookup(notFound, notFound, found(success()))
  t.match(await w.refund({ paymentId, key: 'r-1', amount: 4_000 }), { replayed: true, refund: { status: 'pending', lease: { until: null } } })
  w.time.advance(300_000)
  await w.completePayments()
  t.match(await stored(w, paymentId), { refunds: [{ status: 'pending', lease: { until: null } }], followUp: { tries: 1 } })
  t.equal(w.gateway.refunds.length, 1)
  await w.told(paymentId, dispute('won'))
  w.time.advance(3_600_000)
  w.gateway.willRefund({ kind: 'succeeded' })
  await w.completePayments()
  t.match(await stored(w, paymentId), { status: 'partially_refunded', refundedAmount: 4_000, refunds: [{ status: 'succeeded' }], followUp: null })
  t.equal(w.gateway.refunds.length, 2)
})

t.test('a dispute that only a look-up reveals holds the refund back as well', async (t) => {
  const told: LookupAnswer = found(success(), dispute('open'))
  const replayed = world()
  const replayedId = await lost(replayed, 4_000)
  replayed.gateway.willLookup(told)
  t.match(await replayed.refund({ paymentId: replayedId, key: 'r-1', amount: 4_000 }), { refund: { status: 'pending' } })
  const completed = world()
  const completedId = await lost(completed, 4_000)
  completed.gateway.willLookup(told)
  t.match(await completed.reconcilePayment(completedId), { status: 'disputed', refunds: [{ status: 'pending' }] })
  for (const { gateway } of [replayed, completed]) t.equal(gateway.refunds.length, 1)
})

t.test('a refund that never arrived is not sent if a lost dispute has taken its amount', async (t) => {
  for (const [disputed, sent] of [[6_000, 2], [6_001, 1]] as const) {
    const w = world()
    const paymentId = await lost(w, 4_000)
    await w.told(paymentId, dispute('lost', disputed))
    w.gateway.willLookup(...WAITS_MS.map(() => notFound)).willRefund({ kind: 'succeeded' })
    for (const wait of WAITS_MS) {
      w.time.advance(wait)
      await w.completePayments()
    }
    t.equal(w.gateway.refunds.length, sent, `${disputed} of 10,000 lost`)
    t.match(await stored(w, paymentId), sent === 2
      ? { refundedAmount: 4_000, refunds: [{ status: 'succeeded' }], flags: [] }
      : { refundedAmount: 0, refunds: [{ status: 'pending' }], flags: ['outcome_unknown'], followUp: null })
    const { items } = await w.payments.list({ status: null, provider: null, userId: null, sellerId: null, flag: 'outcome_unknown', from: null, to: null }, { before: null, limit: 10 })
    t.same(items.map((payment) => payment.paymentId), sent === 2 ? [] : [paymentId], 'a person finds it by its flag')
  }
})
