import t from 'tap'
import { MemoryNotifier } from '#adapters/memory/accounts/notifier.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeScryptPasswords } from '#adapters/passwords/scrypt.js'
import { makeChangePassword } from '#application/accounts/change-password.js'
import { makeThrottle } from '#application/accounts/throttle.js'
import { session } from '../../../contracts/session-store.contract.js'
import { user } from '../../../contracts/user-store.contract.js'
import { CHEAP, PASSWORD, startAccounts, type AccountService, type SignedIn } from '../../../support/accounts.js'
import { countingIdentity, START } from '../../../support/builders.js'
import { adminToken } from '../../../support/service.js'

const NEW = 'beş tane yeşil atkı'

const change = async ({ post }: AccountService, { headers }: SignedIn, password: string, newPassword = NEW) => await post('/api/users/me/password', { password, newPassword }, headers)

t.test('a signed-in person changes the password with the present one, and the other sessions and links end', async (t) => {
  const service = await startAccounts(t)
  const { call, post, join, signIn, enqueued, mailedToken } = service
  await join('ada@example.com')
  const [here, there] = [await signIn('ada@example.com'), await signIn('ada@example.com')]
  await post('/api/auth/forgot-password', { email: 'ada@example.com' })
  t.match(await change(service, here, `${PASSWORD}!`), { status: 403, body: { code: 'wrong_password' } })
  t.match(await change(service, here, PASSWORD, 'password123'), { status: 422, body: { code: 'weak_password' } })
  t.match(await change(service, here, PASSWORD, 'ada ada ada'), { status: 422, body: { code: 'weak_password' } })
  t.match(await change(service, here, PASSWORD), { status: 200, body: { ok: true } })
  t.match(enqueued().at(-1), { kind: 'password_changed', to: 'ada@example.com' })
  t.equal((await call('GET', '/api/users/me', here.headers)).status, 200)
  t.equal((await call('GET', '/api/users/me', there.headers)).status, 401)
  t.match(await post('/api/auth/refresh', { refreshToken: here.refreshToken }), { status: 200 })
  t.match(await post('/api/auth/refresh', { refreshToken: there.refreshToken }), { status: 401 })
  t.match(await post('/api/auth/reset-password', { token: mailedToken(), password: PASSWORD }), { status: 400, body: { code: 'invalid_link' } })
  t.match(await post('/api/auth/login', { email: 'ada@example.com', password: PASSWORD }), { status: 401 })
  await signIn('ada@example.com', NEW)
})

t.test('wrong present passwords make the next one wait, as at a sign-in', async (t) => {
  const service = await startAccounts(t)
  await service.join('ada@example.com')
  const ada = await service.signIn('ada@example.com')
  for (let count = 0; count < 5; count++) t.equal((await change(service, ada, 'wrong but well meant')).status, 403)
  t.match(await change(service, ada, PASSWORD), { status: 429, headers: { 'retry-after': '2' } })
  t.match(await service.call('DELETE', '/api/users/me', ada.headers, { password: PASSWORD }), { status: 429 })
})

t.test('a suspension that comes while the password is changed ends the session too', async (t) => {
  const passwords = makeScryptPasswords({ cost: CHEAP })
  let suspend = async (): Promise<unknown> => null
  const hash: typeof passwords.hash = async (...args) => {
    await suspend()
    return await passwords.hash(...args)
  }
  const service = await startAccounts(t, { replacements: { passwords: { ...passwords, hash } } })
  await service.join('ada@example.com')
  const ada = await service.signIn('ada@example.com')
  suspend = async () => await service.call('PATCH', `/api/admin/users/${ada.userId}`, adminToken, { status: 'suspended' })
  t.match(await change(service, ada, PASSWORD), { status: 403, body: { code: 'wrong_password' } })
  await service.call('PATCH', `/api/admin/users/${ada.userId}`, adminToken, { status: 'active' })
  t.equal((await service.call('GET', '/api/users/me', ada.headers)).status, 401)
})

t.test('a session that was signed out while the password is changed stays so, and a caller without one keeps none', async (t) => {
  const passwords = makeScryptPasswords({ cost: CHEAP })
  let signOut = async (): Promise<unknown> => null
  const hash: typeof passwords.hash = async (...args) => {
    await signOut()
    return await passwords.hash(...args)
  }
  const service = await startAccounts(t, { replacements: { passwords: { ...passwords, hash } } })
  await service.join('ada@example.com')
  const ada = await service.signIn('ada@example.com')
  signOut = async () => await service.call('POST', '/api/auth/logout', {}, { refreshToken: ada.refreshToken })
  t.match(await change(service, ada, PASSWORD), { status: 200 })
  t.equal((await service.call('GET', '/api/users/me', ada.headers)).status, 401)
  await service.signIn('ada@example.com', NEW)
})

t.test('where the request has no session, all of them end', async (t) => {
  const stores = memoryStores()
  const [clock, passwords] = [() => START, makeScryptPasswords({ cost: CHEAP })]
  const identity = countingIdentity()
  await stores.users.insert({ ...user('ada'), emailVerified: true, passwordHash: await passwords.hash(PASSWORD, '10.0.0.1') })
  await stores.sessions.insert(session('ses_1'))
  const changePassword = makeChangePassword({ ...stores, passwords, clock, notifier: new MemoryNotifier(), isCommonPassword: () => false, throttle: makeThrottle({ ...stores, identity, clock }) })
  await changePassword({ userId: 'usr_ada', password: PASSWORD, newPassword: NEW, sessionId: null, ip: '10.0.0.1' })
  t.match([await stores.users.find('usr_ada'), await stores.sessions.find('ses_1')], [{ epoch: 1 }, { epoch: 0 }])
})

const move = async ({ post }: AccountService, { headers }: SignedIn, email: string, password = PASSWORD) => await post('/api/users/me/email', { email, password }, headers)

t.test('a signed-in person changes the address by the password and a link to the new one, and the old one is told', async (t) => {
  const service = await startAccounts(t)
  const { call, post, join, signIn, enqueued, mailedToken } = service
  await join('ada@example.com')
  const ada = await signIn('ada@example.com')
  t.match(await move(service, ada, 'ada@home.example', 'wrong but well meant'), { status: 403, body: { code: 'wrong_password' } })
  t.match(await move(service, ada, 'Ada@HOME.example'), { status: 202, body: { ok: true } })
  t.match(enqueued().at(-1), { kind: 'new_address', to: 'ada@home.example', userId: ada.userId, data: { link: /verify-email\?token=usr_/ } })
  t.match(await call('GET', '/api/users/me', ada.headers), { body: { email: 'ada@example.com' } }, 'not before the link is opened')
  const token = mailedToken()
  t.match(await post('/api/auth/verify-email', { token }), { status: 200 })
  t.match(enqueued().at(-1), { kind: 'email_changed', to: 'ada@example.com', userId: ada.userId, data: {} })
  t.match(await post('/api/auth/verify-email', { token }), { status: 400, body: { code: 'invalid_link' } })
  t.equal((await call('GET', '/api/users/me', ada.headers)).status, 401)
  t.match(await post('/api/auth/login', { email: 'ada@example.com', password: PASSWORD }), { status: 401 })
  const moved = await signIn('ada@home.example')
  t.equal(moved.userId, ada.userId)
  t.match((await call('GET', '/api/users/me/export', moved.headers)).text, /"formerEmails":\["ada@example\.com"\]/, 'which is kept for an erasure, and shown')
})

t.test('the link to a new address ends with the password, a day later, and where the address has an account by then', async (t) => {
  const service = await startAccounts(t)
  const { post, join, signIn, enqueued, mailedToken, advance } = service
  await join('ada@example.com')
  const ada = await signIn('ada@example.com')
  const ask = async () => {
    await move(service, ada, 'ada@home.example')
    return mailedToken()
  }
  const refused = async (token: string, code: string) => { t.match(await post('/api/auth/verify-email', { token }), { status: code === 'email_taken' ? 409 : 400, body: { code } }) }
  const first = await ask()
  t.equal((await change(service, ada, PASSWORD, PASSWORD)).status, 200)
  await refused(first, 'invalid_link')
  const second = await ask()
  advance(86_400_000)
  await refused(second, 'invalid_link')
  const again = await signIn('ada@example.com')
  await move(service, again, 'ada@home.example')
  const third = mailedToken()
  await join('ada@home.example', NEW)
  await refused(third, 'email_taken')
  const before = enqueued().length
  t.match(await move(service, again, 'ada@home.example'), { status: 202 }, 'nothing is said about the account')
  t.equal(enqueued().length, before)
})

t.test('a stranger gets no address by a link that its owner takes for that of their registration', async (t) => {
  const register = async ({ post }: AccountService) => await post('/api/auth/register', { email: 'owner@example.com', password: NEW, name: 'Owner' })
  for (const isOwnerFirst of [true, false]) {
    const service = await startAccounts(t)
    const { post, join, signIn, mailedToken, call } = service
    await join('stranger@example.com')
    const stranger = await signIn('stranger@example.com')
    let own = ''
    if (isOwnerFirst) {
      await register(service)
      own = mailedToken()
    }
    await move(service, stranger, 'owner@example.com')
    const planted = mailedToken()
    if (!isOwnerFirst) {
      await register(service)
      own = mailedToken()
    }
    const open = async (token: string, password?: string) => await post('/api/auth/verify-email', { token, ...(password !== undefined && { password }) })
    t.match(await open(planted), { status: 422, body: { code: 'password_required' } })
    t.match(await open(planted, NEW), { status: 403, body: { code: 'wrong_password' } })
    t.match(await open(own), { status: 200 })
    t.match(await open(planted, PASSWORD), { status: 409, body: { code: 'email_taken' } })
    t.match(await call('GET', '/api/users/me', stranger.headers), { body: { email: 'stranger@example.com' } })
    await signIn('owner@example.com', NEW)
  }
})

t.test('an address that goes to an account ends the registrations that wait for it', async (t) => {
  const service = await startAccounts(t)
  const { post, join, signIn, mailedToken } = service
  await join('ada@example.com')
  const ada = await signIn('ada@example.com')
  await post('/api/auth/register', { email: 'ada@home.example', password: NEW, name: 'Stranger' })
  const planted = mailedToken()
  await move(service, ada, 'ada@home.example')
  t.match(await post('/api/auth/verify-email', { token: mailedToken(), password: PASSWORD }), { status: 200 })
  t.match(await post('/api/auth/verify-email', { token: planted }), { status: 400, body: { code: 'invalid_link' } })
})

t.test('a mailbox that has had enough gets no link to itself as a new address', async (t) => {
  const service = await startAccounts(t)
  await service.join('ada@example.com')
  const ada = await service.signIn('ada@example.com')
  for (let count = 0; count < 7; count++) t.equal((await move(service, ada, 'ada@home.example')).status, 202)
  t.equal(service.enqueued().filter(({ to }) => to === 'ada@home.example').length, 5)
})
