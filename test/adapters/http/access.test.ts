import { createHmac, generateKeyPairSync, sign as signBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { buildApp, type AppOptions } from '../../../src/adapters/http/app.js'
import { ADMIN_TOKEN, adminToken, adminUser, as, JWT_SECRET, key, startService, type Headers, type TestService } from '../../support/service.js'
import { registeredRoutes } from '../../support/routes.js'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } })

const soon = Math.floor(Date.now() / 1000) + 600
const CLAIMS = { sub: 'ada', iss: 'basvideo', aud: 'basvideo-api', iat: soon - 600, exp: soon }

type Signer = (text: string) => string
const hmac = (algorithm: string, secret: string): Signer => (text) => createHmac(algorithm, secret).update(text).digest('base64url')
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token made by hand, because no library makes wrong ones. */
function token (claims: object, header: object = { alg: 'HS256', typ: 'JWT' }, signer: Signer = hmac('sha256', JWT_SECRET)): Headers {
  const text = `${base64(header)}.${base64(claims)}`
  return { authorization: `Bearer ${text}.${signer(text)}` }
}

const { exp, ...withoutExp } = CLAIMS
const { iss, ...withoutIss } = CLAIMS
const { aud, ...withoutAud } = CLAIMS
const { sub, ...withoutSub } = CLAIMS

/** Callers whom no route may know. */
const NOBODY: Record<string, Headers> = {
  'an anonymous caller': {},
  'a wrong admin token': { 'x-admin-token': `${ADMIN_TOKEN}x` },
  'an empty admin token': { 'x-admin-token': '' },
  'a right token beside a wrong admin token': { ...as('ada'), 'x-admin-token': 'wrong' },
  'a right admin token beside a wrong token': { ...adminToken, authorization: 'Bearer a.b.c' },
  'a token that has expired': token({ ...CLAIMS, exp: soon - 1200 }),
  'a token that is not valid yet': token({ ...CLAIMS, nbf: soon }),
  'a token without an end': token(withoutExp),
  'a token with alg none': token(CLAIMS, { alg: 'none', typ: 'JWT' }, () => ''),
  'a token with alg none and a signature': token(CLAIMS, { alg: 'none', typ: 'JWT' }),
  'a token with HS512': token(CLAIMS, { alg: 'HS512', typ: 'JWT' }, hmac('sha512', JWT_SECRET)),
  'a token with RS256': token(CLAIMS, { alg: 'RS256', typ: 'JWT' }, (text) => signBytes('sha256', Buffer.from(text), privateKey).toString('base64url')),
  'a token with HS256 by a public key': token(CLAIMS, undefined, hmac('sha256', publicKey)),
  'a token by another secret': token(CLAIMS, undefined, hmac('sha256', 'another-secret-that-is-long-enough-too')),
  'a token of another issuer': token({ ...CLAIMS, iss: 'somebody' }),
  'a token of no issuer': token(withoutIss),
  'a token for another audience': token({ ...CLAIMS, aud: 'another-api' }),
  'a token for no audience': token(withoutAud),
  'a token of nobody': token(withoutSub),
  'a token whose user is a number': token({ ...CLAIMS, sub: 7 }),
  'a token whose user is empty': token({ ...CLAIMS, sub: '' }),
  'a token whose user holds what joins ids': token({ ...CLAIMS, sub: 'ada#bora' }),
  'a token whose user is too long': token({ ...CLAIMS, sub: 'a'.repeat(129) }),
  'a token that is none': { authorization: 'Bearer nonsense' },
  'another scheme': { authorization: `Basic ${Buffer.from('ada:secret').toString('base64')}` },
}

interface World {
  readonly messageId: string
  readonly paymentId: string
  /** Of ada, by her address. */
  readonly streamerId: string
}

interface Route {
  readonly policy: string
  readonly url: (world: World) => string
  readonly headers?: Headers
  readonly body?: object
  /** Statuses for the owner ada, another user, an administrator and the shared admin token; unknown callers get `nobody`. */
  readonly owner: number
  readonly other: number
  readonly admin: number
  readonly shared: number
  readonly nobody: number
}

const at = (url: string) => () => url
const everybody = (url: string, status = 200): Route => ({ policy: 'public', url: at(url), owner: status, other: status, admin: status, shared: status, nobody: status })
const person = (url: Route['url'], statuses: Partial<Route> = {}): Route => ({ policy: 'user', url, owner: 200, other: 200, admin: 200, shared: 401, nobody: 401, ...statuses })
const office = (url: string | Route['url'], statuses: Partial<Route> = {}): Route => ({ policy: 'admin', url: typeof url === 'string' ? at(url) : url, owner: 403, other: 403, admin: 200, shared: 200, nobody: 401, ...statuses })
const streamer = (path: string, statuses: Partial<Route> = {}): Route => person(({ streamerId }) => `/api/streamers/${streamerId}/${path}`, { policy: 'user-or-admin', other: 404, shared: 200, ...statuses })
const provider = (url: string): Route => ({ policy: 'provider', url: at(url), body: {}, owner: 401, other: 401, admin: 401, shared: 401, nobody: 401 })

/** Every route of the service, with who may call it. One that is not here fails the test below. */
const ROUTES: Record<string, Route> = {
  'POST /api/messages': person(at('/api/messages'), { body: { receiverId: 'ceren', message: 'merhaba' }, owner: 201, other: 201, admin: 201 }),
  'GET /api/messages': person(at('/api/messages')),
  'PUT /api/messages/:messageId/read': person(({ messageId }) => `/api/messages/${messageId}/read`, { other: 404, admin: 404 }),
  'GET /api/conversations': person(at('/api/conversations')),
  'PUT /api/conversations/:otherUserId/read': person(at('/api/conversations/ceren/read')),
  'PUT /api/conversations/:otherUserId/block': person(at('/api/conversations/ceren/block')),
  'DELETE /api/conversations/:otherUserId/block': person(at('/api/conversations/ceren/block')),
  'POST /api/payments/process': person(at('/api/payments/process'), {
    headers: key('k-2'), body: { amount: 1, currency: 'TRY', orderId: 'o', paymentMethod: { token: 'tok_ok' } }, owner: 201, other: 201, admin: 201,
  }),
  'GET /api/payments': person(at('/api/payments')),
  'GET /api/payments/:paymentId': person(({ paymentId }) => `/api/payments/${paymentId}`, { policy: 'user-or-admin', other: 404, shared: 200 }),
  'POST /api/payments/:paymentId/refund': person(({ paymentId }) => `/api/payments/${paymentId}/refund`,
    { policy: 'user-or-admin', headers: key('r-1'), body: { amount: 1 }, owner: 403, other: 404, admin: 201, shared: 200 }),
  'GET /api/payments/:paymentId/return': { ...everybody('', 200), url: ({ paymentId }) => `/api/payments/${paymentId}/return` },
  'POST /api/payments/:paymentId/return': { ...everybody('', 200), url: ({ paymentId }) => `/api/payments/${paymentId}/return`, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  'POST /api/payments/webhook': provider('/api/payments/webhook'),
  'POST /api/payments/webhook/:provider': provider('/api/payments/webhook/simulator'),
  'POST /api/admin/payments/:paymentId/reconcile': office(({ paymentId }) => `/api/admin/payments/${paymentId}/reconcile`),
  'GET /api/admin/webhook-events': office('/api/admin/webhook-events'),
  'POST /api/admin/webhook-events/:eventId/replay': office('/api/admin/webhook-events/bm9uZQ/replay', { admin: 404, shared: 404 }),
  'GET /api/search': person(at('/api/search?type=orders&q=order'), { policy: 'user-or-admin', shared: 200 }),
  'GET /api/admin/payments': office('/api/admin/payments'),
  'GET /api/admin/export': office('/api/admin/export?type=payments'),
  'GET /api/admin/payments/stats': office('/api/admin/payments/stats'),
  'GET /api/admin/quarantine': office('/api/admin/quarantine'),
  'POST /api/admin/quarantine/:sequence/retry': office('/api/admin/quarantine/1/retry', { admin: 404, shared: 404 }),
  'POST /api/admin/quarantine/:sequence/resolve': office('/api/admin/quarantine/1/resolve', { admin: 404, shared: 404 }),
  'GET /api/admin/outbox/parked': office('/api/admin/outbox/parked'),
  'POST /api/admin/outbox/parked/:eventId/retry': office('/api/admin/outbox/parked/none/retry', { admin: 404, shared: 404 }),
  'POST /api/admin/streamers/add': office('/api/admin/streamers/add', { headers: key('s-2'), body: { email: 'ceren@example.com', minutes: 1 }, admin: 201 }),
  'GET /api/admin/streamers': office('/api/admin/streamers'),
  'GET /api/streamers/:streamerId/status': streamer('status'),
  'POST /api/streamers/:streamerId/usage': streamer('usage', { headers: key('u-1'), body: { minutes: 1, broadcastId: 'live-7' } }),
  'GET /api/streamers/:streamerId/ledger': streamer('ledger'),
  'GET /api/health': everybody('/api/health'),
  'GET /api/health/live': everybody('/api/health/live'),
  'GET /api/health/ready': everybody('/api/health/ready'),
  'GET /metrics': everybody('/metrics'),
  'GET /openapi.json': everybody('/openapi.json'),
  'GET /docs/': everybody('/docs'),
  'GET /docs/json': everybody('/docs/json'),
  'GET /docs/yaml': everybody('/docs/yaml'),
  'HEAD,GET /docs/static/*': everybody('/docs/static/index.css'),
  'GET /docs/static/index.html': everybody('/docs/static/index.html', 302),
  'GET /docs/static/swagger-initializer.js': everybody('/docs/static/swagger-initializer.js'),
  'GET /simulator/pay/:reference': everybody('/simulator/pay/sim_none', 404),
  'POST /simulator/pay/:reference': { ...everybody('/simulator/pay/sim_none', 404), headers: { 'content-type': 'application/x-www-form-urlencoded' } },
}

t.test('the list of routes in this test is the list that the service registers, policies included', async t => {
  const routes = await registeredRoutes(async () => await startService(t))
  t.same(Object.fromEntries(routes.map(({ name, policy }) => [name, policy])), Object.fromEntries(Object.entries(ROUTES).map(([name, { policy }]) => [name, policy])))
})

async function world (service: TestService): Promise<World> {
  const message = await service.call('POST', '/api/messages', as('bora'), { receiverId: 'ada', message: 'merhaba' })
  const payment = await service.call('POST', '/api/payments/process', { ...as('ada'), ...key('k-1') },
    { amount: 500, currency: 'TRY', orderId: 'order-1', sellerId: 'sela', paymentMethod: { token: 'tok_ok' } })
  const added = await service.call('POST', '/api/admin/streamers/add', { ...adminToken, ...key('s-1') }, { email: 'ada@example.com', minutes: 10 })
  const { streamerId } = added.body['streamer'] as { streamerId: string }
  return { messageId: message.body.messageId, paymentId: payment.body.paymentId, streamerId }
}

async function ask ({ call }: TestService, name: string, { url, headers, body }: Route, ids: World, caller: Headers) {
  const form = headers?.['content-type'] === 'application/x-www-form-urlencoded'
  return await call(String(/[A-Z]+(?= )/.exec(name)), url(ids), { ...headers, ...caller }, body, form ? 'decision=approve' : undefined)
}

t.test('every route answers every kind of caller as its policy says, and does nothing for strangers', async t => {
  const service = await startService(t)
  const ids = await world(service)

  async function hold (what: string, callers: Array<[string, Headers, (route: Route) => number]>): Promise<void> {
    for (const [name, route] of Object.entries(ROUTES)) {
      const answers = new Map<string, unknown>()
      for (const [who, headers] of callers) {
        const { status, headers: { 'www-authenticate': challenge }, body: { code } } = await ask(service, name, route, ids, headers)
        answers.set(who, status === 401 ? [status, challenge, code] : status)
      }
      const refused = [401, 'Bearer', route.policy === 'provider' ? 'invalid_webhook_signature' : 'unauthorized']
      t.same(answers, new Map(callers.map(([who,, expected]) => [who, expected(route) === 401 ? refused : expected(route)])), `${name} for ${what}`)
    }
  }

  await hold('strangers', Object.entries(NOBODY).map(([who, headers]) => [who, headers, ({ nobody }) => nobody]))
  t.match((await service.call('GET', '/api/messages', as('ada'))).body.items, [{ read: false }])
  t.equal((await service.call('GET', '/api/messages', as('ada'))).body.items.length, 1)
  t.match((await service.call('GET', '/api/payments', as('ada'))).body.items, [{ refunds: [], status: 'succeeded' }])
  t.match((await service.call('GET', '/api/admin/streamers', adminToken)).body.items, [{ minutesUsed: 0, minutesPurchased: 10 }])
  await hold('callers who are known', [
    ['the owner', as('ada', { email: 'ada@example.com', email_verified: true }), ({ owner }) => owner],
    ['another user', as('deniz'), ({ other }) => other],
    ['an administrator', adminUser, ({ admin }) => admin],
    ['the shared admin token', adminToken, ({ shared }) => shared],
  ])
})

t.test('a person is refused before a body is read, and told what is missing but not what is wrong', async t => {
  const { call } = await startService(t)
  const detail = async (headers: Headers) => (await call('POST', '/api/messages', headers, undefined, '{broken')).body.detail
  t.equal((await call('POST', '/api/payments/pay_1/refund', key('r-1'), undefined, '{broken')).status, 401)
  t.equal(await detail({}), 'send Authorization: Bearer <token>')
  t.equal(await detail(adminToken), 'this needs the token of a person')
  t.same(new Set(await Promise.all([token({ ...CLAIMS, exp: 1 }), token({ ...CLAIMS, iss: 'x' }), { 'x-admin-token': 'x' }].map(detail))),
    new Set(['the credentials are not valid (any more)']))
})

t.test('without ADMIN_TOKEN no admin token is right, not even an empty one', async t => {
  const { call } = await startService(t, { env: { ADMIN_TOKEN: '' } })
  for (const value of ['', 'null', 'undefined', ADMIN_TOKEN]) t.equal((await call('GET', '/api/payments/pay_1', { 'x-admin-token': value })).status, 401)
})

t.test('a person keeps his rights beside the shared token, and gains its', async t => {
  const service = await startService(t)
  const { paymentId } = await world(service)
  t.equal((await service.call('GET', '/api/messages', { ...as('deniz'), ...adminToken })).status, 200)
  t.equal((await service.call('GET', `/api/payments/${paymentId}`, { ...as('deniz'), ...adminToken })).status, 200)
  for (const role of ['Admin', true, ['admin'], 'user']) {
    t.equal((await service.call('GET', `/api/payments/${paymentId}`, as('deniz', { role }))).status, 404, `the role ${JSON.stringify(role)} is none`)
  }
})

t.test('a route without a policy does not start', async t => {
  const { app } = await startService(t)
  const options = {
    useCases: {},
    auth: { verifyToken: () => ({}), adminToken: null },
    logger: app.log,
    metrics: { observeRequest: () => {}, render: async () => ({ contentType: 'text/plain', body: '' }) },
    info: { version: '0' },
    status: () => ({ mode: 'memory', since: '2026-03-01T12:00:00.000Z', journal: null }),
    ping: async () => {},
    publicUrl: '',
    corsOrigins: [],
    rateLimitMax: 1,
    eventLoopDelayMaxMs: 0,
    providerPages: [
      async (pages: FastifyInstance) => { pages.get('/open', async () => 'open') },
      async (pages: FastifyInstance) => { pages.post('/half', { config: {} }, async () => 'half') },
    ],
  } as unknown as AppOptions
  const open = await buildApp(options)
  await t.rejects(async () => { await open.ready() }, { message: 'routes without a policy: GET /open, HEAD /open, POST /half' })
})
