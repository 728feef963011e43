import t from 'tap'
import { START } from '../../support/builders.js'
import { held, ScriptedGateway } from '../../support/scripted-gateway.js'
import { atOnce, found, success, unknown, world } from '../../support/world.js'
import type { LookupAnswer } from '#application/ports/payment-gateway.js'
import type { Payment } from '#domain/payments/payment.js'

const GIVEN_BACK = found(success(), { kind: 'refund', refundId: null, reference: 'p-1', status: 'succeeded', amount: 4_000 })

t.test('a reconciliation asks about a settled payment, and takes in refunds and disputes of which no webhook came', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  w.gateway.willLookup(GIVEN_BACK)
  t.match(await w.reconcilePayment(paymentId), { status: 'partially_refunded', refundedAmount: 4_000, refunds: [{ origin: 'provider', reference: 'p-1' }] })
  w.gateway.willLookup(found(success(), { kind: 'dispute', disputeId: 'dp_1', amount: 10_000, status: 'lost' }))
  const { version } = await w.reconcilePayment(paymentId)
  t.match(await w.payments.find(paymentId), { status: 'disputed', version })
  w.gateway.willLookup(found(success(), { kind: 'dispute', disputeId: 'dp_1', amount: 10_000, status: 'lost' }))
  t.match(await w.reconcilePayment(paymentId), { version }, 'no news, no write')
  w.gateway.willLookup(unknown)
  t.match(await w.reconcilePayment(paymentId), { version, flags: ['over_refunded'] }, 'the provider does not answer')
})

t.test('an answer that is older than the end of a dispute does not open it again', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  const open = found(success(), { kind: 'dispute', disputeId: 'dp_1', amount: 10_000, status: 'open' })
  const late = held<LookupAnswer>()
  w.gateway.willLookup(open, late.step)
  t.match(await w.reconcilePayment(paymentId), { status: 'disputed' })
  w.time.advance(1_000)
  const asking = w.reconcilePayment(paymentId)
  await late.called
  w.time.advance(1_000)
  await w.told(paymentId, { kind: 'dispute', disputeId: 'dp_1', amount: 10_000, status: 'won' })
  late.release(open)
  t.match(await asking, { status: 'succeeded', disputes: [{ status: 'won' }] })
})

t.test('an answer that is older than an event of the same second does not undo it, as providers date events in whole seconds', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  const open = found(success(), { kind: 'dispute', disputeId: 'dp_1', amount: 10_000, status: 'open' })
  const late = held<LookupAnswer>()
  w.gateway.willLookup(late.step)
  w.time.advance(400)
  const asking = w.reconcilePayment(paymentId)
  await late.called
  await w.told(paymentId, { kind: 'dispute', disputeId: 'dp_1', amount: 10_000, status: 'won', at: START })
  late.release(open)
  t.match(await asking, { status: 'succeeded', disputes: [{ status: 'won', at: START }] })
})

t.test('a failed payment that was paid after all is found', async (t) => {
  const w = world()
  w.gateway.willCharge({ kind: 'failed', reference: 'ref-1', failure: { code: 'no', message: 'No' } }).willLookup(found(success()))
  const { payment: { paymentId } } = await w.process()
  t.match(await w.reconcilePayment(paymentId), { status: 'succeeded', flags: ['late_success'] })
})

t.test('requests that ask about one payment at the same time share one question', async (t) => {
  const w = world()
  const [one, other] = [await w.captured(), await w.captured({ orderId: 'order-2' }, 'other')]
  const answers = [held<LookupAnswer>(), held<LookupAnswer>()]
  w.gateway.willLookup(...answers.map(({ step }) => step))
  const asking = atOnce([...Array.from({ length: 20 }, () => one), other].map(({ paymentId }) => async () => await w.reconcilePayment(paymentId)))
  for (const { called, release } of answers) {
    await called
    release(GIVEN_BACK)
  }
  t.match((await asking).answers.map(({ refundedAmount }) => refundedAmount), Array.from({ length: 21 }, () => 4_000))
  t.equal(w.gateway.lookups.length, 2)
  w.gateway.willLookup(new Error('broken'), GIVEN_BACK)
  await t.rejects(w.reconcilePayment(one.paymentId), { message: 'broken' })
  await t.resolves(w.reconcilePayment(one.paymentId), 'a failure is not kept')
})

t.test('a payment of a provider that is no longer configured, or in a state of another version, is not asked about', async (t) => {
  const w = world()
  const { paymentId } = await w.captured()
  const without = world({ persistence: w, gateways: [new ScriptedGateway({ provider: 'other' })] })
  t.match(await without.reconcilePayment(paymentId), { status: 'succeeded' })
  await w.payments.update(paymentId, (payment) => ({ payment: { ...payment, version: payment.version + 1, status: 'frozen' as Payment['status'] }, events: [] }))
  t.match(await w.reconcilePayment(paymentId), { status: 'frozen' })
  t.same([w.gateway.lookups, without.gateway.lookups], [[], []])
})
