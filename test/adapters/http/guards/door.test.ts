import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { makeSecretTokenSigner } from '#adapters/tokens/own-tokens.js'
import { PASSWORD, startAccounts } from '../../../support/accounts.js'
import { ADMIN_TOKEN, adminToken, as, JWT_SECRET, startService, WEBHOOK_SECRET } from '../../../support/service.js'

const PRODUCTION = { NODE_ENV: 'production', ALLOW_MEMORY: 'true', ALLOW_SIMULATOR: 'true', ORDERS: 'open' }
const METRICS_TOKEN = 'a token of tests that no one can guess'
const SIGNING = { secret: JWT_SECRET, issuer: 'basvideo', audience: 'basvideo-api' }

const isSecurity = (line: string): boolean => line.includes('"log":"security"')

t.test('production shows metrics to those who hold the token, and the API reference where it is asked for', async (t) => {
  const closed = await startService(t, { env: PRODUCTION })
  for (const url of ['/metrics', '/docs', '/docs/', '/openapi.json']) t.match(await closed.call('GET', url, adminToken), { status: 404, body: { code: 'route_not_found' } }, url)
  const open = await startService(t, { env: { ...PRODUCTION, METRICS_TOKEN, API_DOCS: 'true' } })
  const metrics = async (headers = {}) => (await open.call('GET', '/metrics', headers)).status
  t.same([await metrics(), await metrics(adminToken), await metrics({ authorization: METRICS_TOKEN }), await metrics({ authorization: `Bearer ${METRICS_TOKEN}` })], [401, 401, 401, 200])
  t.equal((await open.call('GET', '/api/messages', { authorization: 'Bearer a.b.c' })).status, 401)
  t.same(open.logs.filter(isSecurity).map((line) => (JSON.parse(line) as { event: string }).event), ['wrong_metrics_token'])
  t.equal((await open.call('GET', '/openapi.json')).status, 200)
  t.notMatch(open.logs.join(''), METRICS_TOKEN)
})

t.test('metrics have a port of their own, and a port that is taken stops the service', async (t) => {
  const { call, url, logs } = await startService(t, { env: { METRICS_PORT: '0', METRICS_TOKEN }, listen: true })
  t.equal((await call('GET', '/metrics')).status, 404)
  t.equal((await fetch(`${url()}/metrics`)).status, 404)
  t.equal((await call('GET', '/api/messages', as('ada'))).status, 200)
  const [, metricsUrl = ''] = /Metrics at (http:[^"]+)/.exec(logs.join('')) ?? []
  t.not(metricsUrl, url())
  const ask = async (headers = {}) => await fetch(`${metricsUrl}/metrics`, { headers })
  t.equal((await ask()).status, 401)
  t.equal((await ask({ authorization: 'Bearer a wrong guess' })).status, 401)
  t.match(logs.filter(isSecurity).map((line): unknown => JSON.parse(line)), [{ event: 'wrong_metrics_token', address: '127.0.0.1', requestId: /^[\w-]{36}$/, route: '/metrics', status: 401 }])
  t.notMatch(logs.join(''), 'a wrong guess')
  const figures = await ask({ authorization: `Bearer ${METRICS_TOKEN}` })
  t.match([figures.status, figures.headers.get('content-type')], [200, /^text\/plain/])
  t.match(await figures.text(), /^basvideo_http_request_duration_seconds_count\{.*route="\/api\/messages".*\} 1$/m, 'of what the other port answers')
  t.equal((await fetch(`${metricsUrl}/api/health/live`)).status, 404, 'and nothing else')
  const taken = startService(t, { env: { METRICS_PORT: new URL(url()).port }, listen: true })
  await t.rejects(taken, { code: 'EADDRINUSE' })
})

t.test('each refused attempt to get in leaves a line with the address of the client, whatever the log level', async (t) => {
  const { call, logs } = await startService(t, { env: { AUTH_MODE: 'local', LOG_LEVEL: 'silent', TRUST_PROXY: '127.0.0.1' } })
  const from = { 'x-forwarded-for': '203.0.113.77:4711' }
  await call('POST', '/api/auth/login', from, { email: 'boss@shop.example', password: 'wrong password' })
  await call('GET', '/api/admin/payments', { ...from, 'x-admin-token': 'guess' })
  await call('POST', '/api/payments/webhook', { ...from, 'webhook-signature': 'v1,x' }, {})
  await call('GET', '/api/messages', from)
  await call('GET', '/api/admin/payments', adminToken)
  const line = { level: 40, log: 'security', address: '203.0.113.77', requestId: /^[\w-]{36}$/, msg: 'refused' }
  t.match(logs.map((line): unknown => JSON.parse(line)), [
    { ...line, event: 'invalid_credentials', method: 'POST', route: '/api/auth/login', status: 401 },
    { ...line, event: 'wrong_admin_token', method: 'GET', route: '/api/admin/payments', status: 401 },
    { ...line, event: 'invalid_webhook_signature', method: 'POST', route: '/api/payments/webhook', status: 401 },
  ])
  t.equal(logs.length, 3)
  t.notMatch(logs.join(''), /boss|wrong password|guess/)
})

t.test('wrong passwords, codes, links and tokens of accounts, and what is forbidden, are among them', async (t) => {
  const { call, post, join, signIn, logs } = await startAccounts(t, { env: { LOG_LEVEL: 'silent' } })
  await join('ada@example.com')
  const { headers } = await signIn('ada@example.com')
  await call('DELETE', '/api/users/me', headers, { password: 'wrong password' })
  await post('/api/users/me/phone/confirm', { code: '000000' }, headers)
  await post('/api/auth/second-factor', { password: PASSWORD }, headers)
  await post('/api/auth/second-factor/confirm', { code: '000000' }, headers)
  await post('/api/auth/verify-email', { token: 'usr_1.guess' })
  await post('/api/auth/refresh', { refreshToken: 'guess' })
  await call('GET', '/api/admin/users', headers)
  t.same(logs.map((line) => (JSON.parse(line) as { event: string }).event), ['wrong_password', 'invalid_code', 'wrong_code', 'invalid_link', 'invalid_refresh_token', 'forbidden'])
})

t.test('no cache keeps an answer, unless it is for everyone', async (t) => {
  const { call } = await startService(t, { env: { AUTH_MODE: 'local' } })
  for (const url of ['/api/messages', '/api/admin/payments', '/api/users/me', '/nothing']) t.match((await call('GET', url, adminToken)).headers, { 'cache-control': 'no-store' }, url)
  const { headers } = await call('GET', '/.well-known/jwks.json')
  t.match(headers, { 'cache-control': 'public, max-age=300', etag: /^"/ })
  t.match(await call('GET', '/.well-known/jwks.json', { 'if-none-match': String(headers['etag']) }), { status: 304, text: '' })
})

t.test('the tokens of before count until they are taken out', async (t) => {
  const before = { JWT_SECRET_PREVIOUS: 'the secret of before, of tests alone', ADMIN_TOKEN_PREVIOUS: 'the shared token of before, of tests' }
  const old = { authorization: `Bearer ${makeSecretTokenSigner({ ...SIGNING, secret: before.JWT_SECRET_PREVIOUS }, 60_000)({ sub: 'ada' })}` }
  const statuses = async (env: Record<string, string>) => {
    const { call } = await startService(t, { env })
    const ask = async (headers: Record<string, string>) => (await call('GET', '/api/admin/payments', headers)).status
    return [await ask(as('ada')), await ask(old), await ask({ 'x-admin-token': ADMIN_TOKEN }), await ask({ 'x-admin-token': before.ADMIN_TOKEN_PREVIOUS }), await ask({ 'x-admin-token': WEBHOOK_SECRET })]
  }
  t.same(await statuses(before), [403, 403, 200, 200, 401])
  t.same(await statuses({}), [403, 401, 200, 401, 401])
})

t.test('a token that was made to live longer than the limit is refused', async (t) => {
  const hour = 3_600_000
  const now = Math.floor(Date.now() / 1000)
  const { call } = await startService(t)
  const short = await startService(t, { env: { TOKEN_MAX_HOURS: '1' } })
  const ask = async (lifetimeMs: number, claims: object = {}, service = call) =>
    (await service('GET', '/api/messages', { authorization: `Bearer ${makeSecretTokenSigner(SIGNING, lifetimeMs)({ sub: 'ada', ...claims })}` })).status
  t.same([await ask(7 * 24 * hour), await ask((7 * 24 + 1) * hour), await ask(1e6 * hour)], [200, 401, 401], 'a week by default')
  t.equal(await ask(hour, { iat: now - 30 * 86_400 }), 401, 'made long ago')
  t.same([await ask(hour, {}, short.call), await ask(2 * hour, {}, short.call)], [200, 401])
})

t.test('a request with two Host headers is refused', async (t) => {
  const { url } = await startService(t, { listen: true })
  const socket = connect(Number(new URL(url()).port), '127.0.0.1')
  socket.write('GET /api/health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n')
  t.match(await text(socket), /^HTTP\/1\.1 400 [^]*malformed_request/)
})
