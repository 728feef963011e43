import t from 'tap'
import { identity } from '#adapters/system/system.js'
import { adminToken, adminUser, as, key, startService, WEBHOOK_SECRET, type TestService } from '../../../support/service.js'
import { signedWebhook, webhookBody } from '../../../support/signed-webhook.js'

const ada = as('ada')
const EVENTS = '/api/admin/webhook-events'

async function pay ({ call }: TestService, token: string): Promise<string> {
  const { body } = await call('POST', '/api/payments/process', { ...ada, ...key(token) }, { amount: 500, currency: 'TRY', orderId: token, paymentMethod: { token } })
  return body.paymentId
}

async function tell ({ call }: TestService, id: string, type: string, data: Record<string, unknown>): Promise<unknown> {
  const body = webhookBody(type, { reference: 'sim_1', amount: 500, currency: 'TRY', ...data })
  return (await call('POST', '/api/payments/webhook', signedWebhook(body, { secret: WEBHOOK_SECRET, id }), undefined, body)).body['result']
}

t.test('an administrator sees the events of providers, newest first, and why one waits', async t => {
  const service = await startService(t)
  const paymentId = await pay(service, 'tok_processing+lost')
  t.equal(await tell(service, 'evt_1', 'refund.succeeded', { paymentId, refundId: 're_1' }), 'received')
  t.equal(await tell(service, 'evt_2', 'payment.succeeded', { paymentId: 'pay_none' }), 'received')
  t.equal(await tell(service, 'evt_3', 'customer.created', {}), 'ignored')
  const { status, body } = await service.call('GET', EVENTS, adminUser)
  t.equal(status, 200)
  t.match(body.items.map(({ type, state, reason }) => [type, state, reason]).sort(), [
    ['customer.created', 'ignored', null], ['payment.succeeded', 'received', 'payment_unknown'], ['refund.succeeded', 'received', 'too_early'],
  ])
  t.match(body.items.find(({ type }) => type === 'refund.succeeded'), { provider: 'simulator', paymentId, providerReference: 'sim_1', tries: 0, dueAt: /Z$/, receivedAt: /Z$/ })
  t.notOk('digest' in (body.items[0] ?? {}))
  const waiting = await service.call('GET', `${EVENTS}?state=received&provider=simulator&limit=1`, adminToken)
  t.equal(waiting.body.items.length, 1)
  const rest = await service.call('GET', `${EVENTS}?state=received&provider=simulator&limit=1&cursor=${waiting.body.nextCursor}`, adminToken)
  t.match(rest.body, { items: [{ state: 'received' }], nextCursor: null })
  t.not(rest.body.items[0]?.['eventId'], waiting.body.items[0]?.['eventId'])
  t.match(await service.call('GET', `${EVENTS}?state=parked&cursor=${waiting.body.nextCursor}`, adminToken), { status: 400, body: { code: 'invalid_cursor' } })
  t.match(await service.call('GET', `${EVENTS}?state=parked`, adminToken), { body: { items: [], nextCursor: null } })
  const ofPayment = await service.call('GET', `${EVENTS}?paymentId=${paymentId}&limit=1`, adminToken)
  t.match(ofPayment.body.items.map(({ type, paymentId: id }) => [type, id]), [['refund.succeeded', paymentId]])
  t.match(await service.call('GET', `${EVENTS}?paymentId=${paymentId}&state=parked`, adminToken), { body: { items: [], nextCursor: null } })
  for (const query of ['paymentId=', 'paymentId=a%20b', 'state=lost', 'provider=A', 'limit=0', 'odd=1']) t.equal((await service.call('GET', `${EVENTS}?${query}`, adminToken)).status, 400, query)
})

t.test('an administrator applies an event once the service has what it waits for', async t => {
  // The charge has the reference that the event names.
  const service = await startService(t, { replacements: { identity: { ...identity, random: (prefix) => prefix === 'sim' ? 'sim_1' : identity.random(prefix) } } })
  const paymentId = await pay(service, 'tok_timeout_charged+lost')
  await tell(service, 'evt_1', 'dispute.opened', { paymentId, disputeId: 'dp_1' })
  const { body } = await service.call('GET', EVENTS, adminToken)
  const eventId = String(body.items[0]?.['eventId'])
  t.equal(Buffer.from(eventId, 'base64url').toString(), 'simulator#evt_1')
  const replay = async (id: string) => await service.call('POST', `${EVENTS}/${id}/replay`, adminToken)
  t.match(await replay(eventId), { status: 200, body: { eventId, state: 'applied', reason: null, dueAt: null } }, 'the provider is asked for the charge')
  t.match(await service.call('GET', `/api/payments/${paymentId}`, ada), { body: { status: 'disputed' } })
  t.match(await replay(eventId), { status: 200, body: { state: 'applied' } })
  t.match(await replay('bm9uZQ'), { status: 404, body: { code: 'not_found' } })
  t.match(await replay('a%20b'), { status: 400, body: { code: 'validation_failed' } })
})
