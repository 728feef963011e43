import t, { type Test } from 'tap'
import { SCOPES } from '#domain/accounts/permissions.js'
import { HOUR_MS, MINUTE_MS } from '#domain/time.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeConsoleLinks } from '#adapters/tokens/console-links.js'
import { identity, makeBackground } from '#adapters/system/system.js'
import { settableClock } from '../../../support/builders.js'
import { enterConsole, FROM_CONSOLE } from '../../../support/console.js'
import { ADMIN_TOKEN, adminToken, as, JWT_SECRET, startService, type Headers, type ServiceOptions } from '../../../support/service.js'

const PRODUCTION = { NODE_ENV: 'production', ALLOW_MEMORY: 'true', ALLOW_SIMULATOR: 'true', ORDERS: 'open', UNSUBSCRIBE_SECRET: 'a secret for the links that end e-mails, long' }
const SESSION = '/api/console/session'
const LIST = '/api/admin/payments'

/** A service whose clock begins now, because tokens end by the real one. */
async function start (t: Test, { env = {}, replacements = {} }: ServiceOptions = {}) {
  const time = settableClock(new Date().toISOString())
  const runningBackground = makeBackground((error) => { throw error })
  const openedStores = memoryStores()
  const service = await startService(t, { env, replacements: { clock: time.clock, runningBackground, openedStores, ...replacements } })
  return { ...service, ...time, openedStores, idle: runningBackground.idle }
}

/** The token of a user. */
const tokenOf = (userId: string, claims: Record<string, unknown> = {}): string => String(as(userId, claims)['authorization']).slice('Bearer '.length)

t.test('a token with a role is exchanged for a cookie, which stands for it until it is given back', async (t) => {
  const service = await start(t, { env: { TOKEN_ROLES: 'admin,support' } })
  const { call } = service
  t.same((await call('GET', '/api/console/settings')).body, { authMode: 'secret', isDevelopment: true })
  const { answer, setCookie, headers } = await enterConsole(service, { token: tokenOf('destek', { role: 'support' }) })
  t.match(setCookie, /^console=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  t.match(answer, { status: 200, headers: { 'cache-control': 'no-store' } })
  const { expiresAt, ...said } = answer.body
  t.same(said, { userId: 'destek', role: 'support', scopes: ['read', 'operate', 'moderate'], isSharedToken: false, hasSecondFactor: false })
  t.ok(String(expiresAt) < new Date(Date.now() + 11 * MINUTE_MS).toISOString(), 'no later than the token, which lives ten minutes')
  t.same((await call('GET', SESSION, headers)).body, answer.body)
  t.equal((await call('GET', LIST, headers)).status, 200)
  t.match((await call('GET', '/api/admin/export', headers)).body, { code: 'forbidden', detail: 'this needs the scope export' })
  const left = await call('DELETE', SESSION, headers)
  t.match(left, { status: 204, text: '', headers: { 'set-cookie': 'console=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0' } })
  t.match([await call('GET', SESSION, headers), await call('GET', LIST, headers), await call('DELETE', SESSION, headers)].map(({ status, body: { code } }) => [status, code]), [[401, 'unauthorized'], [401, 'unauthorized'], [401, 'unauthorized']])
})

t.test('a token may name scopes without a role', async (t) => {
  const { answer } = await enterConsole(await start(t), { token: tokenOf('muhasebe', { scope: 'basvideo:read basvideo:export' }) })
  t.match(answer, { status: 200, body: { userId: 'muhasebe', role: undefined, scopes: ['read', 'export'] } })
})

t.test('the shared token is exchanged too, and its session ends where the token counts no more', async (t) => {
  const openedStores = memoryStores()
  const service = await start(t, { replacements: { openedStores } })
  const { answer, headers } = await enterConsole(service, { token: ADMIN_TOKEN })
  const { expiresAt, ...said } = answer.body
  t.same(said, { scopes: [...SCOPES], isSharedToken: true, hasSecondFactor: false })
  t.equal((await service.call('GET', LIST, headers)).status, 200)
  t.equal((await service.call('GET', '/api/payments', headers)).status, 401, 'it is no user')
  const rotated = await start(t, { env: { ADMIN_TOKEN: 'another shared token of the operators', ADMIN_TOKEN_PREVIOUS: ADMIN_TOKEN }, replacements: { openedStores } })
  t.equal((await rotated.call('GET', LIST, headers)).status, 200)
  const without = await start(t, { env: { ADMIN_TOKEN: 'another shared token of the operators' }, replacements: { openedStores } })
  t.equal((await without.call('GET', LIST, headers)).status, 401)
})

t.test('what is stored of a session is the digest of its secret, by which it is found, and no name of a browser that has none', async (t) => {
  const { app, openedStores } = await start(t)
  const { statusCode, headers } = await app.inject({ method: 'POST', url: SESSION, headers: { ...FROM_CONSOLE, 'user-agent': undefined }, payload: { token: tokenOf('ada', { role: 'admin' }) } })
  const { items } = await openedStores.sessions.listOfUser('ada', { before: null, limit: 10 })
  t.match([statusCode, items], [200, [{ device: null, console: { role: 'admin' } }]])
  const [, secret = ''] = /^console=([^;]+);/.exec(String(headers['set-cookie'])) ?? []
  t.equal(items[0]?.sessionId, identity.derived('con', [secret]))
  t.notOk(JSON.stringify(items).includes(secret))
})

t.test('what lets no one in is refused, noted in the security log, and delayed', async (t) => {
  const service = await start(t, { env: { LOG_LEVEL: 'silent' } })
  const refused = { status: 401, body: { code: 'unauthorized' }, headers: { 'set-cookie': undefined } }
  const wrong = [
    { token: `${ADMIN_TOKEN}x` }, { token: 'key_fJ3kq0l1Yw8vQ5mB7nXr2TzA9cDe6HgUoPiSaLkEjM4d41d8cd9' }, { token: 'a.b.c' }, { token: `${tokenOf('ada', { role: 'admin' })}x` }, { link: 'none' }, { code: '042137' },
    { email: 'ada@example.com' }, { email: 'ada@example.com', password: 'there are no accounts here' }, { token: ADMIN_TOKEN, link: 'none' }, { token: ADMIN_TOKEN, code: '042137' },
  ]
  for (const body of wrong) t.match((await enterConsole(service, body)).answer, refused, Object.keys(body).join())
  const log = service.logs.map((line) => JSON.parse(line) as Record<string, unknown>)
  t.same(new Set(log.map(({ event }) => event)), new Set(['wrong_console_secret']))
  t.match(log[0], { log: 'security', address: '127.0.0.1', method: 'POST', route: SESSION, status: 401 })
  t.equal(service.logs.some((line) => line.includes(ADMIN_TOKEN)), false, 'the log does not hold what was sent')
  const forbidden = await enterConsole(service, { token: tokenOf('ada') })
  t.match(forbidden.answer, { status: 403, body: { code: 'forbidden', detail: 'the console is for people with a role' } })
  const answers = []
  for (let attempt = 0; attempt < 40; attempt++) answers.push((await enterConsole(service, { token: 'a.b.c' }, '192.0.2.7')).answer.status)
  t.same([...new Set(answers)], [401, 429])
  t.equal((await enterConsole(service, { token: ADMIN_TOKEN }, '192.0.2.7')).answer.status, 429, 'a right one waits too')
})

t.test('the cookie counts only in requests of the console, of its own origin, on routes that have a scope', async (t) => {
  const service = await start(t)
  const { headers } = await enterConsole(service, { token: ADMIN_TOKEN })
  const { cookie = '' } = headers
  const without: Record<string, Headers> = {
    'without the header': { 'sec-fetch-site': 'same-origin', cookie },
    'with another value of it': { ...FROM_CONSOLE, 'x-console': '2', cookie },
    'from another site': { ...FROM_CONSOLE, 'sec-fetch-site': 'cross-site', cookie },
    'from another host of the site': { ...FROM_CONSOLE, 'sec-fetch-site': 'same-site', cookie },
    'typed by a person': { ...FROM_CONSOLE, 'sec-fetch-site': 'none', cookie },
    'from a browser that does not say': { 'x-console': '1', cookie },
    'with the name that TLS has': { ...FROM_CONSOLE, cookie: `__Host-${cookie}` },
    'with a part of it': { ...FROM_CONSOLE, cookie: cookie.slice(0, -1) },
    'with nothing in it': { ...FROM_CONSOLE, cookie: 'console=' },
    'without a cookie': FROM_CONSOLE,
  }
  for (const [what, sent] of Object.entries(without)) {
    for (const path of [LIST, SESSION]) t.match(await service.call('GET', path, sent), { status: 401, body: { code: 'unauthorized' } }, `${path} ${what}`)
  }
  t.equal((await service.call('GET', LIST, { ...headers, cookie: `a=b; ${cookie};c=d` })).status, 200, 'beside other cookies')
  t.match((await service.call('GET', LIST, { ...headers, cookie: `console=${'a'.repeat(43)}` })).body, { detail: 'the credentials are not valid, or no longer' })
  for (const sent of [{ 'sec-fetch-site': 'same-origin' }, { 'x-console': '1' }, { ...FROM_CONSOLE, 'sec-fetch-site': 'cross-site' }]) {
    t.match(await service.call('POST', SESSION, sent, { token: ADMIN_TOKEN }), { status: 403, body: { code: 'forbidden' }, headers: { 'set-cookie': undefined } })
  }
})

t.test('of several credentials each has to be valid, and the token says who calls', async (t) => {
  const service = await start(t)
  const { headers } = await enterConsole(service, { token: tokenOf('yonetici', { role: 'admin' }) })
  const status = async (more: Headers, path = LIST) => (await service.call('GET', path, { ...headers, ...more })).status
  t.equal(await status(as('deniz')), 403, 'who sends their own token has its rights alone')
  t.equal(await status(adminToken), 200)
  t.equal(await status({ authorization: 'Bearer a.b.c' }), 401)
  t.equal(await status({ 'x-admin-token': 'wrong' }), 401)
  t.equal(await status({ ...as('deniz', { role: 'admin' }), cookie: `console=${'a'.repeat(43)}` }), 401)
})

t.test('a session ends after 30 minutes without a request, and after 8 hours', async (t) => {
  const service = await start(t)
  const { call, advance, idle } = service
  const first = await enterConsole(service, { token: ADMIN_TOKEN })
  advance(29 * MINUTE_MS)
  t.equal((await call('GET', LIST, first.headers)).status, 200)
  await idle()
  advance(29 * MINUTE_MS)
  t.equal((await call('GET', LIST, first.headers)).status, 200, 'used meanwhile')
  await idle()
  advance(30 * MINUTE_MS)
  t.equal((await call('GET', LIST, first.headers)).status, 401, 'idle')
  const second = await enterConsole(service, { token: ADMIN_TOKEN })
  for (let minutes = 0; minutes + 20 < 8 * 60; minutes += 20) {
    advance(20 * MINUTE_MS)
    t.equal((await call('GET', SESSION, second.headers)).status, 200, `after ${minutes + 20} minutes`)
    await idle()
  }
  advance(20 * MINUTE_MS)
  t.equal((await call('GET', SESSION, second.headers)).status, 401, 'too old')
})

t.test('a session ends with the token that it was exchanged for', async (t) => {
  const service = await start(t)
  const { headers } = await enterConsole(service, { token: tokenOf('yonetici', { role: 'admin' }) })
  service.advance(9 * MINUTE_MS)
  t.equal((await service.call('GET', LIST, headers)).status, 200)
  await service.idle()
  service.advance(MINUTE_MS + 1000)
  t.equal((await service.call('GET', LIST, headers)).status, 401)
})

t.test('a token that ends while it is exchanged lets no one in', async (t) => {
  const service = await start(t)
  service.advance(HOUR_MS)
  t.match((await enterConsole(service, { token: tokenOf('yonetici', { role: 'admin' }) })).answer, { status: 401, body: { code: 'unauthorized' }, headers: { 'set-cookie': undefined } })
})

t.test('who enters and leaves is in the audit log', async (t) => {
  const service = await start(t)
  const person = await enterConsole(service, { token: tokenOf('yonetici', { role: 'admin' }) })
  await service.call('DELETE', SESSION, person.headers)
  const shared = await enterConsole(service, { token: ADMIN_TOKEN })
  await service.call('DELETE', SESSION, shared.headers)
  const { body: { items } } = await service.call('GET', '/api/admin/audit', adminToken)
  t.match(items, [
    { action: 'leaveConsole', actorId: null, outcome: 'done' },
    { action: 'enterConsole', actorId: null, outcome: 'done', targetId: /^con_[a-z2-7]{52}$/, detail: { by: 'shared_token' } },
    { action: 'leaveConsole', actorId: 'yonetici', outcome: 'done' },
    { action: 'enterConsole', actorId: 'yonetici', outcome: 'done', detail: { by: 'token' } },
  ])
  t.equal(items.length, 4)
  const secret = String(person.headers['cookie']).slice('console='.length)
  t.equal([...service.logs, JSON.stringify(items)].some((text) => text.includes(secret)), false, 'the secret is in no log')
})

t.test('a link of the banner lets the administrator of development in, once and for five minutes', async (t) => {
  const service = await start(t)
  const links = makeConsoleLinks(JWT_SECRET)
  const link = links.make(Date.parse(service.clock()))
  const { answer, headers } = await enterConsole(service, { link })
  t.match(answer, { status: 200, body: { userId: 'admin', role: 'admin', isSharedToken: false } })
  t.equal((await service.call('GET', LIST, headers)).status, 200)
  t.equal((await enterConsole(service, { link })).answer.status, 401, 'a second time')
  const late = links.make(Date.parse(service.clock()))
  service.advance(5 * MINUTE_MS)
  t.equal((await enterConsole(service, { link: late })).answer.status, 401, 'after five minutes')
  t.equal((await enterConsole(service, { link: makeConsoleLinks('another secret that is long enough').make(Date.parse(service.clock())) })).answer.status, 401, 'of another secret')
})

t.test('production takes no link, and its cookie is for TLS alone', async (t) => {
  const service = await start(t, { env: PRODUCTION })
  t.same((await service.call('GET', '/api/console/settings')).body, { authMode: 'secret', isDevelopment: false })
  t.equal((await enterConsole(service, { link: makeConsoleLinks(JWT_SECRET).make(Date.parse(service.clock())) })).answer.status, 401)
  const { setCookie, headers } = await enterConsole(service, { token: ADMIN_TOKEN })
  t.match(setCookie, /^__Host-console=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/)
  t.equal((await service.call('GET', LIST, headers)).status, 200)
  const { setCookie: behindTls } = await enterConsole(await start(t, { env: { PUBLIC_URL: 'https://shop.example' } }), { token: ADMIN_TOKEN })
  t.match(behindTls, /^__Host-console=/)
})

t.test('with CONSOLE=off there is neither a session nor a page', async (t) => {
  const service = await start(t, { env: { CONSOLE: 'off' } })
  for (const [method, path] of [['GET', '/console/'], ['GET', '/console'], ['GET', '/api/console/settings'], ['POST', SESSION], ['GET', SESSION], ['DELETE', SESSION]] as const) {
    t.match(await service.call(method, path, FROM_CONSOLE, method === 'POST' ? { token: ADMIN_TOKEN } : undefined), { status: 404, body: { code: 'route_not_found' } }, `${method} ${path}`)
  }
  t.equal((await service.call('GET', LIST, { ...FROM_CONSOLE, cookie: `console=${'a'.repeat(43)}` })).body.detail, 'send Authorization: Bearer <token>')
})
