import { spawnSync } from 'node:child_process'
import t from 'tap'
import { readDocument } from './support/documents.js'
import { ORDER_SECRET } from './support/order-tokens.js'
import { adminToken, as, key, startService, type Body } from './support/service.js'

const [signing = '', comparing = ''] = readDocument('docs/payments.md').matchAll(/^```js\n(.*?)^```$/gms).map(([, code = '']) => code)

t.test('the program of the handbook signs an order that the service takes', async (t) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', signing], { env: { ORDER_TOKEN_SECRETS: `${ORDER_SECRET},another` }, encoding: 'utf8' })
  t.same([status, stderr], [0, ''])
  const { call } = await startService(t, { env: { ORDERS: 'signed' } })
  const pay = async (who: string) => await call('POST', '/api/payments/process', { ...as(who), ...key('k') }, { orderToken: stdout.trim(), paymentMethod: { token: 'tok_ok' } })
  t.match(await pay('ayse'), {
    status: 201,
    body: { status: 'succeeded', orderSigned: true, orderId: 'order-1001', amount: 12_500, currency: 'TRY', sellerId: 'mehmet', items: [{ name: 'Scarf', quantity: 1, unitAmount: 12_500 }] },
  })
  t.match(await pay('bora'), { status: 422, body: { code: 'order_token_mismatch' } })
})

t.test('the comparison of the handbook lets the shop deliver for the payment of the order, and for no other', async (t) => {
  const { mayDeliver } = await import(`data:text/javascript,${encodeURIComponent(comparing)}`) as { mayDeliver: (payment: Body, order: object) => boolean }
  const order = { orderId: 'order-1', amount: 12_500, currency: 'TRY', sellerId: 'mehmet', userId: 'ayse' }
  const { call } = await startService(t)
  let count = 0
  const paid = async (fields: object = {}, who = 'ayse'): Promise<Body> => {
    const { body } = await call('POST', '/api/payments/process', { ...as(who), ...key(`k-${++count}`) },
      { orderId: 'order-1', amount: 12_500, currency: 'TRY', sellerId: 'mehmet', paymentMethod: { token: 'tok_ok' }, ...fields })
    return (await call('GET', `/api/payments/${body.paymentId}`, adminToken)).body
  }
  const payment = await paid()
  t.equal(mayDeliver(payment, order), true)
  for (const other of [{ amount: 1 }, { currency: 'JPY' }, { orderId: 'order-2' }, { sellerId: 'bora' }, { sellerId: undefined }, { paymentMethod: { token: 'tok_processing' } }]) {
    t.equal(mayDeliver(await paid(other), order), false, JSON.stringify(other))
  }
  t.equal(mayDeliver(await paid({}, 'bora'), order), false, 'another payer')
  t.equal(mayDeliver({ ...payment, flags: ['amount_mismatch'] }, order), false, 'a flag')
  await call('POST', `/api/payments/${payment.paymentId}/refund`, { ...adminToken, ...key('r') }, { amount: 1 })
  t.equal(mayDeliver((await call('GET', `/api/payments/${payment.paymentId}`, adminToken)).body, order), false, 'a refund')
})
