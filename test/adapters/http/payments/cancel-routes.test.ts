import t from 'tap'
import { ScriptedGateway } from '../../../support/scripted-gateway.js'
import { adminToken, as, key, startService, type Answer, type TestService } from '../../../support/service.js'

const [ada, sela] = [as('ada'), as('sela')]
const ORDER = { amount: 500, currency: 'TRY', orderId: 'order-1', sellerId: 'sela' }

async function pay ({ call }: TestService, fields: object = {}): Promise<Answer> {
  return await call('POST', '/api/payments/process', { ...ada, ...key('k-1') }, { ...ORDER, ...fields })
}

t.test('the seller cancels a payment that is not paid, and its page closes', async t => {
  const service = await startService(t)
  const { body: { paymentId, nextAction } } = await pay(service)
  const url = `/api/payments/${paymentId}/cancel`
  t.match(await service.call('POST', url, as('yaban')), { status: 404, body: { code: 'not_found' } })
  t.match(await service.call('POST', url, sela), { status: 200, body: { paymentId, status: 'canceled', nextAction: null } })
  t.match(await service.call('POST', url, ada), { status: 200, body: { status: 'canceled' } }, 'a repeat answers the current state')
  t.match((await service.call('GET', (nextAction as { url: string }).url)).text, /canceled/)
})

t.test('a payment is not canceled before its provider says so, and its page is not offered meanwhile', async t => {
  const gateway = new ScriptedGateway()
  const service = await startService(t, { replacements: { gateways: [gateway] } })
  gateway.willCharge({ kind: 'requires_action', reference: 'ref-1', nextAction: { type: 'redirect', url: 'https://pay.example/page' } })
  const { body: { paymentId, nextAction } } = await pay(service)
  t.match(nextAction, { url: 'https://pay.example/page' })
  gateway.willCancel({ kind: 'unknown', reason: 'timeout' })
  t.match(await service.call('POST', `/api/payments/${paymentId}/cancel`, ada), {
    status: 202, headers: { location: `/api/payments/${paymentId}` }, body: { status: 'requires_action', nextAction: null },
  })
  t.match(await service.call('GET', `/api/payments/${paymentId}`, ada), { body: { nextAction: null } })
  t.match(await service.call('GET', '/api/payments', ada), { body: { items: [{ nextAction: null }] } })
  t.match(await service.call('GET', '/api/admin/payments', adminToken), { body: { items: [{ nextAction: null }] } })
  t.match((await service.call('GET', '/api/admin/export?type=payments&format=ndjson', adminToken)).text, /"nextAction":null/)
  t.match(await pay(service), { status: 200, headers: { 'idempotent-replayed': 'true' }, body: { nextAction: null } })
})

t.test('a payment that was made cannot be canceled', async t => {
  const service = await startService(t)
  const { body: { paymentId } } = await pay(service, { paymentMethod: { token: 'tok_ok' } })
  t.match(await service.call('POST', `/api/payments/${paymentId}/cancel`, ada), { status: 409, body: { code: 'payment_not_cancelable' } })
})

t.test('the payer has between half an hour and a day to pay', async t => {
  const service = await startService(t)
  for (const expiresInMinutes of [29, 1441, 30.5, '30']) t.match(await pay(service, { expiresInMinutes }), { status: 400, body: { code: 'validation_failed' } })
  const { status, body } = await pay(service, { expiresInMinutes: 30 })
  t.equal(status, 201)
  t.equal(Date.parse(String(body['expiresAt'])) - Date.parse(String(body['createdAt'])), 1_800_000)
})
