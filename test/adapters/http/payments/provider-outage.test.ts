import t from 'tap'
import { BUYER } from '../../gateways/iyzico/support.js'
import { SECRET_KEY, startIyzicoServer } from '../../../support/iyzico-server.js'
import { ScriptedGateway } from '../../../support/scripted-gateway.js'
import { adminToken, adminUser, as, key, startService, type Answer, type TestService } from '../../../support/service.js'

const ada = as('ada')

async function pay ({ call }: TestService, token: string, name: string): Promise<Answer> {
  return await call('POST', '/api/payments/process', { ...ada, ...key(name) }, { amount: 500, currency: 'TRY', orderId: `order-${name}`, paymentMethod: { token } })
}

t.test('no payment begins at a provider that has stopped answering, and repeats of earlier ones are still answered', async t => {
  const service = await startService(t)
  for (let index = 0; index < 10; index++) t.equal((await pay(service, 'tok_timeout_not_charged', `k-${index}`)).status, 202)
  const refused = await pay(service, 'tok_ok', 'k-new')
  t.match(refused, { status: 503, headers: { 'retry-after': /^(30|29)$/ }, body: { code: 'provider_unavailable' } })
  t.equal((await service.call('GET', '/api/payments?limit=100', ada)).body.items.length, 10, 'the refused payment is not stored')
  const repeat = await pay(service, 'tok_timeout_not_charged', 'k-0')
  t.match(repeat, { status: 200, headers: { 'idempotent-replayed': 'true' }, body: { status: 'succeeded' } })
})

t.test('a provider that refuses our key is no decline: 503 without a charge, and no reason to try another card', async t => {
  const gateway = new ScriptedGateway({ provider: 'iyzico' })
  const service = await startService(t, { replacements: { gateways: [gateway] } })
  gateway.willCharge({ kind: 'refused', about: 'access', code: '1001' })
  const answer = await pay(service, 'tok_ok', 'k-1')
  t.match(answer, { status: 503, body: { code: 'provider_refused', payment: { status: 'canceled', failure: { code: 'provider_refused' } } } })
  t.notOk('declineCode' in answer.body)
  t.match(await pay(service, 'tok_ok', 'k-1'), { status: 503, headers: { 'idempotent-replayed': 'true' }, body: { code: 'provider_refused' } })
})

t.test('the next provider takes over a request that one did not take, and operators see it in the log and in the metrics', async t => {
  const server = await startIyzicoServer(t)
  const { call, logs } = await startService(t, { env: { PAYMENT_PROVIDERS: 'iyzico,simulator', IYZICO_API_KEY: 'wrong', IYZICO_SECRET_KEY: SECRET_KEY, IYZICO_BASE_URL: server.url } })
  const order = { amount: 500, currency: 'TRY', orderId: 'order-1', buyer: BUYER }
  const { status, body } = await call('POST', '/api/payments/process', { ...ada, ...key('k-1') }, order)
  t.match([status, body], [201, { provider: 'simulator', status: 'requires_action' }])
  const [line = ''] = logs.filter((text) => text.includes('did not take a request'))
  t.match(JSON.parse(line), { provider: 'iyzico', paymentId: body.paymentId, about: 'access', code: '1000' })
  t.match((await call('GET', '/metrics')).text, /basvideo_gateway_call_duration_seconds_count\{provider="iyzico",operation="charge",outcome="refused"\} 1/)
  t.match(await call('POST', '/api/payments/process', { ...ada, ...key('k-2') }, { ...order, orderId: 'order-2', provider: 'iyzico' }), { status: 503, body: { code: 'provider_refused' } })
})

t.test('an administrator has the provider asked for the outcome of a payment', async t => {
  const service = await startService(t)
  const { body: { paymentId } } = await pay(service, 'tok_timeout_charged+lost', 'k-1')
  const url = `/api/admin/payments/${paymentId}/reconcile`
  t.match(await service.call('GET', `/api/payments/${paymentId}`, ada), { body: { status: 'pending' } })
  t.match(await service.call('POST', url, adminUser), { status: 200, body: { paymentId, status: 'succeeded' } })
  t.match(await service.call('POST', url, adminToken, {}), { status: 200, body: { status: 'succeeded' } })
  t.match(await service.call('POST', '/api/admin/payments/pay_none/reconcile', adminToken), { status: 404 })
  t.match(await service.call('POST', url, adminToken, { status: 'failed' }), { status: 400, body: { code: 'validation_failed' } })
})
