import t from 'tap'
import { as, key, startService } from '../../../support/service.js'

const ada = as('ada')

t.test('an empty body is no body, whatever its content type', async t => {
  const { call } = await startService(t)
  const json = { 'content-type': 'application/json' }
  for (const url of ['/api/messages', '/api/payments/process']) {
    t.match(await call('POST', url, { ...ada, ...key('k'), ...json }, undefined, ''), { status: 400, body: { code: 'validation_failed', detail: /body must be an object/ } })
  }
  t.equal((await call('PUT', '/api/conversations/bora/block', { ...ada, ...json }, undefined, '')).status, 200)
  t.equal((await call('DELETE', '/api/conversations/bora/block', { ...ada, ...json }, undefined, '')).status, 200)
  for (const [k, headers] of Object.entries({ typed: json, bare: {} })) {
    const { body: { paymentId } } = await call('POST', '/api/payments/process', { ...as('deniz'), ...key(k) },
      { amount: 500, currency: 'TRY', orderId: k, sellerId: 'ada', paymentMethod: { token: 'tok_ok' } })
    t.match(await call('POST', `/api/payments/${paymentId}/refund`, { ...ada, ...key(k), ...headers }, undefined, ''), { status: 201, body: { refundedAmount: 500 } })
  }
})

t.test('a route that reads no body or no query refuses what it would overlook, and changes nothing', async t => {
  const { call } = await startService(t)
  const { body: { messageId } } = await call('POST', '/api/messages', as('bora'), { receiverId: 'ada', message: 'selam' })
  const routes = [['PUT', `/api/messages/${messageId}/read`], ['PUT', '/api/conversations/bora/read'], ['PUT', '/api/conversations/bora/block']] as const
  for (const [method, url] of routes) {
    for (const body of [{ read: false }, [], [1], 'x', 7, false]) {
      t.match(await call(method, url, ada, body), { status: 400, body: { code: 'validation_failed', detail: '/body must be empty' } }, `${url} ${JSON.stringify(body)}`)
    }
    t.match(await call(method, `${url}?until=now`, ada), { status: 400, body: { code: 'validation_failed', errors: [{ pointer: '/querystring/until' }] } }, url)
  }
  t.match((await call('GET', '/api/messages', ada)).body.items, [{ messageId, read: false }])
  t.equal((await call('POST', '/api/messages', as('bora'), { receiverId: 'ada', message: 'hala' })).status, 201, 'no user is blocked')
  for (const [method, url] of routes) t.equal((await call(method, url, ada, {})).status, 200, 'an empty object says nothing')
  t.match(await call('DELETE', '/api/conversations/bora/block', ada, { all: true }), { status: 400 })
  t.match(await call('GET', '/api/payments/pay_1?expand=refunds', ada), { status: 400, body: { code: 'validation_failed' } })
})

t.test('a body is UTF-8 without compression, and none is stored with other letters', async (t) => {
  const { call } = await startService(t)
  const text = { receiverId: 'mehmet', message: 'Güneş çok güzel ı' }
  const post = async (payload: Buffer, headers: Record<string, string> = {}) => await call('POST', '/api/messages', { ...as('ayse'), 'content-type': 'application/json', ...headers }, undefined, payload)
  const utf8 = Buffer.from(JSON.stringify(text))
  for (const charset of ['iso-8859-9', 'windows-1254', '"utf-16"', 'latin1']) {
    t.match(await post(utf8, { 'content-type': `application/json; charset=${charset}` }), { status: 415, body: { code: 'unsupported_media_type', detail: 'send the body in UTF-8' } }, charset)
  }
  for (const encoding of ['gzip', 'br', 'deflate, gzip']) t.match(await post(utf8, { 'content-encoding': encoding }), { status: 415, body: { code: 'unsupported_media_type' } }, encoding)
  t.match(await post(Buffer.from(JSON.stringify(text), 'latin1')), { status: 400, body: { code: 'malformed_request', detail: 'the body is not UTF-8' } })
  for (const type of ['application/json;charset=UTF-8', 'application/json; charset="utf8"', 'application/json; charset=us-ascii', 'application/json']) {
    t.match(await post(utf8, { 'content-type': type, 'content-encoding': 'identity' }), { status: 201, body: { message: text.message } }, type)
  }
})
