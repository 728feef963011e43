/** One test for each item of the OWASP API Security Top 10 of 2023. Other tests cover parts of them in more depth. */
import t, { type Test } from 'tap'
import { ask, world } from '../../../support/access.js'
import { PASSWORD, startAccounts, WITH_ACCOUNTS } from '../../../support/accounts.js'
import { BODIES } from '../../../support/bodies.js'
import { registeredRoutes } from '../../../support/routes.js'
import { adminUser, as, key, startService, type Headers, type TestService } from '../../../support/service.js'
import { startStripeServer, STRIPE_KEY } from '../../../support/stripe-server.js'

const ada = as('ada')
const deniz = as('deniz')
const ORDER = { amount: 500, currency: 'TRY', orderId: 'order-1', paymentMethod: { token: 'tok_ok' } }
const json = { 'content-type': 'application/json' }

/** The service with all routes that it registers, and ids of what belongs to ada. */
async function startWithRoutes (t: Test) {
  let service: TestService | undefined
  const routes = await registeredRoutes(async () => (service = await startService(t, WITH_ACCOUNTS)))
  if (service === undefined) throw new Error('the service has started')
  return { service, routes, ids: await world(service, { payer: ada, payerId: 'ada', writer: as('bora') }) }
}

t.test('API1 broken object level authorisation: an id gives no other user access to what it names', async (t) => {
  const { service, routes, ids } = await startWithRoutes(t)
  const named = routes.filter(({ path, policy }) => policy?.startsWith('user') === true && /:(?!otherUserId\b)/.test(path))
  t.ok(named.length >= 7)
  for (const route of named) {
    const { status, text } = await ask(service, route, ids, deniz)
    // A room exists for everyone: what is not for everyone is forbidden there.
    const ofRooms = route.policy === 'user' ? [200, 404] : [403, 404]
    t.ok((route.path.startsWith('/api/rooms/') ? ofRooms : [404]).includes(status), `${status} ${route.name}`)
    t.notMatch(text, /order-1|merhaba|\bada\b/, `${route.name} reveals nothing`)
  }
  t.match((await service.call('GET', '/api/payments', ada)).body.items, [{ refunds: [], status: 'succeeded' }])
  t.match((await service.call('GET', '/api/messages', ada)).body.items, [{ read: false }])
})

t.test('API2 broken authentication: tokens are short-lived, come in the header alone, and a refresh token that comes late ends its session', async (t) => {
  const { call, post, join, signIn, advance } = await startAccounts(t)
  await join('ada@example.com')
  const { accessToken, refreshToken, headers } = await signIn('ada@example.com')
  const { exp, iat } = JSON.parse(Buffer.from(String(accessToken.split('.')[1]), 'base64url').toString()) as { exp: number, iat: number }
  t.equal(exp - iat, 900)
  for (const elsewhere of [`/api/payments?access_token=${accessToken}`, `/api/payments?token=${accessToken}`]) t.equal((await call('GET', elsewhere)).status, 401)
  t.equal((await call('GET', '/api/payments', { cookie: `access_token=${accessToken}` })).status, 401)
  const { body: second } = await post('/api/auth/refresh', { refreshToken })
  advance(30_000)
  t.match(await post('/api/auth/refresh', { refreshToken }), { status: 401 }, 'two parties have the token')
  t.match(await post('/api/auth/refresh', { refreshToken: second['refreshToken'] }), { status: 401 }, 'so neither may go on')
  t.equal((await call('GET', '/api/users/me', headers)).status, 401)
})

const ASSIGNED = ['role', 'status', 'refundedAmount', 'capturedAmount', 'userId', 'senderId', 'isAdmin', 'admin', 'version', 'createdAt', 'emailVerified', '__proto__', 'constructor', 'prototype']

t.test('API3 broken object property level authorisation: no body sets a field that is not documented, and no answer shows an internal field', async (t) => {
  const service = await startService(t, { ...WITH_ACCOUNTS, env: { ...WITH_ACCOUNTS.env, RETURN_URL_ORIGINS: 'https://shop.example' } })
  const { call, contract: { document } } = service
  let count = 0
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, { requestBody }] of Object.entries(operations)) {
      const name = String(requestBody?.content['application/json']?.schema.$ref.split('/').at(-1))
      const body = BODIES[name]
      if (body === undefined) continue
      const own = Object.keys(document.components.schemas[name]?.properties ?? {})
      for (const field of ASSIGNED.filter((one) => !own.includes(one))) {
        for (const caller of path.startsWith('/api/admin/') ? [adminUser] : [ada, adminUser]) {
          const payload = `{"${field}":{"role":"admin"},${JSON.stringify(body).slice(1)}`
          const { status } = await call(method.toUpperCase(), path.replace(/\{\w+\}/, 'some-id'), { ...caller, ...key('k'), ...json }, undefined, payload)
          t.equal(status, 400, `${field} of ${name}`)
          count++
        }
      }
    }
  }
  t.ok(count > 300)
  t.equal(({} as Record<string, unknown>)['role'], undefined, 'no object has it now')
  t.same((await call('GET', '/api/payments', ada)).body.items, [])
  t.same((await call('GET', '/api/admin/users', adminUser)).body.items, [])
  const { body } = await call('POST', '/api/payments/process', { ...ada, ...key('k') }, ORDER)
  t.same(Object.keys(body).filter((name) => /fingerprint|lease|version|owner|check$/.test(name)), [])
})

t.test('API4 unrestricted resource consumption: size, depth, pages and rate have a limit', async (t) => {
  const { call } = await startService(t, { env: { RATE_LIMIT_MAX: '20' } })
  const send = async (payload: string) => (await call('POST', '/api/messages', { ...ada, ...json }, undefined, payload)).status
  t.equal(await send(JSON.stringify({ receiverId: 'bora', message: 'x'.repeat(70_000) })), 413)
  t.equal(await send(`{"receiverId":"bora","message":"x","metadata":${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}}`), 400)
  t.equal((await call('GET', '/api/messages?limit=101', ada)).status, 400)
  const statuses = await Promise.all(Array.from({ length: 30 }, async () => (await call('GET', '/api/payments', ada)).status))
  t.ok(statuses.filter((status) => status === 429).length >= 10, 'of thirty, where twenty are allowed')
})

t.test('API5 broken function level authorisation: no user without the role reaches a route of administrators', async (t) => {
  const { service, routes, ids } = await startWithRoutes(t)
  const office = routes.filter(({ path }) => path.startsWith('/api/admin/'))
  t.same(office, routes.filter(({ policy }) => policy === 'admin'))
  for (const route of office) {
    for (const caller of [ada, as('ada', { role: 'Admin' }), as('ada', { roles: ['admin'] }), { ...ada, 'x-http-method-override': 'GET' }] as Headers[]) {
      t.equal((await ask(service, route, ids, caller)).status, 403, route.name)
    }
  }
})

t.test('API6 unrestricted access to sensitive business flows: few e-mails go to one address, and few accounts come from one place', async (t) => {
  const { post, join, enqueued } = await startAccounts(t)
  await join('ada@example.com')
  const before = enqueued().length
  for (let index = 0; index < 20; index++) await post('/api/auth/forgot-password', { email: 'ada@example.com' })
  t.ok(enqueued().length - before <= 5, `${enqueued().length - before} mails`)
  for (let index = 0; index < 60; index++) await post('/api/auth/register', { email: `a${index}@example.com`, password: PASSWORD, name: 'A' })
  t.ok(enqueued().length - before <= 40, `${enqueued().length - before} mails`)
})

/** Addresses that lead to another place than they seem to. */
const TRICKS = [
  'https://evil.example', 'https://shop.example.evil.example/', 'https://shop.example@evil.example/', 'https://ada:secret@shop.example/', 'https://ada@shop.example/',
  'http://shop.example/', 'https://shop.example:8443/', '//shop.example/', 'https:\\\\shop.example\\', 'https://shop.example%2eevil.example/', 'https://shop。example/',
  'https://127.0.0.1/', 'https://2130706433/', 'https://0x7f000001/', 'https://0177.0.0.1/', 'https://[::1]/', 'https://[::ffff:169.254.169.254]/', 'http://169.254.169.254/latest/meta-data/',
  'javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'https://shop.example\t.evil.example/', 'https://shop.example\n/', ' https://shop.example/', 'blob:https://shop.example/x',
]

t.test('API7 server side request forgery: a payer returns to listed origins alone, and the service fetches no address that callers send', async (t) => {
  const { call } = await startService(t, { env: { RETURN_URL_ORIGINS: 'https://shop.example' } })
  const process = async (returnUrl: string) => await call('POST', '/api/payments/process', { ...ada, ...key(returnUrl.replaceAll(/[^\x21-\x7e]/g, '')) }, { ...ORDER, returnUrl })
  for (const returnUrl of TRICKS) {
    const { status, body: { code } } = await process(returnUrl)
    t.ok([400, 422].includes(status) && ['validation_failed', 'return_url_not_allowed'].includes(code), `${returnUrl}: ${status} ${code}`)
  }
  t.same((await call('GET', '/api/payments', ada)).body.items, [])
  t.equal((await process('https://shop.example/back?x=https://evil.example')).status, 201)
})

t.test('API8 security misconfiguration: errors reveal no internals, and unknown methods and origins get nothing', async (t) => {
  const { app, call } = await startService(t)
  for (const [method, url] of [['DELETE', '/api/messages'], ['PUT', '/api/payments'], ['GET', '/api/nowhere'], ['POST', '/api/health'], ['GET', '/.env'], ['GET', '/docs/static/..%2f..%2fpackage.json']] as const) {
    const { statusCode, payload, headers } = await app.inject({ method, url })
    t.equal(statusCode, /^(DELETE|PUT|POST)/.test(method) ? 405 : 404, `${method} ${url}`)
    t.notMatch(payload, /node_modules|\.ts|\.js|at .*\(|Error:/)
    t.match(headers, { 'x-content-type-options': 'nosniff', 'strict-transport-security': /max-age/ })
    t.notOk('x-powered-by' in headers || 'server' in headers)
  }
  const { headers } = await call('GET', '/api/payments', { ...ada, origin: 'https://evil.example' })
  t.notOk('access-control-allow-origin' in headers)
})

/** Pages for people and their browsers, which are not part of the API. */
const BESIDE = ['GET /', 'GET /console', 'GET /console/*', 'GET /openapi.json', 'GET /docs', 'GET /docs/*', 'GET /simulator/pay/:reference', 'POST /simulator/pay/:reference', 'GET /dev/outbox', 'GET /unsubscribe/*', 'POST /unsubscribe/*']

t.test('API9 improper inventory management: every route is in the document, and the document names no other', async (t) => {
  let service: TestService | undefined
  const routes = await registeredRoutes(async () => (service = await startService(t, WITH_ACCOUNTS)))
  const documented = Object.entries(service?.contract.document.paths ?? {}).flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`))
  t.same([...documented, ...BESIDE].sort(), routes.map(({ name }) => name).sort())
})

t.test('API10 unsafe consumption of APIs: a provider that redirects, floods or answers nonsense leaves the outcome unknown', async (t) => {
  const server = await startStripeServer(t)
  const { call } = await startService(t, { env: { PAYMENT_PROVIDERS: 'stripe', STRIPE_SECRET_KEY: STRIPE_KEY, STRIPE_WEBHOOK_SECRETS: 'whsec_of_the_endpoint_of_tests', STRIPE_BASE_URL: server.url } })
  for (const misbehaviour of ['redirect', 'html', 'truncated_json', 'huge'] as const) {
    server.willMisbehave(misbehaviour)
    const before = server.requests.length
    const { status, body } = await call('POST', '/api/payments/process', { ...ada, ...key(misbehaviour) }, { ...ORDER, orderId: misbehaviour, paymentMethod: { token: 'pm_card_visa' } })
    t.match([status, body], [202, { status: 'pending', refundedAmount: 0 }], misbehaviour)
    t.equal(server.requests.length, before + 1, 'it is not followed anywhere')
  }
  t.same(server.effects(), { charges: 0, refunds: 0 })
})
