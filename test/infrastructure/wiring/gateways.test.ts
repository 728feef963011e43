import t from 'tap'
import Stripe from 'stripe'
import { BUYER } from '../../adapters/gateways/iyzico/support.js'
import { API_KEY, SECRET_KEY, startIyzicoServer } from '../../support/iyzico-server.js'
import { adminToken, as, key, startService } from '../../support/service.js'
import { startStripeServer, STRIPE_KEY } from '../../support/stripe-server.js'

const ada = as('ada')
const ORDER = { amount: 10_000, currency: 'TRY', orderId: 'order-1', returnUrl: 'https://shop.example/thanks' }
const SIGNING_SECRET = 'whsec_of_the_endpoint_of_tests'

t.test('a payer pays on the page of iyzico and comes back to the shop', async (t) => {
  const server = await startIyzicoServer(t)
  server.time = Date.now()
  const { call } = await startService(t, {
    env: { PAYMENT_PROVIDERS: 'iyzico,simulator', IYZICO_API_KEY: API_KEY, IYZICO_SECRET_KEY: SECRET_KEY, IYZICO_BASE_URL: server.url, RETURN_URL_ORIGINS: 'https://shop.example' },
  })
  const { status, body } = await call('POST', '/api/payments/process', { ...ada, ...key('k') }, { ...ORDER, buyer: BUYER })
  t.match([status, body], [201, { status: 'requires_action', provider: 'iyzico', nextAction: { type: 'redirect' } }])
  const { body: seen } = await call('GET', `/api/payments/${body.paymentId}`, ada)
  server.pay(String(seen['providerReference']))
  const { callbackUrl } = JSON.parse(String(server.requests[0]?.body)) as { callbackUrl: string }
  t.match(callbackUrl.split('?'), [`/api/payments/${body.paymentId}/return`, /^key=[\w-]{43}$/])
  const back = await call('POST', callbackUrl, { 'content-type': 'application/x-www-form-urlencoded' }, undefined, 'token=anything')
  t.match(back, { status: 303, headers: { location: `https://shop.example/thanks?paymentId=${body.paymentId}&status=succeeded` } })
  t.match((await call('GET', `/api/payments/${body.paymentId}`, ada)).body, { status: 'succeeded' })
})

t.test('Stripe charges and refunds a card, and its webhooks are accepted', async (t) => {
  const server = await startStripeServer(t)
  const { call } = await startService(t, {
    env: { PAYMENT_PROVIDERS: 'stripe', STRIPE_SECRET_KEY: STRIPE_KEY, STRIPE_WEBHOOK_SECRETS: SIGNING_SECRET, STRIPE_BASE_URL: server.url, RETURN_URL_ORIGINS: 'https://shop.example' },
  })
  const { status, body } = await call('POST', '/api/payments/process', { ...ada, ...key('k') }, { ...ORDER, paymentMethod: { token: 'pm_card_visa' } })
  t.match([status, body], [201, { status: 'succeeded', provider: 'stripe' }])
  const refund = await call('POST', `/api/payments/${body.paymentId}/refund`, { ...adminToken, ...key('r') }, { amount: 4_000 })
  t.match(refund, { status: 201, body: { status: 'partially_refunded', refundedAmount: 4_000 } })
  t.same(server.effects(), { charges: 1, refunds: 1 })
  const payload = JSON.stringify({ id: 'evt_1', object: 'event', type: 'customer.created', data: { object: { id: 'cus_1' } } })
  const signature = new Stripe(STRIPE_KEY).webhooks.generateTestHeaderString({ payload, secret: SIGNING_SECRET })
  const told = async (header: string) => await call('POST', '/api/payments/webhook', { 'content-type': 'application/json', 'stripe-signature': header }, undefined, payload)
  t.equal((await told(signature)).status, 200)
  t.match((await call('GET', '/api/admin/webhook-events', adminToken)).body.items, [{ provider: 'stripe', type: 'customer.created', state: 'ignored' }])
  t.match(await told(signature.replace(/v1=\w+/, `v1=${'0'.repeat(64)}`)), { status: 401, body: { code: 'invalid_webhook_signature' } })
})
