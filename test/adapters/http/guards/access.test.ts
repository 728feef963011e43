import { generateKeyPairSync, sign as signBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { makeApp, type AppOptions } from '#adapters/http/app.js'
import { ADMIN_TOKEN, adminToken, adminUser, as, JWT_SECRET, key, startService, type Headers } from '../../../support/service.js'
import { WITH_ACCOUNTS } from '../../../support/accounts.js'
import { ask, ROUTES, world, type Route } from '../../../support/access.js'
import { hmac, token } from '../../../support/hand-made-tokens.js'
import { registeredRoutes } from '../../../support/routes.js'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } })

const soon = Math.floor(Date.now() / 1000) + 600
const CLAIMS = { sub: 'ada', iss: 'basvideo', aud: 'basvideo-api', iat: soon - 600, exp: soon }

const { exp, ...withoutExp } = CLAIMS
const { iss, ...withoutIss } = CLAIMS
const { aud, ...withoutAud } = CLAIMS
const { sub, ...withoutSub } = CLAIMS

const SIGNED = { payer: as('ada'), writer: as('bora'), payerId: 'ada' }

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

t.test('the list of routes in this test is the list that the service registers, policies included', async t => {
  const routes = await registeredRoutes(async () => await startService(t, WITH_ACCOUNTS))
  t.same(Object.fromEntries(routes.map(({ name, policy }) => [name, policy])), Object.fromEntries(Object.entries(ROUTES).map(([name, { policy }]) => [name, policy])))
})

t.test('every route answers every kind of caller as its policy says, and does nothing for strangers', async t => {
  const service = await startService(t, WITH_ACCOUNTS)
  const ids = await world(service, SIGNED)

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

t.test('where somebody else knows who people are, there are no accounts', async t => {
  const routes = await registeredRoutes(async () => await startService(t))
  const here = new Set(routes.map(({ name }) => name))
  const missing = Object.keys(ROUTES).filter((name) => !here.has(name))
  t.same(missing, Object.keys(ROUTES).filter((name) => /\/api\/(?:auth|users(?!\/me\/notification)|admin\/users)|well-known/.test(name)))
  t.equal(missing.length, 16)
})

t.test('a person is refused before a body is read, and told what is missing but not what is wrong', async t => {
  const { call } = await startService(t)
  const detail = async (headers: Headers) => (await call('POST', '/api/messages', headers, undefined, '{broken')).body.detail
  t.equal((await call('POST', '/api/payments/pay_1/refund', key('r-1'), undefined, '{broken')).status, 401)
  t.equal(await detail({}), 'send Authorization: Bearer <token>')
  t.equal(await detail(adminToken), 'this route requires the token of a user')
  t.same(new Set(await Promise.all([token({ ...CLAIMS, exp: 1 }), token({ ...CLAIMS, iss: 'x' }), { 'x-admin-token': 'x' }].map(detail))),
    new Set(['the credentials are not valid, or no longer']))
})

t.test('without ADMIN_TOKEN no admin token is right, not even an empty one', async t => {
  const { call } = await startService(t, { env: { ADMIN_TOKEN: '' } })
  for (const value of ['', 'null', 'undefined', ADMIN_TOKEN]) t.equal((await call('GET', '/api/payments/pay_1', { 'x-admin-token': value })).status, 401)
})

t.test('a person keeps his rights beside the shared token, and gains its', async t => {
  const service = await startService(t)
  const { paymentId } = await world(service, SIGNED)
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
    accounts: null,
    auth: { verifyToken: () => ({}), adminToken: null },
    logger: app.log,
    metrics: { observeRequest: () => {}, render: async () => ({ contentType: 'text/plain', body: '' }) },
    info: { version: '0' },
    status: () => ({ mode: 'memory', since: '2026-03-01T12:00:00.000Z', journal: null }),
    ping: async () => {},
    publicUrl: '',
    corsOrigins: [],
    trustedProxies: [],
    rateLimitMax: 1,
    eventLoopDelayMaxMs: 0,
    providerPages: [
      async (pages: FastifyInstance) => { pages.get('/open', async () => 'open') },
      async (pages: FastifyInstance) => { pages.post('/half', { config: {} }, async () => 'half') },
    ],
  } as unknown as AppOptions
  const open = await makeApp(options)
  await t.rejects(async () => { await open.ready() }, { message: 'routes without a policy: GET /open, HEAD /open, POST /half' })
})
