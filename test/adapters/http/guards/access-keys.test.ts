import t, { type Test } from 'tap'
import { KEY_SCOPES, type ApiKey } from '#domain/accounts/api-key.js'
import { SCOPES, type Scope } from '#domain/accounts/permissions.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { identity } from '#adapters/system/system.js'
import { digestOfKey, newKeyText } from '#application/accounts/api-key-text.js'
import { apiKey } from '../../../contracts/api-key-store.contract.js'
import { ask, verdictForKey, verdictOf, world } from '../../../support/access.js'
import { WITH_ACCOUNTS } from '../../../support/accounts.js'
import { registeredRoutes } from '../../../support/routes.js'
import { adminToken, adminUser, as, key as idempotencyKey, startService, type Headers, type TestService } from '../../../support/service.js'

const HERE = '127.0.0.1'
const bearer = (text: string): Headers => ({ authorization: `Bearer ${text}` })

/** The service with its routes and its stores. */
async function start (t: Test, env: Record<string, string> = {}) {
  const openedStores = memoryStores()
  let service: TestService | undefined
  const routes = await registeredRoutes(async () => (service = await startService(t, {
    env: { ...WITH_ACCOUNTS.env, RETURN_URL_ORIGINS: 'https://shop.example', ...env }, replacements: { ...WITH_ACCOUNTS.replacements, openedStores },
  })))
  if (service === undefined) throw new Error('the service has started')
  const { call } = service
  const make = async (scopes: readonly Scope[], body: object = {}): Promise<{ keyId: string, headers: Headers }> => {
    const { status, text, body: made } = await call('POST', '/api/admin/api-keys', adminToken, { name: 'a service', scopes, expiresInDays: 1, ...body })
    if (status !== 201) throw new Error(text)
    return { keyId: String(made['keyId']), headers: bearer(String(made['key'])) }
  }
  /** A key that no route makes. */
  const put = async (keyId: string, fields: Partial<ApiKey>): Promise<Headers> => {
    const text = newKeyText(identity)
    await openedStores.apiKeys.insert(apiKey(keyId, { networks: [], digest: digestOfKey(text, identity), ...fields }))
    return bearer(text)
  }
  return { service, call, routes, make, put, apiKeys: openedStores.apiKeys }
}

t.test('a key is let in by its scopes alone, on every route', async (t) => {
  const { service, routes, make } = await start(t)
  const ids = await world(service, { payer: as('ada'), writer: as('bora'), payerId: 'ada' })
  const one = new Map<Scope, Headers>()
  const allBut = new Map<Scope | undefined, Headers>([[undefined, (await make(KEY_SCOPES)).headers]])
  for (const scope of KEY_SCOPES) {
    one.set(scope, (await make([scope])).headers)
    allBut.set(scope, (await make(KEY_SCOPES.filter((other) => other !== scope))).headers)
  }
  let cells = 0
  for (const route of routes) {
    const without = allBut.get(route.scope) ?? allBut.get(undefined) ?? {}
    t.equal(verdictOf(route, await ask(service, route, ids, without)), verdictForKey(route, KEY_SCOPES.filter((scope) => scope !== route.scope)), `${route.name} with all scopes but its own`)
    cells++
    const alone = route.scope === undefined ? undefined : one.get(route.scope)
    if (alone === undefined) continue
    t.equal(verdictOf(route, await ask(service, route, ids, alone)), verdictForKey(route, route.scope === undefined ? [] : [route.scope]), `${route.name} with its scope alone`)
    cells++
  }
  t.ok(cells > routes.length + 70)
})

t.test('no route accepts a key that is revoked, has expired, comes from another network, or is none', async (t) => {
  const { service, call, routes, make, put } = await start(t)
  const ids = await world(service, { payer: as('ada'), writer: as('bora'), payerId: 'ada' })
  const revoked = await make(KEY_SCOPES)
  t.equal((await call('GET', '/api/admin/payments', revoked.headers)).status, 200)
  t.equal((await call('DELETE', `/api/admin/api-keys/${revoked.keyId}`, adminToken)).status, 200)
  const { headers: { authorization = '' }, keyId } = await make(KEY_SCOPES)
  const refused: Record<string, Headers> = {
    revoked: revoked.headers,
    expired: await put('akey_expired', { scopes: SCOPES, expiresAt: '2026-01-01T00:00:00.000Z' }),
    'from another network': (await make(KEY_SCOPES, { networks: ['10.0.0.0/8', '::1', '127.0.0.2'] })).headers,
    unknown: bearer(newKeyText(identity)),
    'without its checksum': { authorization: authorization.slice(0, -8) },
    'with another checksum': { authorization: authorization.replace(/.$/, (last) => last === '0' ? '1' : '0') },
    'in other letters': { authorization: authorization.replace('key_', 'KEY_') },
    'under another scheme': { authorization: authorization.replace('Bearer', 'Basic') },
    twice: { authorization: `${authorization} ${authorization}` },
    'its id': bearer(keyId),
    'as the shared token': { 'x-admin-token': authorization.replace('Bearer ', '') },
    'beside a wrong shared token': { authorization, 'x-admin-token': 'wrong' },
  }
  for (const route of routes) {
    for (const [name, headers] of Object.entries(refused)) {
      const expected = route.policy === 'public' ? 'let in' : route.policy === 'provider' ? 'not signed' : 'unauthorized'
      t.equal(verdictOf(route, await ask(service, route, ids, headers)), expected, `${route.name} with a key ${name}`)
    }
  }
  t.equal((await call('GET', '/api/admin/payments', { authorization })).status, 200, 'the key itself is good')
  t.match((await call('GET', '/api/payments', as('ada'))).body.items, [{ refunds: [], status: 'succeeded' }])
  t.ok(service.logs.some((line) => line.includes('"event":"wrong_api_key"')))
  t.notOk(service.logs.some((line) => line.includes(authorization.slice(11, 40))), 'no line has the key')
})

t.test('a key is accepted from its networks', async (t) => {
  const { call, make } = await start(t)
  const from = async (networks: string[], remoteAddress: string) => (await call('GET', '/api/admin/payments', (await make(['read'], { networks })).headers, undefined, undefined, remoteAddress)).status
  t.equal(await from(['127.0.0.0/8'], HERE), 200)
  t.equal(await from(['::ffff:7f00:1', HERE], `::ffff:${HERE}`), 200)
  t.equal(await from(['2001:db8::/32'], '2001:db8:1::7'), 200)
  t.equal(await from(['2001:db8::/32'], '2001:db9::7'), 401)
  t.equal(await from(['10.1.2.3'], '10.1.2.4'), 401)
})

t.test('each key has a limit of requests of its own', async (t) => {
  const { call, make } = await start(t, { RATE_LIMIT_MAX: '5' })
  const [one, other] = [await make(['read']), await make(['read'])]
  const status = async (headers: Headers) => (await call('GET', '/api/admin/payments', headers)).status
  const statuses = []
  for (let count = 0; count < 6; count++) statuses.push(await status(one.headers))
  t.same(statuses, [200, 200, 200, 200, 200, 429])
  t.equal(await status(other.headers), 200)
  t.equal(await status(as(`user ${one.keyId}`.slice(5), { role: 'admin' })), 200, 'a user by the name of a key')
})

t.test('who guesses keys is counted by their network, and neither the keys nor another network wait for it', async (t) => {
  const { call, make } = await start(t, { RATE_LIMIT_MAX: '5' })
  const { headers } = await make(['read'])
  const guess = async (remoteAddress: string) => (await call('GET', '/api/admin/payments', bearer(newKeyText(identity)), undefined, undefined, remoteAddress)).status
  const statuses = []
  for (let count = 0; count < 6; count++) statuses.push(await guess('10.1.2.3'))
  t.same(statuses, [401, 401, 401, 401, 401, 429])
  t.equal(await guess('10.1.2.4'), 401)
  t.equal((await call('GET', '/api/admin/payments', headers, undefined, undefined, '10.1.2.3')).status, 200)
})

t.test('no one but people with the scope makes keys, and no one gives what they do not have', async (t) => {
  const { call, make } = await start(t)
  const body = { name: 'a service', scopes: ['read', 'refund'], expiresInDays: 1 }
  const create = async (headers: Headers, fields: object = {}) => await call('POST', '/api/admin/api-keys', headers, { ...body, ...fields })
  t.match(await create(adminUser), { status: 201, body: { createdBy: 'yonetici', scopes: ['read', 'refund'], lastUsedAt: null, networks: [] } })
  t.match(await create(as('ada', { scope: 'basvideo:keys basvideo:read' })), { status: 403, body: { detail: 'no one gives scopes that they do not have' } })
  t.match(await create(as('ada', { scope: 'basvideo:keys basvideo:read' }), { scopes: ['read', 'read'] }), { status: 201, body: { scopes: ['read'] } })
  t.equal((await create(as('ada', { role: 'finance' }))).status, 403)
  t.equal((await create((await make(KEY_SCOPES)).headers)).status, 403)
  for (const fields of [{ scopes: ['keys'] }, { scopes: ['users'] }, { scopes: [] }, { scopes: ['everything'] }, { expiresInDays: 0 }, { expiresInDays: 367 }, { name: '' }, { name: ' ' }, { name: 'a\u202eb' },
    { networks: ['10.0.0.0/33'] }, { networks: ['shop.example'] }, { networks: ['10.0.0'] }, { networks: ['::/129'] }, { networks: Array(21).fill('10.0.0.1') }, { digest: 'd' }]) {
    t.match(await create(adminToken, fields), { status: 400, body: { code: 'validation_failed' } }, JSON.stringify(fields))
  }
})

t.test('keys are bounded, and revoking one makes room', async (t) => {
  const { call, make, put } = await start(t)
  for (let index = 0; index < 99; index++) await put(`akey_${index}`, {})
  const { keyId } = await make(['read'])
  const create = async () => await call('POST', '/api/admin/api-keys', adminToken, { name: 'one more', scopes: ['read'], expiresInDays: 1 })
  t.match(await create(), { status: 409, body: { code: 'api_key_limit_reached' } })
  t.equal((await call('DELETE', `/api/admin/api-keys/${keyId}`, adminUser)).status, 200)
  t.match(await call('DELETE', `/api/admin/api-keys/${keyId}`, adminUser), { status: 404, body: { code: 'not_found' } })
  t.equal((await create()).status, 201)
})

t.test('the list shows keys without what lets anyone in, and the audit log what was done with keys, and by them', async (t) => {
  const { call, make } = await start(t)
  const { keyId, headers } = await make(['credit', 'read'], { networks: ['127.0.0.0/8'] })
  const listed = await call('GET', '/api/admin/api-keys', adminUser)
  t.match(listed.body.items, [{ keyId, name: 'a service', scopes: ['read', 'credit'], networks: ['127.0.0.0/8'], createdBy: null, lastUsedAt: null }])
  t.notMatch(listed.text, /digest|"key":|"key_/)
  t.equal((await call('POST', '/api/admin/streamers/add', { ...headers, ...idempotencyKey('s') }, { email: 'ceren@shop.example', minutes: 1 })).status, 201)
  t.equal((await call('POST', '/api/admin/rooms/room_1/end', headers)).status, 403)
  t.equal((await call('POST', '/api/payments/pay_1/refund', { ...headers, ...idempotencyKey('r') }, { amount: 1 })).status, 403)
  await call('DELETE', `/api/admin/api-keys/${keyId}`, adminUser)
  const { body: { items } } = await call('GET', '/api/admin/audit', adminUser)
  t.match(items, [
    { action: 'revokeApiKey', actorId: 'yonetici', targetId: keyId, outcome: 'done' },
    { action: 'refundPayment', actorId: keyId, targetId: 'pay_1', outcome: 'forbidden' },
    { action: 'endRoomOfOthers', actorId: keyId, targetId: 'room_1', outcome: 'forbidden' },
    { action: 'addStreamer', actorId: keyId, outcome: 'done' },
    { action: 'createApiKey', actorId: null, targetId: keyId, outcome: 'done', detail: { name: 'a service', scopes: ['credit', 'read'], networks: ['127.0.0.0/8'], expiresInDays: 1 } },
  ])
  t.equal(items.length, 5)
})
