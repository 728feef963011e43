import t from 'tap'
import { adminToken, key } from '../../../support/service.js'
import { PASSWORD, startAccounts } from '../../../support/accounts.js'

t.test('a suspended user is signed out at once, on every node within half a minute, until the suspension is lifted', async (t) => {
  const { call, post, join, signIn, advance } = await startAccounts(t)
  await join('ada@example.com')
  const ada = await signIn('ada@example.com')
  const idle = await signIn('ada@example.com')
  t.equal((await call('GET', '/api/users/me', ada.headers)).status, 200)
  const set = async (status: string) => await call('PATCH', `/api/admin/users/${ada.userId}`, adminToken, { status })
  t.match(await set('suspended'), { status: 200, body: { status: 'suspended', role: 'user' } })
  t.match(await post('/api/auth/refresh', { refreshToken: ada.refreshToken }), { status: 401 })
  t.match(await post('/api/auth/login', { email: 'ada@example.com', password: PASSWORD }), { status: 401, body: { code: 'invalid_credentials' } })
  advance(30_000)
  t.equal((await call('GET', '/api/messages', ada.headers)).status, 401)
  t.match(await set('active'), { status: 200, body: { status: 'active' } })
  advance(30_000)
  for (const { headers, refreshToken } of [ada, idle]) {
    t.equal((await call('GET', '/api/messages', headers)).status, 401, 'the earlier sessions stay ended')
    t.equal((await post('/api/auth/refresh', { refreshToken })).status, 401)
  }
  await signIn('ada@example.com')
})

t.test('people write to a person until the node suspends or deletes them', async (t) => {
  const { call, join, signIn } = await startAccounts(t)
  for (const name of ['ada', 'bora']) await join(`${name}@example.com`)
  const [ada, bora] = [await signIn('ada@example.com'), await signIn('bora@example.com')]
  const write = async () => (await call('POST', '/api/messages', bora.headers, { receiverId: ada.userId, message: 'merhaba' })).body.code
  const set = async (status: string) => await call('PATCH', `/api/admin/users/${ada.userId}`, adminToken, { status })
  t.equal(await write(), undefined)
  await set('suspended')
  t.equal(await write(), 'receiver_unreachable')
  await set('active')
  t.equal(await write(), undefined)
  await call('DELETE', `/api/admin/users/${ada.userId}`, adminToken)
  t.equal(await write(), 'receiver_unreachable')
})

t.test('a suspended user gets no mail, and an earlier link does nothing', async (t) => {
  const { call, post, join, signIn, enqueued, mailedToken } = await startAccounts(t)
  await join('ada@example.com')
  const { userId } = await signIn('ada@example.com')
  await post('/api/auth/forgot-password', { email: 'ada@example.com' })
  await call('PATCH', `/api/admin/users/${userId}`, adminToken, { status: 'suspended' })
  t.match(await post('/api/auth/reset-password', { token: mailedToken(), password: `${PASSWORD} 2` }), { status: 400, body: { code: 'invalid_link' } })
  const before = enqueued().length
  t.match(await post('/api/auth/register', { email: 'ada@example.com', password: `${PASSWORD} 2`, name: 'Ada' }), { status: 202 })
  t.match(await post('/api/auth/forgot-password', { email: 'ada@example.com' }), { status: 202 })
  t.equal(enqueued().length, before)
})

t.test('administrators list all users page by page, and change neither themselves nor a deleted user', async (t) => {
  const { call, join, signIn, advance } = await startAccounts(t)
  for (const name of ['ada', 'bora', 'ceren']) {
    await join(`${name}@example.com`)
    advance(1)
  }
  const page = await call('GET', '/api/admin/users?limit=2', adminToken)
  t.match(page, { status: 200, body: { items: [{ email: 'ceren@example.com' }, { email: 'bora@example.com' }] } })
  t.notMatch(page.text, /passwordHash|scrypt|epoch|digest/i)
  t.match((await call('GET', `/api/admin/users?limit=2&cursor=${page.body.nextCursor}`, adminToken)).body, { items: [{ email: 'ada@example.com' }], nextCursor: null })
  const ada = await signIn('ada@example.com')
  const bora = await signIn('bora@example.com')
  await call('PATCH', `/api/admin/users/${ada.userId}`, adminToken, { role: 'admin' })
  t.match(await call('PATCH', `/api/admin/users/${ada.userId}`, ada.headers, { status: 'suspended' }), { status: 409, body: { code: 'own_account' } })
  await call('DELETE', '/api/users/me', bora.headers, { password: PASSWORD })
  for (const userId of [bora.userId, 'usr_none']) t.match(await call('PATCH', `/api/admin/users/${userId}`, ada.headers, { role: 'admin' }), { status: 404, body: { code: 'not_found' } })
  for (const body of [{}, { status: 'deleted' }, { role: 'owner' }, { email: 'x@example.com' }]) t.equal((await call('PATCH', `/api/admin/users/${ada.userId}`, adminToken, body)).status, 400)
})

t.test('acts of administrators are recorded with actor, act and time; reading is not, except exports', async (t) => {
  const { call, post, join, signIn, advance } = await startAccounts(t)
  await join('ada@example.com')
  await join('bora@example.com')
  const [ada, bora] = [await signIn('ada@example.com'), await signIn('bora@example.com')]
  await call('PATCH', `/api/admin/users/${ada.userId}`, adminToken, { role: 'admin' })
  const act = async (method: string, url: string, headers = ada.headers, body?: object) => {
    advance(1)
    return await call(method, url, headers, body)
  }
  const changed = await act('PATCH', `/api/admin/users/${bora.userId}`, ada.headers, { status: 'suspended' })
  await act('PATCH', `/api/admin/users/${bora.userId}`, ada.headers, { status: 'suspended' })
  await act('POST', '/api/admin/streamers/add', { ...ada.headers, ...key('s-1') }, { email: 'ceren@example.com', minutes: 1 })
  await act('POST', '/api/admin/streamers/add', { ...ada.headers, ...key('s-2') }, { email: 'ceren@example.com', minutes: -1 })
  await act('GET', '/api/admin/payments')
  await act('GET', '/api/admin/export?type=payments')
  await act('POST', '/api/payments/pay_none/refund', { ...adminToken, ...key('r-1') }, {})
  await act('POST', '/api/messages', ada.headers, { receiverId: bora.userId, message: 'merhaba' })
  await post('/api/messages', { receiverId: ada.userId, message: 'merhaba' }, bora.headers)
  const { status, body, text } = await call('GET', '/api/admin/audit', adminToken)
  t.equal(status, 200)
  t.match(body.items, [
    { action: 'refundPayment', actorId: null, targetId: 'pay_none', detail: {}, outcome: 'not_found' },
    { action: 'exportPayments', actorId: ada.userId, targetId: null, outcome: 'done' },
    { action: 'addStreamer', actorId: ada.userId, targetId: null, detail: { fields: ['email', 'minutes'] }, outcome: 'validation_failed' },
    { action: 'addStreamer', actorId: ada.userId, targetId: /^str_/, outcome: 'done', createdAt: '2026-03-01T12:00:00.003Z' },
    { action: 'administerUser', actorId: ada.userId, targetId: bora.userId, requestId: changed.headers['x-request-id'], detail: { from: { status: 'active', role: 'user' }, to: { status: 'suspended', role: 'user' } } },
    { action: 'administerUser', actorId: null, targetId: ada.userId, detail: { to: { role: 'admin' } } },
  ])
  t.equal(body.items.length, 6)
  t.notMatch(text, /@example/)
  const page = await call('GET', '/api/admin/audit?limit=5', adminToken)
  t.match((await call('GET', `/api/admin/audit?cursor=${page.body.nextCursor}`, adminToken)).body, { items: [{ targetId: ada.userId }], nextCursor: null })
})

t.test('a role holds from the next request on, is given by administrators alone, and the audit log has it', async (t) => {
  const { call, join, signIn } = await startAccounts(t)
  for (const name of ['ada', 'bora']) await join(`${name}@example.com`)
  const [ada, bora] = [await signIn('ada@example.com'), await signIn('bora@example.com')]
  const give = async (role: string, userId: string, headers = adminToken) => await call('PATCH', `/api/admin/users/${userId}`, headers, { role })
  const may = async () => [(await call('GET', '/api/admin/payments', ada.headers)).status, (await call('GET', '/api/admin/export?type=payments', ada.headers)).status]
  t.same(await may(), [403, 403])
  t.match(await give('viewer', ada.userId), { status: 200, body: { role: 'viewer' } })
  t.same(await may(), [200, 403])
  t.match(await give('finance', ada.userId), { status: 200, body: { role: 'finance' } })
  t.same(await may(), [200, 200])
  t.match(await give('admin', bora.userId, ada.headers), { status: 403, body: { code: 'forbidden', detail: 'this needs the scope users' } })
  t.match(await give('user', ada.userId), { status: 200, body: { role: 'user' } })
  t.same(await may(), [403, 403])
  t.equal((await give('owner', ada.userId)).status, 400)
  const { body: { items } } = await call('GET', '/api/admin/audit', adminToken)
  t.match(items.filter(({ action, outcome }) => action === 'administerUser' && outcome === 'done').map(({ detail }) => detail), [
    { from: { role: 'finance' }, to: { role: 'user' } }, { from: { role: 'viewer' }, to: { role: 'finance' } }, { from: { role: 'user' }, to: { role: 'viewer' } },
  ])
  t.match(items.find(({ outcome }) => outcome === 'forbidden'), { action: 'administerUser', actorId: ada.userId, targetId: bora.userId, detail: { fields: [] } })
})
