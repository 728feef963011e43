import t from 'tap'
import { API_KEY, SECRET_KEY, startIyzicoServer } from '../../../support/iyzico-server.js'
import { as, key, startService } from '../../../support/service.js'
import { BUYER } from '../../gateways/iyzico/support.js'

const ada = as('ada')
const QUERY = { amount: 10_000, currency: 'TRY', bin: '55496012' }

t.test('a payer sees what installments cost, and no cache, log or store keeps the digits of the card', async t => {
  const server = await startIyzicoServer(t)
  const { call, logs } = await startService(t, { env: { PAYMENT_PROVIDERS: 'iyzico', IYZICO_API_KEY: API_KEY, IYZICO_SECRET_KEY: SECRET_KEY, IYZICO_BASE_URL: server.url } })
  const table = await call('POST', '/api/payments/installments', ada, QUERY)
  t.match(table, { status: 200, headers: { 'cache-control': 'no-store' }, body: { cards: [{ bank: 'Garanti Bankası', installments: [{ count: 1 }, { count: 2 }, { count: 3, monthly: 3_563, total: 10_690 }, { count: 6 }] }] } })
  await call('POST', '/api/payments/installments', ada, QUERY)
  t.equal(server.requests.length, 1)
  server.willMisbehave('error_500')
  t.match(await call('POST', '/api/payments/installments', ada, { ...QUERY, amount: 5 }), { status: 503, body: { code: 'provider_unavailable' } })
  t.notMatch(logs.join('\n'), '554960')
})

t.test('the digits of a card are 6 to 8, and a number of a card is refused', async t => {
  const { call } = await startService(t)
  for (const bin of ['554960', '5549601', '55496012', undefined]) t.equal((await call('POST', '/api/payments/installments', ada, { ...QUERY, bin })).status, 200, String(bin))
  for (const bin of ['55496', '554960123', '55496O', '5549 6012', '4242424242424242', 554960]) {
    const refused = await call('POST', '/api/payments/installments', ada, { ...QUERY, bin })
    t.match(refused, { status: 400, body: { code: 'validation_failed' } }, String(bin))
    t.notMatch(refused.text, String(bin))
  }
  t.match(await call('POST', '/api/payments/installments', ada, { ...QUERY, currency: 'EUR' }), { status: 422, body: { code: 'not_offered' } })
  t.match(await call('POST', '/api/payments/installments', {}, QUERY), { status: 401 })
})

t.test('tables have a limit of their own', async t => {
  const { call } = await startService(t)
  const statuses: number[] = []
  for (let count = 0; count <= 60; count++) statuses.push((await call('POST', '/api/payments/installments', ada, QUERY)).status)
  t.same([statuses.filter((status) => status === 200).length, statuses.at(-1)], [60, 429])
  t.equal((await call('GET', '/api/payments', ada)).status, 200)
})

t.test('what stands beside the items and the highest count of installments are shown, and belong to the request', async t => {
  const server = await startIyzicoServer(t)
  const { call } = await startService(t, { env: { PAYMENT_PROVIDERS: 'iyzico', IYZICO_API_KEY: API_KEY, IYZICO_SECRET_KEY: SECRET_KEY, IYZICO_BASE_URL: server.url } })
  const order = { amount: 12_000, currency: 'TRY', orderId: 'order-1', buyer: BUYER, items: [{ name: 'Scarf', quantity: 1, unitAmount: 12_500 }], discountAmount: 2_500, shippingAmount: 2_000, installments: 6 }
  const paid = await call('POST', '/api/payments/process', { ...ada, ...key('k-1') }, order)
  t.match(paid, { status: 201, body: { status: 'requires_action', discountAmount: 2_500, shippingAmount: 2_000, taxAmount: 0, installments: 6 } })
  t.match(JSON.parse(String(server.requests.at(-1)?.body)), { enabledInstallments: [1, 2, 3, 6], basketItems: [{ price: '100.00' }, { price: '20.00' }] })
  for (const other of [{ installments: 3 }, { discountAmount: 2_499, amount: 12_001 }]) {
    t.match(await call('POST', '/api/payments/process', { ...ada, ...key('k-1') }, { ...order, ...other }), { status: 422, body: { code: 'idempotency_key_reused' } })
  }
  t.match(await call('POST', '/api/payments/process', { ...ada, ...key('k-2') }, { ...order, taxAmount: 1 }), { status: 422, body: { code: 'items_total_mismatch' } })
  for (const installments of [0, 4, 18, '3']) t.equal((await call('POST', '/api/payments/process', { ...ada, ...key('k-2') }, { ...order, installments })).status, 400)
})

t.test('a provider that takes one sum only refuses installments', async t => {
  const { call } = await startService(t, { env: { PAYMENT_PROVIDERS: 'stripe', STRIPE_SECRET_KEY: 'sk_test_1234567890', STRIPE_WEBHOOK_SECRETS: 'whsec_0123456789abcdef' } })
  const order = { amount: 12_000, currency: 'TRY', orderId: 'order-1', paymentMethod: { token: 'pm_card_visa' }, installments: 3 }
  t.match(await call('POST', '/api/payments/process', { ...ada, ...key('k-1') }, order), { status: 422, body: { code: 'not_offered' } })
})
