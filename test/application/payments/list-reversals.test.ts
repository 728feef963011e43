import t from 'tap'
import { makeListReversals } from '#application/payments/list-reversals.js'
import type { PaymentStore } from '#application/ports/payment-store.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { allAttentionOf } from '#domain/payments/attention.js'
import type { Payment } from '#domain/payments/payment.js'
import { laterBy } from '#domain/time.js'
import { at } from '../../contracts/fixtures.js'
import { aCapturedPayment, aDispute, aRefund, START } from '../../support/builders.js'

/** The lists over these payments, whose places are from the time of `placed`. */
async function lists (placed: readonly Payment[], present: readonly Payment[]) {
  const { attention, outbox } = memoryStores()
  const lease = await outbox.claim(0, { owner: 'owner', now: at(0), until: at(10) })
  await outbox.complete(lease, [], placed.flatMap(allAttentionOf).map((place) => ({ kind: 'attention', place })))
  const asked: string[][] = []
  const findMany: PaymentStore['findMany'] = async (ids) => {
    asked.push([...ids])
    return present.filter(({ paymentId }) => ids.includes(paymentId))
  }
  return { asked, ...makeListReversals({ attention, payments: { findMany } as unknown as PaymentStore }) }
}

const PAGE = { before: null, limit: 10 }
const later = (seconds: number) => laterBy(START, seconds * 1000)

t.test('refunds and disputes of all payments are listed newest first, each with its payment', async t => {
  const [one, other] = [
    aCapturedPayment({ refunds: [aRefund(), aRefund({ refundId: 're_3', createdAt: later(3) })], disputes: [aDispute({ createdAt: later(1) })] }),
    aCapturedPayment({ paymentId: 'pay_2', refunds: [aRefund({ refundId: 're_2', createdAt: later(2), status: 'failed' })], disputes: [aDispute({ createdAt: later(2), status: 'won' })] }),
  ]
  const { listRefunds, listDisputes } = await lists([one, other], [other, one])
  t.same(await listRefunds({ status: null, ...PAGE }), {
    items: [{ payment: one, reversal: one.refunds[1] }, { payment: other, reversal: other.refunds[0] }, { payment: one, reversal: one.refunds[0] }], nextKey: null,
  })
  t.same(await listRefunds({ status: 'failed', ...PAGE }), { items: [{ payment: other, reversal: other.refunds[0] }], nextKey: null })
  t.same(await listDisputes({ status: null, ...PAGE }), { items: [{ payment: other, reversal: other.disputes[0] }, { payment: one, reversal: one.disputes[0] }], nextKey: null })
  t.same((await listDisputes({ status: 'open', ...PAGE })).items.map(({ payment }) => payment.paymentId), ['pay_1'])
  const first = await listRefunds({ status: null, before: null, limit: 2 })
  t.same((await listRefunds({ status: null, before: first.nextKey, limit: 2 })).items.map(({ reversal }) => reversal.refundId), ['re_1'])
})

t.test('the present state of the payment decides, and what is gone is left out', async t => {
  const placed = aCapturedPayment({ refunds: [aRefund(), aRefund({ refundId: 're_2' })] })
  const present = { ...placed, refunds: [aRefund({ status: 'succeeded', amount: 1 })] }
  const { listRefunds } = await lists([placed, aCapturedPayment({ paymentId: 'pay_gone', refunds: [aRefund()] })], [present])
  t.same(await listRefunds({ status: 'pending', ...PAGE }), { items: [], nextKey: null })
  t.match(await listRefunds({ status: null, ...PAGE }), { items: [{ reversal: { status: 'succeeded', amount: 1 } }] })
  t.equal((await listRefunds({ status: null, ...PAGE })).items.length, 1)
})

t.test('an empty page reads no payment', async t => {
  const { asked, listRefunds, listDisputes } = await lists([aCapturedPayment({ refunds: [aRefund()] })], [])
  t.same(await listDisputes({ status: null, ...PAGE }), { items: [], nextKey: null })
  t.same(asked, [])
  await listRefunds({ status: null, ...PAGE })
  t.same(asked, [['pay_1']])
})
