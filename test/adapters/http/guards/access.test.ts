import { generateKeyPairSync, sign as signBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { RequestActors } from '#adapters/http/shared/actors.js'
import { makeApp, type AppOptions } from '#adapters/http/app.js'
import { ADMIN_TOKEN, adminToken, adminUser, as, JWT_SECRET, key, startService, type Answer, type Headers, type ServiceOptions, type TestService } from '../../../support/service.js'
import { WITH_ACCOUNTS } from '../../../support/accounts.js'
import { ask, expectedVerdict, undecidedIds, verdictOf, world, type CallerKind, type World } from '../../../support/access.js'
import { hmac, token } from '../../../support/hand-made-tokens.js'
import { registeredRoutes, type Route } from '../../../support/routes.js'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } })

const soon = Math.floor(Date.now() / 1000) + 600
const CLAIMS = { sub: 'ada', iss: 'basvideo', aud: 'basvideo-api', iat: soon - 600, exp: soon }

const { exp, ...withoutExp } = CLAIMS
const { iss, ...withoutIss } = CLAIMS
const { aud, ...withoutAud } = CLAIMS
const { sub, ...withoutSub } = CLAIMS

const SIGNED = { payer: as('ada'), writer: as('bora'), payerId: 'ada' }

const KNOWN: Partial<Record<CallerKind, Headers>> = {
  owner: as('ada', { email: 'ada@example.com', email_verified: true }),
  other: as('deniz'),
  viewer: as('izleyici', { role: 'viewer' }),
  support: as('destek', { role: 'support' }),
  finance: as('muhasebe', { role: 'finance' }),
  admin: adminUser,
  shared: adminToken,
}

const planted: Route = { name: 'GET /planted', method: 'GET', path: '/planted', policy: undefined, scope: undefined, isDocumented: true, isStream: false, body: undefined, query: {} }

async function verdicts (service: TestService, route: Route, ids: World, callers: Array<[name: string, headers: Headers]>): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const [name, headers] of callers) found[name] = verdictOf(route, await ask(service, route, ids, headers))
  return found
}

function verdictsOf (route: Route, kind: CallerKind, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, expectedVerdict(route, kind)]))
}

/** Callers whose credentials no route may accept. */
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
  'a token of another issuer': token({ ...CLAIMS, iss: 'another-issuer' }),
  'a token of no issuer': token(withoutIss),
  'a token for another audience': token({ ...CLAIMS, aud: 'another-api' }),
  'a token for no audience': token(withoutAud),
  'a token without a user': token(withoutSub),
  'a token whose user is a number': token({ ...CLAIMS, sub: 7 }),
  'a token whose user is empty': token({ ...CLAIMS, sub: '' }),
  'a token whose user holds the character that joins ids': token({ ...CLAIMS, sub: 'ada#bora' }),
  'a token whose user is too long': token({ ...CLAIMS, sub: 'a'.repeat(129) }),
  'a token that is not a token': { authorization: 'Bearer nonsense' },
  'another scheme': { authorization: `Basic ${Buffer.from('ada:secret').toString('base64')}` },
}

/** Routes that anyone may call. A new one has to be added here, so that a route is opened on purpose. */
const OPEN = [
  'GET /', 'GET /.well-known/jwks.json', 'GET /api/auth/verify-reset-token', 'GET /api/console/settings', 'GET /api/geo/provinces', 'GET /api/geo/provinces/:code/districts', 'GET /api/health', 'GET /api/health/live', 'GET /api/health/ready', 'GET /api/payments/:paymentId/return',
  'GET /api/rooms', 'GET /api/rooms/:roomId', 'GET /api/rooms/:roomId/events', 'GET /api/rooms/:roomId/messages', 'GET /api/rooms/:roomId/replay',
  'GET /console', 'GET /console/*', 'GET /dev/outbox', 'GET /docs', 'GET /docs/*', 'GET /metrics', 'GET /openapi.json', 'GET /simulator/pay/:reference', 'GET /unsubscribe/*',
  'POST /api/auth/forgot-password', 'POST /api/auth/login', 'POST /api/auth/logout', 'POST /api/auth/refresh', 'POST /api/auth/register', 'POST /api/auth/reset-password',
  'POST /api/auth/verify-email', 'POST /api/console/session', 'POST /api/payments/:paymentId/return', 'POST /api/payments/webhook', 'POST /api/payments/webhook/:provider', 'POST /api/rooms/:roomId/video-token', 'POST /api/rooms/webhook/:provider', 'POST /api/shipments/webhook', 'POST /api/shipments/webhook/:carrier', 'POST /simulator/pay/:reference',
  'POST /unsubscribe/*',
]

t.test('the routes without authentication are those of this list', async t => {
  const routes = await registeredRoutes(async () => await startService(t, WITH_ACCOUNTS))
  const open = routes.filter(({ policy }) => policy === 'public' || policy === 'guest' || policy === 'provider')
  t.same(open.map(({ name }) => name).sort(), OPEN)
})

t.test('each id in the path of a route for users is listed: it belongs to one user, or callers merely name it', async t => {
  const routes = await registeredRoutes(async () => await startService(t, WITH_ACCOUNTS))
  t.same(routes.map((route) => [route.name, undecidedIds(route)]).filter(([, names = []]) => names.length > 0), [])
  t.same(undecidedIds({ ...planted, policy: 'user', path: '/api/parcels/:parcelId' }), ['parcelId'])
  t.same(undecidedIds({ ...planted, policy: 'admin', path: '/api/parcels/:parcelId' }), [])
})

t.test('every route answers every kind of caller as its policy says, and does nothing for strangers', async t => {
  let service: TestService | undefined
  const routes = await registeredRoutes(async () => (service = await startService(t, { ...WITH_ACCOUNTS, env: { ...WITH_ACCOUNTS.env, RETURN_URL_ORIGINS: 'https://shop.example' } })))
  if (service === undefined) throw new Error('the service has started')
  const { call } = service
  const ids = await world(service, SIGNED)
  for (const route of routes) {
    const expected = { ...verdictsOf(route, 'nobody', Object.keys(NOBODY)), ...(route.policy === 'guest' && { 'an anonymous caller': 'let in' }) }
    t.same(await verdicts(service, route, ids, Object.entries(NOBODY)), expected, `${route.name} for strangers`)
  }
  t.match((await call('GET', '/api/messages', as('ada'))).body.items, [{ read: false }])
  t.equal((await call('GET', '/api/messages', as('ada'))).body.items.length, 1)
  t.match((await call('GET', '/api/payments', as('ada'))).body.items, [{ refunds: [], status: 'succeeded' }])
  t.match((await call('GET', '/api/admin/streamers', adminToken)).body.items, [{ minutesUsed: 0, minutesPurchased: 10 }])
  for (const route of routes) {
    for (const [kind, headers] of Object.entries(KNOWN) as Array<[CallerKind, Headers]>) {
      t.same(await verdicts(service, route, ids, [[kind, headers]]), verdictsOf(route, kind, [kind]), `${route.name} for ${kind}`)
    }
  }
})

t.test('an answer that does not match the policy of its route is noticed', async t => {
  const admin = { ...planted, policy: 'admin', scope: 'refund' as const }
  const answer = (status: number, code = ''): Answer => ({ status, headers: { 'www-authenticate': 'Bearer' }, text: '', body: { code } as Answer['body'] })
  t.equal(verdictOf(admin, answer(200)), 'let in')
  t.equal(verdictOf(admin, answer(401, 'unauthorized')), 'unauthorized')
  t.equal(verdictOf(admin, { ...answer(401, 'unauthorized'), headers: {} }), '401 unauthorized', 'without a challenge')
  t.equal(verdictOf(admin, answer(403, 'forbidden')), 'forbidden')
  for (const status of [400, 409, 422, 500]) t.equal(verdictOf(admin, answer(status, 'x')), `${status} x`)
  t.equal(verdictOf({ ...planted, policy: 'user', path: '/api/payments/:paymentId' }, answer(404)), 'not found')
  t.equal(verdictOf({ ...planted, policy: 'public' }, answer(400)), 'let in')
  t.equal(verdictOf({ ...planted, policy: 'public' }, answer(403, 'forbidden')), 'forbidden')
  t.same(['owner', 'other', 'viewer', 'support', 'finance', 'admin', 'shared', 'nobody'].map((caller) => expectedVerdict(admin, caller as CallerKind)), ['forbidden', 'forbidden', 'forbidden', 'forbidden', 'let in', 'let in', 'let in', 'unauthorized'])
})

/** They concern a person wherever their account is. */
const OF_ANY_PERSON = new Set(['GET /api/users/me/export', 'DELETE /api/admin/users/:userId'])

t.test('a service whose users another service knows has no routes for accounts', async t => {
  const names = async (options: ServiceOptions) => (await registeredRoutes(async () => await startService(t, options))).map(({ name }) => name)
  const [here, withAccounts] = [new Set(await names({})), await names(WITH_ACCOUNTS)]
  t.same(withAccounts.filter((name) => !here.has(name)), withAccounts.filter((name) => !OF_ANY_PERSON.has(name) && /\/api\/(?:auth|users(?!\/me\/notification)|admin\/users)|well-known/.test(name)))
  // The live room for developers is where tokens are signed with the secret.
  t.equal(withAccounts.filter((name) => here.has(name)).length, [...here].filter((name) => !name.includes(' /demo')).length)
})

t.test('a caller is refused before the body is read, and learns what is missing but not what is wrong', async t => {
  const { call } = await startService(t)
  const detail = async (headers: Headers) => (await call('POST', '/api/messages', headers, undefined, '{broken')).body.detail
  t.equal((await call('POST', '/api/payments/pay_1/refund', key('r-1'), undefined, '{broken')).status, 401)
  t.equal(await detail({}), 'send Authorization: Bearer <token>')
  t.equal(await detail(adminToken), 'this route requires the token of a user')
  t.same(new Set(await Promise.all([token({ ...CLAIMS, exp: 1 }), token({ ...CLAIMS, iss: 'x' }), { 'x-admin-token': 'x' }].map(detail))),
    new Set(['the credentials are not valid, or no longer']))
})

t.test('without ADMIN_TOKEN no admin token is accepted, not even an empty one', async t => {
  const { call } = await startService(t, { env: { ADMIN_TOKEN: '' } })
  for (const value of ['', 'null', 'undefined', ADMIN_TOKEN]) t.equal((await call('GET', '/api/payments/pay_1', { 'x-admin-token': value })).status, 401)
})

t.test('a user with the shared token keeps their own rights and gains those of the token', async t => {
  const service = await startService(t)
  const { paymentId } = await world(service, SIGNED)
  t.equal((await service.call('GET', '/api/messages', { ...as('deniz'), ...adminToken })).status, 200)
  t.equal((await service.call('GET', `/api/payments/${paymentId}`, { ...as('deniz'), ...adminToken })).status, 200)
  for (const role of ['Admin', true, ['admin'], 'user']) {
    t.equal((await service.call('GET', `/api/payments/${paymentId}`, as('deniz', { role }))).status, 404, `${JSON.stringify(role)} is not the role of an administrator`)
  }
})

t.test('a route without a policy does not start, nor one for administrators without a scope', async t => {
  const { app } = await startService(t)
  const options = {
    useCases: {},
    accounts: null,
    auth: { verifyToken: () => ({}), checkApiKey: () => null, adminTokens: [], tokenRoles: [] },
    operatorsConsole: null,
    metricsHere: null,
    apiDocs: false,
    actors: new RequestActors(),
    logger: app.log,
    metrics: { observeRequest: () => {}, render: async () => ({ contentType: 'text/plain', body: '' }) },
    info: { version: '0' },
    status: () => ({ mode: 'memory', since: '2026-03-01T12:00:00.000Z', journal: null }),
    ping: async () => {},
    inspect: async () => [],
    components: () => ({ outboxLagS: 0, providers: [] }),
    isStopping: () => false,
    publicUrl: '',
    corsOrigins: [],
    trustedProxies: [],
    rateLimitMax: 1,
    eventLoopDelayMaxMs: 0,
    pages: [
      async (pages: FastifyInstance) => { pages.get('/open', async () => 'open') },
      async (pages: FastifyInstance) => { pages.post('/half', { config: {} }, async () => 'half') },
    ],
  } as unknown as AppOptions
  const open = await makeApp(options)
  await t.rejects(async () => { await open.ready() }, { message: 'routes without a policy: GET /open, HEAD /open, POST /half' })
  const pages = [async (pages: FastifyInstance) => { for (const policy of ['admin', 'user-or-admin', 'user'] as const) pages.post(`/${policy}`, { config: { policy } }, async () => 'done') }]
  const unscoped = await makeApp({ ...options, pages })
  await t.rejects(async () => { await unscoped.ready() }, { message: 'routes for administrators without a scope: POST /admin, POST /user-or-admin' })
})
