import t from 'tap'
import { adminToken, as, key, startService, type Answer } from '../../../support/service.js'

t.test('a delivery address may say the district and a phone number, which is kept as E.164', async t => {
  const service = await startService(t)
  const pay = async (idempotencyKey: string, shippingAddress: object): Promise<Answer> => await service.call('POST', '/api/payments/process', { ...as('ada'), ...key(idempotencyKey) },
    { amount: 12_500, currency: 'TRY', orderId: idempotencyKey, paymentMethod: { token: 'tok_ok' }, shippingAddress })
  const ADDRESS = { contactName: 'Ada', address: 'Sokak 1', city: 'İzmir', country: 'TR', district: 'Konak' }
  const first = await pay('k-1', { ...ADDRESS, phone: '0532 123 45 67' })
  t.same(first.body['shippingAddress'], { ...ADDRESS, phone: '+905321234567' })
  t.equal((await pay('k-1', { ...ADDRESS, phone: '+90 532 1234567' })).status, 200, 'the same number, written in another way')
  t.match(await pay('k-1', { ...ADDRESS, phone: '0533 123 45 67' }), { status: 422, body: { code: 'idempotency_key_reused' } })
  t.match(await pay('k-1', ADDRESS), { status: 422, body: { code: 'idempotency_key_reused' } })
  t.match(await pay('k-2', { ...ADDRESS, phone: '12' }), { status: 400, body: { code: 'validation_failed' } })
  const file = await service.call('GET', '/api/admin/export?type=payments&format=ndjson', adminToken)
  t.match(file.text, '"district":"Konak","phone":"+905321234567"')
  t.notMatch(service.logs.join(''), '905321234567')
})
