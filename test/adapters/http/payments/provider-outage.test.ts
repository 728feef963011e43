import t from 'tap'
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
