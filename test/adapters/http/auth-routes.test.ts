import t from 'tap'
import { PASSWORD, signedInOf, startAccounts } from '../../support/accounts.js'

t.test('somebody registers, confirms the address, signs in, goes on by refreshing, and signs out', async (t) => {
  const { call, post, notices, mailedToken } = await startAccounts(t)
  const registered = await post('/api/auth/register', { email: 'Ada@Example.com', password: PASSWORD, name: 'Ada Yılmaz', locale: 'en' })
  t.match(registered, { status: 202, body: { ok: true } })
  t.match(notices(), [{ kind: 'verify-email', to: 'ada@example.com', locale: 'en', data: { link: /^https:\/\/shop\.example\/verify-email\?token=usr_/ } }])
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
  t.match(await post('/api/auth/logout', { refreshToken: second.refreshToken }), { status: 200 }, 'whoever is out is out')
})
