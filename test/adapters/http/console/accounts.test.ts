import t, { type Test } from 'tap'
import { MINUTE_MS } from '#domain/time.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeBackground } from '#adapters/system/system.js'
import { makeScryptPasswords } from '#adapters/passwords/scrypt.js'
import { CHEAP, PASSWORD, startAccounts, type AccountService } from '../../../support/accounts.js'
import { enterConsole, FROM_CONSOLE, type EnteredConsole } from '../../../support/console.js'
import { ADMIN_TOKEN, adminToken } from '../../../support/service.js'

const SESSION = '/api/console/session'
const LIST = '/api/admin/payments'
const EMAIL = 'ada@example.com'

interface Person {
  readonly userId: string
  readonly headers: Record<string, string>
}

/** Gives a person a role; `user` takes it away. */
async function setRole ({ call }: AccountService, { userId }: Person, change: object): Promise<void> {
  await call('PATCH', `/api/admin/users/${userId}`, adminToken, change)
}

/** A service with a person who has a role, and who has entered the console. */
async function start (t: Test): Promise<AccountService & { readonly ada: Person, readonly enter: (password?: string) => Promise<EnteredConsole> }> {
  const service = await startAccounts(t)
  await service.join(EMAIL)
  const ada = await service.signIn(EMAIL)
  await setRole(service, ada, { role: 'support' })
  return { ...service, ada, enter: async (password = PASSWORD) => await enterConsole(service, { email: EMAIL, password }) }
}

t.test('people with a role enter by e-mail and password, and are users there too', async (t) => {
  const { call, enter, ada } = await start(t)
  t.same((await call('GET', '/api/console/settings')).body, { authMode: 'local', isDevelopment: true })
  const { answer, headers } = await enter()
  t.match(answer, { status: 200, body: { userId: ada.userId, role: 'support', scopes: ['read', 'operate', 'moderate'], isSharedToken: false, hasSecondFactor: false } })
  t.equal((await call('GET', LIST, headers)).status, 200)
  t.match((await call('GET', '/api/admin/export?type=payments', headers)).body, { code: 'forbidden' })
  const { body: { items } } = await call('GET', '/api/users/me/sessions', ada.headers)
  const own = items.find(({ sessionId }) => String(sessionId).startsWith('con_'))
  t.match(own, { current: false }, 'they see it among their sessions')
  await call('DELETE', `/api/users/me/sessions/${String(own?.['sessionId'])}`, ada.headers)
  t.equal((await call('GET', LIST, headers)).status, 401, 'and end it')
})

t.test('a wrong password is refused, counts and is logged as at every sign-in, and a person without a role does not enter', async (t) => {
  const service = await start(t)
  const { enter, join, logs } = service
  t.match((await enter('a wrong password')).answer, { status: 401, body: { code: 'invalid_credentials' }, headers: { 'set-cookie': undefined } })
  t.match(JSON.parse(String(logs.at(-1))), { log: 'security', event: 'invalid_credentials', route: SESSION })
  for (let attempt = 0; attempt < 6; attempt++) await enter('a wrong password')
  t.match((await enter()).answer, { status: 429, body: { code: 'too_many_attempts' } })
  await join('bora@example.com')
  t.match((await enterConsole(service, { email: 'bora@example.com', password: PASSWORD })).answer, { status: 403, body: { code: 'forbidden' }, headers: { 'set-cookie': undefined } })
})

t.test('tokens of users are not exchanged where people have passwords, and the shared token is', async (t) => {
  const service = await start(t)
  const token = String(service.ada.headers['authorization']).slice('Bearer '.length)
  t.equal((await enterConsole(service, { token })).answer.status, 401)
  t.match((await enterConsole(service, { token: ADMIN_TOKEN })).answer, { status: 200, body: { isSharedToken: true } })
  t.equal((await enterConsole(service, { link: 'none' })).answer.status, 401)
})

t.test('a session goes by the role that its person has now', async (t) => {
  const service = await start(t)
  const { call, ada, enter } = service
  const { headers } = await enter()
  t.equal((await call('GET', '/api/admin/export?type=payments', headers)).status, 403)
  await setRole(service, ada, { role: 'finance' })
  t.equal((await call('GET', '/api/admin/export?type=payments', headers)).status, 200)
  t.match((await call('GET', SESSION, headers)).body, { role: 'finance' })
  await setRole(service, ada, { role: 'user' })
  t.match([await call('GET', SESSION, headers), await call('GET', LIST, headers)].map(({ status }) => status), [401, 401], 'taken away')
})

t.test('a suspension, a new password and the end of all sessions end it', async (t) => {
  const service = await start(t)
  const { call, ada, enter } = service
  const suspended = await enter()
  await setRole(service, ada, { status: 'suspended' })
  t.equal((await call('GET', LIST, suspended.headers)).status, 401)
  await setRole(service, ada, { status: 'active' })
  t.equal((await call('GET', LIST, suspended.headers)).status, 401, 'for good')
  const { headers: signedIn } = await service.signIn(EMAIL)
  const before = await enter()
  t.equal((await call('GET', LIST, before.headers)).status, 200)
  t.equal((await call('POST', '/api/users/me/password', signedIn, { password: PASSWORD, newPassword: 'beş tane yeşil atkı' })).status, 200)
  t.equal((await call('GET', LIST, before.headers)).status, 401, 'a new password')
  t.equal((await enter('beş tane yeşil atkı')).answer.status, 200)
})

t.test('the cookie is no token of the person, and no refresh token', async (t) => {
  const { call, enter } = await start(t)
  const { headers } = await enter()
  const secret = String(headers['cookie']).split('=')[1]
  for (const path of ['/api/users/me', '/api/messages', '/api/users/me/sessions']) t.equal((await call('GET', path, headers)).status, 401, path)
  t.equal((await call('GET', LIST, { authorization: `Bearer ${String(secret)}` })).status, 401)
  const { body: { items } } = await call('GET', '/api/admin/audit', adminToken)
  const sessionId = items.find(({ action }) => action === 'enterConsole')?.['targetId']
  for (const refreshToken of [secret, `${String(sessionId)}.${String(secret)}.${String(secret)}`]) t.match((await call('POST', '/api/auth/refresh', {}, { refreshToken })).body, { code: 'invalid_refresh_token' })
})

t.test('two nodes on one store: what one has ended, the other ends within 30 seconds', async (t) => {
  const openedStores = memoryStores()
  const shared = { openedStores, passwords: makeScryptPasswords({ cost: CHEAP }) }
  const one = await startAccounts(t, { replacements: shared })
  const runningBackground = makeBackground((error) => { throw error })
  const other = await startAccounts(t, { replacements: { ...shared, clock: one.clock, runningBackground } })
  await one.join(EMAIL)
  const ada = await one.signIn(EMAIL)
  await setRole(one, ada, { role: 'support' })
  const first = await enterConsole(one, { email: EMAIL, password: PASSWORD })
  t.equal((await other.call('GET', LIST, first.headers)).status, 200, 'the other node knows it')
  await one.call('DELETE', SESSION, first.headers)
  t.equal((await one.call('GET', LIST, first.headers)).status, 401)
  one.advance(30_000)
  t.equal((await other.call('GET', LIST, first.headers)).status, 401)
  const second = await enterConsole(one, { email: EMAIL, password: PASSWORD })
  t.equal((await other.call('GET', LIST, second.headers)).status, 200)
  await setRole(one, ada, { role: 'user' })
  one.advance(30_000)
  t.equal((await other.call('GET', LIST, second.headers)).status, 401, 'a role that was taken away')
})

t.test('a stream of the console is no use of its session', async (t) => {
  const { call, enter, advance, idle, join, signIn } = await start(t)
  await join('bora@example.com')
  const { headers: bora } = await signIn('bora@example.com')
  const { body: { channelId } } = await call('POST', '/api/channels', { ...bora, 'idempotency-key': 'k' }, { name: 'Scarves', kind: 'public' })
  const { headers } = await enter()
  advance(20 * MINUTE_MS)
  t.equal((await call('GET', `/api/channels/${String(channelId)}/events`, headers)).status, 200)
  await idle()
  advance(10 * MINUTE_MS)
  t.equal((await call('GET', SESSION, { ...FROM_CONSOLE, cookie: String(headers['cookie']) })).status, 401)
})
