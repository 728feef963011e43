import t from 'tap'
import { PASSWORD, signedInOf, startAccounts } from '../../../support/accounts.js'
import { adminToken } from '../../../support/service.js'

t.test('a user registers, confirms the address, signs in, refreshes the session, and signs out', async (t) => {
  const { call, post, enqueued, mailedToken } = await startAccounts(t)
  const registered = await post('/api/auth/register', { email: 'Ada@Example.com', password: PASSWORD, name: 'Ada Yılmaz', locale: 'en' })
  t.match(registered, { status: 202, body: { ok: true } })
  t.match(enqueued(), [{ kind: 'email_verification', to: 'ada@example.com', locale: 'en', data: { link: /^https:\/\/shop\.example\/verify-email\?token=reg_/ } }])
  t.match(await post('/api/auth/login', { email: 'ada@example.com', password: PASSWORD }), { status: 401, body: { code: 'invalid_credentials' } }, 'not before the address is confirmed')
  const token = mailedToken()
  t.match(await post('/api/auth/verify-email', { token }), { status: 200, body: { ok: true } })
  t.match(await post('/api/auth/verify-email', { token }), { status: 400, body: { code: 'invalid_link' } }, 'a link is good once')

  const login = await post('/api/auth/login', { email: 'ADA@example.com', password: PASSWORD })
  t.match(login, { status: 200, headers: { 'cache-control': 'no-store' }, body: { tokenType: 'Bearer', expiresIn: 900, refreshExpiresAt: '2026-03-31T12:00:00.000Z' } })
  t.match(login.body['user'], { email: 'ada@example.com', emailVerified: true, name: 'Ada Yılmaz', locale: 'en', role: 'user', status: 'active', phone: null })
  t.notMatch(login.text, /passwordHash|scrypt|epoch|digest/i)
  const first = signedInOf(login.body)
  t.match(await call('GET', '/api/users/me', first.headers), { status: 200, body: { userId: first.userId } })
  t.equal((await call('GET', '/api/messages', first.headers)).status, 200)

  const refreshed = await post('/api/auth/refresh', { refreshToken: first.refreshToken })
  t.match(refreshed, { status: 200, headers: { 'cache-control': 'no-store' } })
  const second = signedInOf(refreshed.body)
  t.not(second.refreshToken, first.refreshToken)
  t.match(await post('/api/auth/logout', { refreshToken: second.refreshToken }), { status: 200 })
  t.match(await post('/api/auth/refresh', { refreshToken: second.refreshToken }), { status: 401, body: { code: 'invalid_refresh_token' } })
  t.match(await post('/api/auth/logout', { refreshToken: second.refreshToken }), { status: 200 }, 'a second sign-out is no error')
})

t.test('a refresh token that comes again gets the same successor for half a minute, and later ends the session', async (t) => {
  const { call, post, join, signIn, advance } = await startAccounts(t)
  await join('ada@example.com')
  const { refreshToken, headers } = await signIn('ada@example.com')
  const other = await signIn('ada@example.com')
  const second = signedInOf((await post('/api/auth/refresh', { refreshToken })).body)
  advance(29_999)
  const again = await post('/api/auth/refresh', { refreshToken })
  t.match(again, { status: 200, headers: { 'cache-control': 'no-store' }, body: { refreshToken: second.refreshToken } }, 'the first answer was lost')
  t.equal((await call('GET', '/api/users/me', signedInOf(again.body).headers)).status, 200)
  advance(1)
  t.match(await post('/api/auth/refresh', { refreshToken }), { status: 401, body: { code: 'invalid_refresh_token' } })
  t.match(await post('/api/auth/refresh', { refreshToken: second.refreshToken }), { status: 401 }, 'the family is over')
  t.equal((await post('/api/auth/refresh', { refreshToken: other.refreshToken })).status, 200, 'another device is none the worse for it')
  t.equal((await call('GET', '/api/users/me/sessions', headers)).status, 401)
})

t.test('a refresh token that comes again after its successor was used ends the session at once', async (t) => {
  const { post, join, signIn } = await startAccounts(t)
  await join('ada@example.com')
  const { refreshToken } = await signIn('ada@example.com')
  const refresh = async (token: string) => await post('/api/auth/refresh', { refreshToken: token })
  const second = signedInOf((await refresh(refreshToken)).body)
  const third = signedInOf((await refresh(second.refreshToken)).body)
  t.equal((await refresh(refreshToken)).status, 401)
  t.equal((await refresh(third.refreshToken)).status, 401)
})

t.test('many refreshes at once with one token get one successor, and the session goes on', async (t) => {
  const { post, join, signIn } = await startAccounts(t)
  await join('ada@example.com')
  const { refreshToken } = await signIn('ada@example.com')
  const answers = await Promise.all(Array.from({ length: 8 }, async () => await post('/api/auth/refresh', { refreshToken })))
  const [next, ...others] = new Set(answers.map(({ body }) => signedInOf(body).refreshToken))
  t.same(others, [])
  t.equal((await post('/api/auth/refresh', { refreshToken: next })).status, 200)
})

t.test('a repeat does not bring back a session whose user was suspended meanwhile', async (t) => {
  const { call, post, join, signIn } = await startAccounts(t)
  await join('ada@example.com')
  const { refreshToken, userId } = await signIn('ada@example.com')
  await post('/api/auth/refresh', { refreshToken })
  await call('PATCH', `/api/admin/users/${userId}`, adminToken, { status: 'suspended' })
  t.equal((await post('/api/auth/refresh', { refreshToken })).status, 401)
})

t.test('a caller who never had a token of a session cannot end it', async (t) => {
  const { post, join, signIn } = await startAccounts(t)
  await join('ada@example.com')
  const { refreshToken } = await signIn('ada@example.com')
  const [session = '', family = '', secret = ''] = refreshToken.split('.')
  const other = 'A'.repeat(43)
  for (const forged of [`${session}.${other}.${other}`, `${session}.${other}.${secret}`, `ses_none.${family}.${secret}`, session, 'x', `${refreshToken}x`]) {
    t.match(await post('/api/auth/refresh', { refreshToken: forged }), { status: 401, body: { code: 'invalid_refresh_token' } }, forged)
    t.equal((await post('/api/auth/logout', { refreshToken: forged })).status, 200)
  }
  t.equal((await post('/api/auth/refresh', { refreshToken })).status, 200)
})

t.test('a session ends after 30 days without use, and after 180 days in any case', async (t) => {
  const { post, join, signIn, advance } = await startAccounts(t)
  const days = (count: number) => { advance(count * 86_400_000) }
  await join('ada@example.com')
  const silent = await signIn('ada@example.com')
  days(30)
  t.equal((await post('/api/auth/refresh', { refreshToken: silent.refreshToken })).status, 401)
  let { refreshToken } = await signIn('ada@example.com')
  for (let day = 0; day < 174; day += 29) {
    days(29)
    refreshToken = signedInOf((await post('/api/auth/refresh', { refreshToken })).body).refreshToken
  }
  days(6)
  t.equal((await post('/api/auth/refresh', { refreshToken })).status, 401)
})

t.test('only an e-mail reveals that an address is taken', async (t) => {
  const { post, join, signIn, enqueued } = await startAccounts(t)
  await join('ada@example.com')
  const taken = await post('/api/auth/register', { email: 'ADA@example.com', password: 'another one of them', name: 'Mallory', locale: 'en' })
  const free = await post('/api/auth/register', { email: 'bora@example.com', password: 'the first of them', name: 'Bora' })
  t.same([taken.status, taken.body], [free.status, free.body])
  t.match(enqueued().slice(-2), [{ kind: 'account_exists', to: 'ada@example.com', locale: 'tr', data: {} }, { kind: 'email_verification', to: 'bora@example.com' }])
  await signIn('ada@example.com')
})

t.test('passwords are long and not common, and the same from every keyboard', async (t) => {
  const { post, join, signIn } = await startAccounts(t)
  const register = async (password: string) => await post('/api/auth/register', { email: 'ada@example.com', password, name: 'Ada' })
  for (const weak of ['short', 'ç'.repeat(129), 'aaaaaaaaaaaa', 'abababababab', 'my ada@example.com', 'ADA@EXAMPLE.COM 1', 'Password1!', 'basvideo123']) t.match(await register(weak), { status: 422, body: { code: 'weak_password' } }, weak)
  t.equal((await register('ağaç '.repeat(25))).status, 202)
  await join('bora@example.com', 'Şifre güçlü')
  await signIn('bora@example.com', 'Şifre güçlü'.normalize('NFD'))
})

t.test('the link of an e-mail expires', async (t) => {
  const { post, advance, mailedToken } = await startAccounts(t)
  await post('/api/auth/register', { email: 'ada@example.com', password: PASSWORD, name: 'Ada' })
  advance(86_400_000)
  t.match(await post('/api/auth/verify-email', { token: mailedToken() }), { status: 400, body: { code: 'invalid_link' } })
  for (const token of ['x', '.x', 'usr_none.x', mailedToken().replace(/.$/, '_')]) t.match(await post('/api/auth/verify-email', { token }), { status: 400, body: { code: 'invalid_link' } }, token)
})

t.test('no password, token or address of a sign-in reaches the log', async (t) => {
  const { post, join, signIn, mailedToken, logs } = await startAccounts(t)
  await join('ada@example.com')
  const { accessToken, refreshToken } = await signIn('ada@example.com')
  await post('/api/auth/login', { email: 'ada@example.com', password: 'wrong but well meant' })
  t.ok(logs.length > 3)
  for (const secret of ['ada@example', PASSWORD, 'well meant', accessToken, refreshToken, mailedToken()]) t.notOk(logs.join('').includes(secret))
})
