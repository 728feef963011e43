import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { adminToken, as, type Body } from '../../../support/service.js'
import { PASSWORD, startAccounts } from '../../../support/accounts.js'

t.test('users read their profile, and change the fields that they send', async (t) => {
  const { call, join, signIn } = await startAccounts(t)
  await join('ada@example.com')
  const { headers } = await signIn('ada@example.com')
  const patch = async (body: object) => await call('PATCH', '/api/users/me', headers, body)
  t.match(await patch({ phone: '+905321234567' }), { status: 200, body: { name: 'Ada', locale: 'tr', phone: '+905321234567' } })
  t.match(await patch({ name: 'Ada Yılmaz', locale: 'en' }), { status: 200, body: { name: 'Ada Yılmaz', locale: 'en', phone: '+905321234567' } })
  t.match(await patch({ phone: null }), { status: 200, body: { phone: null } })
  for (const body of [{}, { role: 'admin' }, { email: 'x@example.com' }, { status: 'active' }, { name: '  ' }, { name: 'a\nb' }]) t.equal((await patch(body)).status, 400, JSON.stringify(body))
  t.match(await call('GET', '/api/users/me', headers), { status: 200, body: { role: 'user', email: 'ada@example.com', name: 'Ada Yılmaz' } })
})

t.test('a phone number is taken as people write it, and kept as E.164', async (t) => {
  const { call, join, signIn } = await startAccounts(t)
  await join('ada@example.com')
  const { headers } = await signIn('ada@example.com')
  const patch = async (phone: string) => await call('PATCH', '/api/users/me', headers, { phone })
  for (const phone of ['+905321234567', '0532 123 45 67', '5321234567', '(0532) 123-45-67', '+90 (532) 123 45 67', '00905321234567']) {
    t.match(await patch(phone), { status: 200, body: { phone: '+905321234567' } }, phone)
  }
  t.match(await patch('+49 1512 3456789'), { status: 200, body: { phone: '+4915123456789' } })
  for (const phone of ['', '123', 'ara 0532 123 45 67', '0532 123 45', '+90 532 123 45 67 89 01', '+000 532 123 45 67', 'x'.repeat(41)]) {
    t.match(await patch(phone), { status: 400, body: { code: 'validation_failed', errors: [{ pointer: '/body/phone' }] } }, phone)
  }
  t.match(await call('GET', '/api/users/me', headers), { status: 200, body: { phone: '+4915123456789' } })
})

t.test('a name may hold joiners, and shows something', async (t) => {
  const { call, join, signIn } = await startAccounts(t)
  await join('ada@example.com')
  const { headers } = await signIn('ada@example.com')
  const patch = async (name: string) => await call('PATCH', '/api/users/me', headers, { name })
  for (const name of ['علی\u200cرضا', 'Ada 👩\u200d💻', 'നന്\u200dമ']) t.match(await patch(name), { status: 200, body: { name } }, name)
  for (const name of ['\u200c', '\u200d\u200d', '\u3164', '\u2800', 'a\u202eb', 'a\u200bb', '\u0301']) t.equal((await patch(name)).status, 400, escape(name))
})

t.test('users list their sessions, and end one of them', async (t) => {
  const { call, post, join, signIn, advance } = await startAccounts(t)
  await join('ada@example.com')
  await join('bora@example.com')
  const phone = await signIn('ada@example.com')
  advance(1)
  await post('/api/auth/login', { email: 'ada@example.com', password: PASSWORD }, { 'user-agent': 'Firefox '.repeat(100) })
  const bora = await signIn('bora@example.com')
  const list = async () => (await call('GET', '/api/users/me/sessions', phone.headers)).body.items
  t.match(await list(), [{ current: false, device: /^(Firefox ){25}$/, sessionId: /^ses_/ }, { current: true, device: 'lightMyRequest' }])
  t.notMatch(JSON.stringify(await list()), /digest|family/i)
  const page = await call('GET', '/api/users/me/sessions?limit=1', phone.headers)
  t.match((await call('GET', `/api/users/me/sessions?cursor=${page.body.nextCursor}`, phone.headers)).body, { items: [{ current: true }], nextCursor: null })
  const [other] = await list()
  const end = async (sessionId: unknown, headers = phone.headers) => await call('DELETE', `/api/users/me/sessions/${String(sessionId)}`, headers)
  t.match(await end(other?.['sessionId'], bora.headers), { status: 404, body: { code: 'not_found' } })
  t.match(await end(other?.['sessionId']), { status: 200 })
  t.match(await end(other?.['sessionId']), { status: 404 })
  t.equal((await list()).length, 1)
})

t.test('a token of an ended session is refused at once, and the store is not asked for each request', async (t) => {
  const { call, post, join, signIn } = await startAccounts(t)
  await join('ada@example.com')
  const { headers, refreshToken } = await signIn('ada@example.com')
  const me = async () => (await call('GET', '/api/conversations', headers)).status
  const asked = async () => Number(/_count\{store="sessions",operation="find",outcome="ok"\} (\d+)/.exec((await call('GET', '/metrics')).text)?.[1])
  t.same(await Promise.all(Array.from({ length: 10 }, me)), Array(10).fill(200))
  t.equal(await asked(), 1)
  t.equal((await post('/api/auth/logout', { refreshToken })).status, 200)
  t.equal(await me(), 401)
})

t.test('a deleted user is forgotten, their messages and payments stay, and their address is free', async (t) => {
  const { call, post, join, signIn, advance, mailedToken } = await startAccounts(t)
  await join('ada@example.com')
  await join('bora@example.com')
  const [ada, idle, bora] = [await signIn('ada@example.com'), await signIn('ada@example.com'), await signIn('bora@example.com')]
  await post('/api/messages', { receiverId: bora.userId, message: 'merhaba' }, ada.headers)
  const payment = await post('/api/payments/process', { amount: 500, currency: 'TRY', orderId: 'o-1', sellerId: bora.userId, paymentMethod: { token: 'tok_ok' } }, { ...ada.headers, 'idempotency-key': 'k' })
  for (const body of [undefined, {}]) t.equal((await call('DELETE', '/api/users/me', ada.headers, body)).status, 400)
  t.match(await call('DELETE', '/api/users/me', ada.headers, { password: `${PASSWORD}!` }), { status: 403, body: { code: 'wrong_password' } })
  t.match(await call('DELETE', '/api/users/me', ada.headers, { password: PASSWORD }), { status: 200, body: { ok: true } })
  t.match(await call('GET', '/api/users/me', ada.headers), { status: 401 }, 'at once')
  t.match(await post('/api/auth/refresh', { refreshToken: ada.refreshToken }), { status: 401 })
  t.match(await post('/api/auth/login', { email: 'ada@example.com', password: PASSWORD }), { status: 401 })
  t.match((await call('GET', '/api/messages', bora.headers)).body.items, [{ senderId: ada.userId, message: 'merhaba' }])
  t.match(await call('GET', `/api/payments/${payment.body.paymentId}`, bora.headers), { status: 200, body: { userId: ada.userId } })
  const { body: { items } } = await call('GET', '/api/admin/users', adminToken)
  t.match(items.find(({ userId }: Body) => userId === ada.userId), { status: 'deleted', email: '', name: '', phone: null })

  await post('/api/auth/register', { email: 'ada@example.com', password: PASSWORD, name: 'Another Ada' })
  t.equal((await post('/api/auth/verify-email', { token: mailedToken() })).status, 200)
  const another = await signIn('ada@example.com')
  t.not(another.userId, ada.userId)
  t.same((await call('GET', '/api/messages', another.headers)).body.items, [])
  advance(30_000)
  for (const { headers } of [ada, idle]) t.equal((await call('GET', '/api/messages', headers)).status, 401, 'the old token does not belong to the new user')
  t.equal((await post('/api/auth/refresh', { refreshToken: idle.refreshToken })).status, 401)
})

t.test('tokens of another issuer are refused, and an administrator loses the role at once', async (t) => {
  const { call, join, signIn } = await startAccounts(t)
  await join('ada@example.com')
  const ada = await signIn('ada@example.com')
  t.equal((await call('GET', '/api/users/me', as(ada.userId))).status, 401, 'a token by the secret')
  const [header = '', payload = '', signature = ''] = ada.accessToken.split('.')
  const altered = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('"user"', '"admin"')).toString('base64url')
  const otherHeader = (fields: object) => Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(header, 'base64url').toString()), ...fields })).toString('base64url')
  for (const token of [`${header}.${altered}.${signature}`, `${otherHeader({ kid: 'x' })}.${payload}.${signature}`, `${otherHeader({ alg: 'none' })}.${payload}.${signature}`, `${otherHeader({ alg: 'HS256' })}.${payload}.${signature}`, 'x.y.z']) {
    t.equal((await call('GET', '/api/users/me', { authorization: `Bearer ${token}` })).status, 401, token)
  }
  const admin = async () => (await call('GET', '/api/admin/users', ada.headers)).status
  t.equal(await admin(), 403)
  t.match(await call('PATCH', `/api/admin/users/${ada.userId}`, adminToken, { role: 'admin' }), { status: 200, body: { role: 'admin' } })
  t.equal(await admin(), 200, 'with the token that named no role of an administrator')
  await call('PATCH', `/api/admin/users/${ada.userId}`, adminToken, { role: 'user' })
  t.equal(await admin(), 403)
})

t.test('a device without a User-Agent, or with a card number in it, has no name', async (t) => {
  const { app, call, post, join, signIn } = await startAccounts(t, { listen: true })
  await join('ada@example.com')
  const { headers } = await signIn('ada@example.com')
  const silent = request({ port: (app.server.address() as AddressInfo).port, path: '/api/auth/login', method: 'POST', headers: { 'content-type': 'application/json' } })
  silent.end(JSON.stringify({ email: 'ada@example.com', password: PASSWORD }))
  const [answer] = await once(silent, 'response') as [IncomingMessage]
  t.equal(answer.statusCode, 200)
  answer.resume()
  t.equal((await post('/api/auth/login', { email: 'ada@example.com', password: PASSWORD }, { 'user-agent': 'Firefox 4242 4242 4242 4242' })).status, 200)
  const { body: { items } } = await call('GET', '/api/users/me/sessions', headers)
  t.same(items.map(({ device }) => device).toSorted(), ['lightMyRequest', null, null])
})
