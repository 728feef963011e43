import t from 'tap'
import { adminToken, as, key, startService, WEBHOOK_SECRET, type Headers, type TestService } from '../../../support/service.js'
import { signedWebhook, webhookBody } from '../../../support/signed-webhook.js'

const ada = as('ada')
const URLS = ['/api/payments/webhook', '/api/payments/webhook/simulator'] as const

/** A pending payment: the simulator loses its own webhook, so only the test sends one. */
async function undecided ({ call }: TestService, idempotencyKey: string): Promise<Record<string, unknown>> {
  const { body } = await call('POST', '/api/payments/process', { ...ada, ...key(idempotencyKey) },
    { amount: 500, currency: 'TRY', orderId: idempotencyKey, paymentMethod: { token: 'tok_processing+lost' } })
  return { paymentId: body.paymentId, reference: body['providerReference'], amount: 500, currency: 'TRY' }
}

async function deliver ({ call }: TestService, url: string, body: string, headers: Headers = signedWebhook(body, { secret: WEBHOOK_SECRET })) {
  return await call('POST', url, headers, undefined, body)
}

t.test('a signed webhook settles its payment, found by its header or by name, and once', async t => {
  const service = await startService(t)
  for (const url of URLS) {
    const data = await undecided(service, url)
    const body = webhookBody('payment.succeeded', data)
    const headers = signedWebhook(body, { secret: WEBHOOK_SECRET, id: `evt_${url.length}` })
    t.match(await deliver(service, url, body, headers), { status: 200, body: { result: 'applied' } }, url)
    t.match(await service.call('GET', `/api/payments/${String(data['paymentId'])}`, ada), { body: { status: 'succeeded' } })
    t.match(await deliver(service, url, body, headers), { status: 200, body: { result: 'duplicate' } })
  }
})

t.test('a webhook that comes too early waits, and one of an unknown type is ignored', async t => {
  const service = await startService(t)
  const early = webhookBody('payment.succeeded', { paymentId: 'pay_none', reference: 'sim_1', amount: 1, currency: 'TRY' })
  t.match(await deliver(service, URLS[0], early), { status: 200, body: { result: 'received' } })
  const other = webhookBody('customer.created', {})
  t.match(await deliver(service, URLS[0], other, signedWebhook(other, { secret: WEBHOOK_SECRET, id: 'evt_2' })), { status: 200, body: { result: 'ignored' } })
})

t.test('a webhook that is not signed by its provider, over these bytes and now, changes nothing', async t => {
  const service = await startService(t)
  const data = await undecided(service, 'k-1')
  const body = webhookBody('payment.succeeded', data)
  const signed = signedWebhook(body, { secret: WEBHOOK_SECRET })
  const wrong: Array<[name: string, headers: Headers, body?: string]> = [
    ['unsigned', {}],
    ['another secret', signedWebhook(body, { secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` })],
    ['another body', signed, body.replace('500', '501')],
    ['the same body, written anew', signed, JSON.stringify(JSON.parse(body), null, 1)],
    ['long ago', signedWebhook(body, { secret: WEBHOOK_SECRET, timestampS: 1_000_000_000 })],
    ['with the token of an administrator instead', adminToken],
  ]
  for (const url of URLS) {
    for (const [name, headers, sent = body] of wrong) {
      const answer = await deliver(service, url, sent, headers)
      t.match(answer, { status: 401, headers: { 'www-authenticate': 'Bearer' }, body: { code: 'invalid_webhook_signature' } }, `${name} at ${url}`)
    }
  }
  t.match(await service.call('GET', `/api/payments/${String(data['paymentId'])}`, ada), { body: { status: 'pending' } })
})

t.test('a webhook has to be JSON, and its provider a known one, signed or not', async t => {
  const service = await startService(t)
  t.match(await deliver(service, '/api/payments/webhook/nobody', '{}'), { status: 422, body: { code: 'unknown_provider' } })
  t.match(await deliver(service, '/api/payments/webhook/NOBODY', '{}'), { status: 400, body: { code: 'validation_failed' } })
  t.match(await deliver(service, URLS[0], 'not json at all'), { status: 400, body: { code: 'invalid_webhook' } })
  t.match(await deliver(service, URLS[0], '{"type":"payment.succeeded"}'), { status: 400, body: { code: 'invalid_webhook' } })
  for (const url of URLS) {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream']) {
      t.match(await deliver(service, url, '{}', { 'content-type': type }), { status: 415, body: { code: 'unsupported_media_type' } }, type)
    }
    t.match(await deliver(service, url, 'x'.repeat(65_537)), { status: 413, body: { code: 'payload_too_large' } })
    t.match(await service.call('POST', url, signedWebhook('', { secret: WEBHOOK_SECRET })), { status: 400, body: { code: 'invalid_webhook' } }, 'no body at all')
  }
})

t.test('the simulator sends the outcome of a payment over HTTP', async t => {
  const told = Promise.withResolvers<unknown>()
  const service = await startService(t, { listen: true })
  service.app.server.on('request', ({ url, headers }, response) => {
    if (url === URLS[1]) response.on('finish', () => { told.resolve([response.statusCode, headers['content-type']]) })
  })
  await service.call('POST', '/api/payments/process', { ...ada, ...key('k-1') }, { amount: 500, currency: 'TRY', orderId: 'order-1', paymentMethod: { token: 'tok_ok' } })
  t.same(await told.promise, [200, 'application/json'])
})
