// @own-process
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { ScriptedGateway } from '../../../support/scripted-gateway.js'
import { adminToken, as, key, startService, type Headers } from '../../../support/service.js'

const ada = as('ada')
const PAYMENT = { amount: 500, currency: 'TRY', orderId: 'order-1', sellerId: 'sela', paymentMethod: { token: 'tok_ok' } }

t.test('each request is one line of JSON with its id, route, status and user', async t => {
  const { call, logs } = await startService(t, { env: { TRUST_PROXY: '127.0.0.1' } })
  await call('POST', '/api/messages', { ...ada, 'x-request-id': 'gateway-0001' }, { receiverId: 'bora', message: 'merhaba' })
  await call('PUT', '/api/messages/msg_none/read', ada)
  await call('GET', '/api/health', adminToken)
  await call('GET', '/nothing/here')
  const lines = logs.map((line) => JSON.parse(line) as Record<string, unknown>)
  t.equal(lines.length, 4)
  t.match(lines[0], { level: 30, time: /^\d{4}-.*Z$/, requestId: 'gateway-0001', method: 'POST', route: '/api/messages', status: 201, userId: 'ada', ms: Number, msg: 'request' })
  t.match(lines.slice(1), [
    { route: '/api/messages/:messageId/read', status: 404, userId: 'ada' },
    { route: '/api/health', status: 200, userId: null },
    { route: 'none', status: 404, userId: null },
  ])
  t.ok(logs.every((line) => line.endsWith('}\n')))
})

t.test('no text, token, secret or card number of a request reaches the log, nor the text of an error', async t => {
  const card = '4242424242424242'
  const gateway = new ScriptedGateway().willCharge(new Error(`refused ${card} with ${ada['authorization']} and ${adminToken['x-admin-token']}`))
  const { call, logs } = await startService(t, { env: { LOG_LEVEL: 'trace' }, replacements: { gateways: [gateway] } })
  const canary = 'kanarya'
  const headers: Headers = { ...ada, cookie: `${canary}=1`, 'user-agent': canary, referer: `https://${canary}.example`, 'x-forwarded-for': canary, 'x-other': canary }
  await call('POST', '/api/messages', { ...headers, ...key(`${canary}-1`) }, { receiverId: 'bora', message: canary, type: canary, metadata: { [canary]: canary } })
  await call('POST', '/api/messages', headers, { receiverId: 'bora', message: 7, [canary]: canary })
  await call('POST', '/api/messages', headers, undefined, `{"${canary}`)
  await call('POST', '/api/messages', headers, { receiverId: 'bora', message: `take ${card}` })
  await call('GET', `/api/messages?otherUserId=${canary}&cursor=${canary}`, headers)
  await call('PUT', `/api/messages/${canary}/read`, headers)
  await call('GET', `/${canary}/%zz?${canary}`, headers)
  await call('GET', '/api/messages', { ...headers, authorization: `Bearer ${canary}` })
  await call('GET', '/api/messages', { ...headers, 'x-admin-token': canary })
  for (const id of [`${canary} ${card}`, card, 'short', 'a\u00e7\u0131k', `${ada['authorization']}`, 'x'.repeat(65)]) {
    const { headers: { 'x-request-id': kept } } = await call('GET', '/api/messages', { ...ada, 'x-request-id': id })
    t.match(kept, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, `${id} is replaced`)
  }
  t.equal((await call('POST', '/api/payments/process', { ...headers, ...key('k-1') }, { ...PAYMENT, description: canary })).status, 500)
  await call('POST', '/api/payments/webhook', { ...headers, 'webhook-signature': canary }, { [canary]: canary })
  t.equal(logs.filter((line) => line.includes('refused [redacted]') || line.includes('refused 9999999999999999 with')).length, 1, 'the error itself is logged')
  const log = logs.join('')
  for (const secret of [canary, card, String(ada['authorization']).slice(7), String(adminToken['x-admin-token']), 'eyJ']) t.notOk(log.includes(secret), secret)
})

t.test('each caller has a limit of their own, and no stranger can use it up', async t => {
  const { call } = await startService(t, { env: { RATE_LIMIT_MAX: '3' } })
  const statuses = async (headers: Headers, url = '/api/messages') => {
    const found: number[] = []
    for (let i = 0; i < 4; i++) found.push((await call('GET', url, headers)).status)
    return found
  }
  t.same(await statuses(ada), [200, 200, 200, 429])
  const limited = await call('GET', '/api/conversations', ada)
  t.match(limited, { status: 429, body: { code: 'rate_limited' } }, 'over all routes')
  t.ok(Number(limited.headers['retry-after']) > 0 && Number(limited.headers['retry-after']) <= 60)
  t.same(await statuses({ authorization: String(as('bora')['authorization']).replace(/[^.]+$/, 'x'.repeat(43)) }), [401, 401, 401, 429], 'a forged token counts for its address')
  t.same(await statuses({ 'x-admin-token': 'wrong' }), [429, 429, 429, 429], 'so does a guess at the admin token')
  t.same(await statuses({}, '/nothing'), [429, 429, 429, 429], 'and each unknown address')
  t.same(await statuses(as('bora')), [200, 200, 200, 429])
  t.same(await statuses(as('127.0.0.1')), [200, 200, 200, 429], 'a user whose id looks like that address')
  t.same(await statuses({}, '/api/health'), [200, 200, 200, 200], 'health is always answered')
  t.match(await call('POST', '/api/payments/webhook', {}, {}), { status: 401 }, 'webhooks have a limit of their own')
})

t.test('the address behind a proxy is read from a trusted proxy alone', async t => {
  const from = (forwarded: string) => ({ 'x-forwarded-for': forwarded })
  const shared = await startService(t, { env: { RATE_LIMIT_MAX: '3' } })
  for (const status of [401, 401, 401, 429]) t.equal((await shared.call('GET', '/api/messages', from(`198.51.100.${status}`))).status, status, 'a proxy that is not on the list is not believed')
  const { call } = await startService(t, { env: { RATE_LIMIT_MAX: '3', TRUST_PROXY: '127.0.0.1, 10.0.0.0/8' } })
  const status = async (forwarded: string) => (await call('GET', '/api/messages', from(forwarded))).status
  for (const expected of [401, 401, 401, 429]) t.equal(await status('198.51.100.7'), expected)
  t.equal(await status('198.51.100.8'), 401, 'another one')
  t.equal(await status('198.51.100.8, 10.1.2.3'), 401, 'behind two proxies')
  t.equal(await status('203.0.113.1, 198.51.100.7'), 429, 'the address that the client sends is not believed')
  t.equal(await status('198.51.100.7:4711'), 429, 'an address with a port')
  t.equal(await status('::ffff:c633:6407, 10.1.2.3:443'), 429, 'IPv4 written as IPv6, behind a proxy with a port')
  for (const expected of [401, 401, 401, 429]) t.equal(await status(`2001:db8:9:9::${expected}`), expected, 'a network of IPv6 is one caller')
  t.equal(await status('2001:db8:9:a::1'), 401)
  t.equal(await status('unknown'), 401)
  const six = await startService(t, { env: { RATE_LIMIT_MAX: '1', TRUST_PROXY: 'fd00::/8' } })
  const behind = async (proxy: string) => (await six.call('GET', '/api/messages', from('198.51.100.7'), undefined, undefined, proxy)).status
  t.same([await behind('fd00::1'), await behind('fd01::2'), await behind('fe80::1')], [401, 429, 401])
})

t.test('requests are refused while the event loop lags, except in the first seconds, and health still answers', async t => {
  const startedAt = performance.now()
  const { call } = await startService(t, { eventLoopDelayMaxMs: 50 })
  let answer = await call('GET', '/api/messages', ada)
  for (let blocks = 0; answer.status === 200 && blocks < 30; blocks++) {
    const end = performance.now() + 200
    while (performance.now() < end);
    await setImmediate()
    answer = await call('GET', '/api/messages', ada)
  }
  t.match(answer, { status: 503, headers: { 'retry-after': '5' }, body: { code: 'overloaded' } })
  t.ok(performance.now() - startedAt > 3000, 'the delay of the start itself refuses no request')
  for (const url of ['/api/health', '/api/health/live', '/api/health/ready', '/metrics']) t.equal((await call('GET', url)).status, 200, url)
})

t.test('pages of listed origins may call, with every method; others may not', async t => {
  const { app } = await startService(t, { env: { CORS_ORIGINS: 'https://shop.example, https://admin.example' } })
  const preflight = async (origin: string) => (await app.inject({
    method: 'OPTIONS', url: '/api/messages/msg_1/read', headers: { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization' },
  }))
  for (const origin of ['https://shop.example', 'https://admin.example']) {
    const { statusCode, headers } = await preflight(origin)
    t.equal(statusCode, 204)
    t.match(headers, { 'access-control-allow-origin': origin, 'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE', 'access-control-allow-headers': 'authorization' })
    const answer = await app.inject({ url: '/api/health', headers: { origin } })
    t.match(answer.headers, { 'access-control-allow-origin': origin, 'access-control-expose-headers': /x-request-id/, vary: /Origin/ })
  }
  for (const origin of ['https://evil.example', 'http://shop.example', 'https://shop.example.evil.example', 'null']) {
    t.notOk((await preflight(origin)).headers['access-control-allow-origin'], origin)
  }
  t.equal((await app.inject({ method: 'OPTIONS', url: '/api/messages' })).statusCode, 204, 'an OPTIONS request that is no preflight')
})

t.test('in development, without a list, pages of this machine may call; others may not', async (t) => {
  const allowed = async (env: Record<string, string>, origin: string) => {
    const { app } = await startService(t, { env })
    const { headers } = await app.inject({ method: 'OPTIONS', url: '/api/messages', headers: { origin, 'access-control-request-method': 'POST' } })
    return headers['access-control-allow-origin']
  }
  for (const origin of ['http://localhost:5173', 'http://localhost', 'http://127.0.0.1:3000']) {
    t.equal(await allowed({}, origin), origin)
    t.equal(await allowed({ CORS_ORIGINS: 'https://shop.example' }, origin), undefined, origin)
  }
  for (const origin of ['https://shop.example', 'http://localhost.evil.example', 'http://evil.example/http://localhost:1', 'http://127.0.0.1:1.evil.example', 'https://localhost:1', 'http://10.0.0.1:3000']) {
    t.equal(await allowed({}, origin), undefined, origin)
  }
})

t.test('every answer has the security headers', async t => {
  const { call } = await startService(t)
  for (const url of ['/api/health', '/api/messages', '/nothing']) {
    t.match((await call('GET', url)).headers, {
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': /max-age/,
    }, url)
  }
})

t.test('health reports the mode, the store and the version', async t => {
  const { call } = await startService(t)
  t.match((await call('GET', '/api/health')).body, { ok: true, mode: 'memory', store: 'up', version: /^\d+\.\d+\.\d+/ })
  t.match((await call('GET', '/api/health')).body, { outbox: { lagSeconds: 0 }, providers: [{ name: 'simulator', state: 'up' }] })
  t.same((await call('GET', '/api/health/live')).body, { ok: true })
  t.same((await call('GET', '/api/health/ready')).body, { ok: true })
})

t.test('the store is asked once a second, however often health is read', async t => {
  const store = memoryStores()
  let pings = 0
  const { call } = await startService(t, { replacements: { openedStores: { ...store, ping: async () => { if (++pings > 1) throw new Error('gone') } } } })
  let second = 0
  t.intercept(performance, 'now', { value: () => second * 1000 })
  const asked = Array.from({ length: 20 }, async () => await call('GET', '/api/health'))
  for (const { body } of await Promise.all(asked)) t.match(body, { ok: true })
  t.equal(pings, 1)
  second = 1
  t.match((await call('GET', '/api/health')).body, { ok: false, store: 'down' })
  t.equal((await call('GET', '/api/health/ready')).status, 500, 'a failure is shared as well')
  t.equal(pings, 2)
})

t.test('a store that is away shows in health, and takes the service out of rotation', async t => {
  // The SDK reads these variables itself.
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' })
  const { call, logs } = await startService(t, { env: { USE_DYNAMODB: 'true', DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' } })
  t.match(await call('GET', '/api/health'), { status: 200, body: { ok: false, mode: 'dynamodb', store: 'down' } })
  t.match(await call('GET', '/api/health/ready'), { status: 503, body: { code: 'store_unavailable' } })
  t.equal((await call('GET', '/api/health/live')).status, 200)
  t.match(logs.join(''), /the store gives no sign of life/)
})

t.test('metrics count requests by route, calls of stores and providers, and what happens to payments', async t => {
  const { call } = await startService(t)
  await call('POST', '/api/messages', ada, { receiverId: 'bora', message: 'merhaba' })
  for (let i = 0; i < 2; i++) await call('POST', '/api/payments/process', { ...ada, ...key('k-1') }, PAYMENT)
  await call('GET', '/wp-admin/secret-name')
  const { status, headers, text } = await call('GET', '/metrics')
  t.equal(status, 200)
  t.match(headers['content-type'], /^text\/plain; version=0\.0\.4/)
  for (const line of [
    'basvideo_http_request_duration_seconds_count{method="POST",route="/api/messages",status="201"} 1',
    'basvideo_http_request_duration_seconds_count{method="POST",route="/api/payments/process",status="200"} 1',
    'basvideo_http_request_duration_seconds_count{method="GET",route="none",status="404"} 1',
    'basvideo_store_call_duration_seconds_count{store="messages",operation="insert",outcome="ok"} 1',
    'basvideo_store_call_duration_seconds_count{store="payments",operation="insert",outcome="ok"} 2',
    'basvideo_gateway_call_duration_seconds_count{provider="simulator",operation="charge",outcome="succeeded"} 1',
    'basvideo_payment_events_total{provider="simulator",type="payment.created"} 1',
    'basvideo_payment_events_total{provider="simulator",type="payment.succeeded"} 1',
    'nodejs_eventloop_lag_seconds ',
  ]) t.ok(text.includes(`\n${line}`), line)
  t.notOk(text.includes('secret-name'), 'no address becomes a label')
})
