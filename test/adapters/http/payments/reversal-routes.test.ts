import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { reserveRefund } from '#domain/payments/refund.js'
import { settle } from '#domain/payments/settlement.js'
import { at, payment } from '../../../contracts/fixtures.js'
import { dispatcherOf } from '../../../support/dispatching.js'
import { adminToken, adminUser, as, startService } from '../../../support/service.js'

const LONG = 'd'.repeat(128)

/** Two payments, each with refunds, and disputes of one of them. */
async function stored () {
  const stores = memoryStores()
  const { payments } = stores
  for (const paymentId of ['pay_1', 'pay_2']) {
    await payments.insert(payment(paymentId, { orderId: `order of ${paymentId}` }))
    await payments.update(paymentId, (before) => settle(before, { kind: 'succeeded', reference: `ref of ${paymentId}`, amount: 100, currency: 'TRY' }, at(1)))
  }
  const refund = async (paymentId: string, refundId: string, second: number) => await payments.update(paymentId, (before) =>
    reserveRefund(before, { refundId, amount: 10 + second, reason: `reason of ${refundId}`, fingerprint: 'f', owner: 'o', until: at(99) }, at(second)))
  await refund('pay_1', 're_1', 2)
  await refund('pay_2', 're_2', 3)
  await refund('pay_1', 're_3', 4)
  await payments.update('pay_2', (before) => settle(before, { kind: 'refund', refundId: 're_2', status: 'failed', failure: { code: 'closed', message: 'the card is closed' } }, at(5)))
  await payments.update('pay_2', (before) => settle(before, { kind: 'dispute', disputeId: LONG, status: 'open', amount: 100, currency: 'EUR', at: at(0) }, at(6)))
  await payments.update('pay_1', (before) => settle(before, { kind: 'dispute', disputeId: 'dp_1', status: 'won', amount: 7 }, at(7)))
  const dispatcher = dispatcherOf(stores)
  await dispatcher.run()
  await dispatcher.end()
  return stores
}

t.test('an administrator lists the refunds of all payments, by status and by cursor', async t => {
  const { call } = await startService(t, { replacements: { openedStores: await stored() } })
  const { status, body } = await call('GET', '/api/admin/refunds', adminUser)
  t.equal(status, 200)
  t.same(body.items.map((item) => [item.paymentId, item['refundId'], item['amount'], item['status']]), [['pay_1', 're_3', 14, 'pending'], ['pay_2', 're_2', 13, 'failed'], ['pay_1', 're_1', 12, 'pending']])
  t.same(body.items[1], {
    paymentId: 'pay_2', orderId: 'order of pay_2', userId: 'ayse', sellerId: 'mehmet', provider: 'simulator', paymentAmount: 100,
    refundId: 're_2', amount: 13, currency: 'TRY', status: 'failed', reason: 'reason of re_2', createdAt: at(3),
    origin: 'service', reference: null, charge: null, failure: { code: 'closed', message: 'the card is closed' },
  })
  const first = await call('GET', '/api/admin/refunds?status=pending&limit=1', adminToken)
  t.match(first.body, { items: [{ refundId: 're_3' }], nextCursor: String })
  const rest = await call('GET', `/api/admin/refunds?status=pending&limit=1&cursor=${first.body.nextCursor}`, adminToken)
  t.match(rest.body, { items: [{ refundId: 're_1' }], nextCursor: null })
  t.match(await call('GET', `/api/admin/refunds?status=failed&cursor=${first.body.nextCursor}`, adminToken), { status: 400, body: { code: 'invalid_cursor' } })
  t.match(await call('GET', '/api/admin/refunds?status=open', adminToken), { status: 400, body: { code: 'validation_failed' } })
})

t.test('an administrator lists the disputes of all payments, by status and by cursor', async t => {
  const { call } = await startService(t, { replacements: { openedStores: await stored() } })
  const { body } = await call('GET', '/api/admin/disputes', adminUser)
  const ofPayment = { userId: 'ayse', sellerId: 'mehmet', provider: 'simulator', paymentAmount: 100 }
  const won = { ...ofPayment, paymentId: 'pay_1', orderId: 'order of pay_1', disputeId: 'dp_1', amount: 7, currency: 'TRY', status: 'won', charge: null, createdAt: at(7), saidAt: null }
  const open = { ...ofPayment, paymentId: 'pay_2', orderId: 'order of pay_2', disputeId: LONG, amount: 100, currency: 'EUR', status: 'open', charge: null, createdAt: at(6), saidAt: at(0) }
  t.same(body.items, [won, open])
  t.same((await call('GET', '/api/admin/disputes?status=open', adminUser)).body.items, [open])
  const first = await call('GET', '/api/admin/disputes?limit=1', adminUser)
  t.same((await call('GET', `/api/admin/disputes?limit=1&cursor=${first.body.nextCursor}`, adminUser)).body.items, [open])
  t.match(await call('GET', '/api/admin/disputes?status=pending', adminUser), { status: 400, body: { code: 'validation_failed' } })
})

t.test('the longest ids have a place in a cursor', async t => {
  const stores = await stored()
  await stores.payments.update('pay_2', (before) => settle(before, { kind: 'dispute', disputeId: 'dp_0', status: 'open', amount: 1 }, at(5)))
  await dispatcherOf(stores).run()
  const { call } = await startService(t, { replacements: { openedStores: stores } })
  const { body: { nextCursor, items } } = await call('GET', '/api/admin/disputes?limit=2', adminUser)
  t.equal(items[1]?.['disputeId'], LONG)
  t.match((await call('GET', `/api/admin/disputes?limit=2&cursor=${nextCursor}`, adminUser)).body.items, [{ disputeId: 'dp_0' }])
})

t.test('only administrators see the lists across payments', async t => {
  const { call } = await startService(t)
  for (const path of ['refunds', 'disputes', 'attention']) t.match(await call('GET', `/api/admin/${path}`, as('ayse')), { status: 403, body: { code: 'forbidden' } }, path)
})
