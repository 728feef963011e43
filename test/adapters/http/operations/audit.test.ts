import t from 'tap'
import { MemoryAuditStore } from '#adapters/memory/accounts/audit-store.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { newUser } from '#domain/accounts/user.js'
import { START } from '../../../support/builders.js'
import { adminToken, adminUser, as, key, startService, verifyTestToken, type Body, type Headers } from '../../../support/service.js'

const acts = (items: readonly Body[], action: string) => items.filter((item) => item['action'] === action)

t.test('a line says who did what to whom with what outcome: ids, amounts and the names of fields, and no text of a person', async (t) => {
  const service = await startService(t)
  const { body: { paymentId } } = await service.call('POST', '/api/payments/process', { ...as('ada'), ...key('p') }, { amount: 1000, currency: 'TRY', orderId: 'o', paymentMethod: { token: 'tok_ok' } })
  const refund = async (amount: number, headers: Headers = {}) => await service.call('POST', `/api/payments/${paymentId}/refund`, { ...adminUser, ...key(`r-${amount}`), 'x-request-id': 'chosen-by-the-caller', ...headers }, { amount, reason: 'gizli bir neden' })
  const [done] = [await refund(400), await refund(99_999)]
  const { body: { streamer } } = await service.call('POST', '/api/admin/streamers/add', { ...adminToken, ...key('s') }, { email: 'ceren@shop.example', minutes: 5000, amount: 100, currency: 'TRY', note: 'gizli' })
  await service.call('POST', '/api/admin/webhook-events/evt_none/replay', adminToken)
  await service.call('POST', '/api/admin/streamers/add', { ...adminToken, ...key('s-2') }, { email: 'ceren@shop.example', minutes: 'gizli', 'gizli bir alan': 1, GIZLI: 1 })
  const { body: { items }, text } = await service.call('GET', '/api/admin/audit', adminUser)
  t.match(acts(items, 'refundPayment'), [
    { actorId: 'yonetici', targetId: paymentId, detail: { amount: 99_999, fields: ['amount', 'reason'] }, outcome: 'refund_exceeds_captured' },
    { actorId: 'yonetici', targetId: paymentId, detail: { amount: 400, fields: ['amount', 'reason'] }, outcome: 'done', requestId: done.headers['x-request-id'] },
  ])
  t.match(acts(items, 'addStreamer'), [
    { actorId: null, targetId: null, detail: { fields: ['email', 'minutes'] }, outcome: 'validation_failed' },
    { actorId: null, targetId: (streamer as { streamerId: string }).streamerId, detail: { minutes: 5000, amount: 100, currency: 'TRY', fields: ['email', 'minutes', 'amount', 'currency', 'note'] }, outcome: 'done' },
  ])
  t.match(acts(items, 'replayWebhookEvent'), [{ targetId: 'evt_none', detail: { fields: [] }, outcome: 'not_found' }])
  for (const word of ['gizli', 'GIZLI', 'ceren', 'chosen']) t.notMatch(text, word)
})

t.test('an act that is accepted says so, and a request that a limit refuses is no act', async (t) => {
  const { call } = await startService(t, { env: { RATE_LIMIT_MAX: '3' } })
  const { body: { paymentId } } = await call('POST', '/api/payments/process', { ...as('ada'), ...key('p') }, { amount: 1000, currency: 'TRY', orderId: 'o', paymentMethod: { token: 'tok_refund_slow' } })
  const replay = async () => (await call('POST', `/api/admin/payments/${paymentId}/reconcile`, adminToken)).status
  const statuses = [await replay(), await replay(), await replay(), await replay()]
  t.equal(statuses.at(-1), 429)
  const { body: { items } } = await call('GET', '/api/admin/audit', adminUser)
  t.equal(items.length, statuses.filter((status) => status !== 429).length)
})

t.test('changes of a user are recorded with the change, and their refusals too', async (t) => {
  const { call } = await startService(t, { env: { AUTH_MODE: 'local' } })
  t.equal((await call('PATCH', '/api/admin/users/usr_none', adminToken, { status: 'suspended' })).status, 404)
  const { body: { items } } = await call('GET', '/api/admin/audit', adminToken)
  t.match(items, [{ action: 'administerUser', targetId: 'usr_none', detail: { status: 'suspended', fields: ['status'] }, outcome: 'not_found' }])
})

t.test('an act is answered as it ended when its outcome cannot be recorded, and is not carried out when it cannot be recorded at all', async (t) => {
  const stores = memoryStores()
  const audit = new MemoryAuditStore()
  let left = 1
  const insert: typeof audit.insert = async (entry) => {
    if (left-- <= 0) throw new Error('the disk is full')
    await audit.insert(entry)
  }
  const { call, logs } = await startService(t, { replacements: { openedStores: { ...stores, audit: { insert, list: audit.list.bind(audit) } } } })
  const add = async (name: string) => await call('POST', '/api/admin/streamers/add', { ...adminToken, ...key(name) }, { email: 'ceren@shop.example', minutes: 1 })
  t.equal((await add('s-1')).status, 201)
  t.match((await call('GET', '/api/admin/audit', adminToken)).body.items, [{ action: 'addStreamer', outcome: null }])
  t.ok(logs.some((line) => line.includes('the outcome of an act was not recorded')))
  t.equal((await add('s-2')).status, 500)
  t.equal((await call('GET', '/api/admin/streamers', adminToken)).body.items[0]?.['minutesPurchased'], 1)
})

t.test('a request that is refused before it becomes an act is recorded with its target, unless that is no id', async (t) => {
  const { call } = await startService(t)
  for (const target of ['pay_1', 'no%20id', '4111111111111111', 'x'.repeat(129)]) t.equal((await call('POST', `/api/payments/${target}/refund`, { ...adminToken, ...key('r') }, { amount: 'gizli' })).status, 400, target)
  t.equal((await call('POST', '/api/admin/streamers/add', { ...adminToken, ...key('s') }, { email: 'gizli' })).status, 400)
  const { body: { items }, text } = await call('GET', '/api/admin/audit', adminToken)
  t.same(items.map(({ action, targetId }) => [action, targetId]), [['addStreamer', null], ...[null, null, null, 'pay_1'].map((id) => ['refundPayment', id])])
  t.notMatch(text, /gizli|4111|no id/)
})

t.test('who reads a billing record and who deletes a person is recorded, with what came of it', async (t) => {
  const openedStores = memoryStores()
  await openedStores.billing.keep({ paymentId: 'pay_1', buyerEmail: 'gizli@example.com', shippingAddress: null, keptUntil: '2100-01-01T00:00:00.000Z' })
  const { call } = await startService(t, { env: { AUTH_MODE: 'local' }, replacements: { openedStores, verifyToken: verifyTestToken } })
  await openedStores.users.insert(newUser({ email: 'ada@example.com', name: 'Ada', locale: 'tr', passwordHash: 'hash' }, 'ada', START))
  const acted: Array<[method: string, path: string]> = [
    ['GET', '/api/admin/payments/pay_1/billing'], ['GET', '/api/admin/payments/pay_2/billing'],
    ['DELETE', '/api/admin/users/ada'], ['DELETE', '/api/admin/users/none'], ['DELETE', '/api/admin/users/yonetici'],
  ]
  for (const [method, path] of acted) await call(method, path, adminUser)
  const { body: { items }, text } = await call('GET', '/api/admin/audit', adminUser)
  t.same(items.toReversed().map(({ action, actorId, targetId, outcome }) => [action, actorId, targetId, outcome]), [
    ['readBilling', 'yonetici', 'pay_1', 'done'],
    ['readBilling', 'yonetici', 'pay_2', 'not_found'],
    ['erasePerson', 'yonetici', 'ada', 'accepted'],
    ['erasePerson', 'yonetici', 'none', 'not_found'],
    ['erasePerson', 'yonetici', 'yonetici', 'own_account'],
  ])
  t.notMatch(text, /gizli|ada@/)
})

t.test('what callers with a role try without the scope is recorded, and what users try or do for themselves is not', async (t) => {
  const { call } = await startService(t, { env: { TOKEN_ROLES: 'viewer, support' } })
  const { body: { paymentId } } = await call('POST', '/api/payments/process', { ...as('ada'), ...key('p') }, { amount: 1000, currency: 'TRY', orderId: 'o', sellerId: 'izleyici', paymentMethod: { token: 'tok_ok' } })
  const viewer = as('izleyici', { role: 'viewer' })
  t.equal((await call('POST', '/api/admin/rooms/room_1/end', viewer)).status, 403)
  t.equal((await call('POST', '/api/admin/rooms/room_1/end', as('ada'))).status, 403)
  t.equal((await call('GET', '/api/admin/payments', viewer)).status, 200)
  t.match(await call('POST', `/api/payments/${paymentId}/refund`, { ...viewer, ...key('r') }, { amount: 1 }), { status: 201, body: { refundedAmount: 1 } }, 'as the seller')
  t.equal((await call('POST', `/api/payments/${paymentId}/refund`, { ...as('destek', { role: 'support' }), ...key('r') }, { amount: 1 })).status, 404, 'as any other user')
  t.match((await call('GET', '/api/admin/audit', viewer)).body.items, [{ action: 'endRoomOfOthers', actorId: 'izleyici', targetId: 'room_1', outcome: 'forbidden' }])
})

t.test('the log is narrowed to one actor or one target, and to a time, and the cursor belongs to that', async (t) => {
  const openedStores = memoryStores()
  const { call } = await startService(t, { replacements: { openedStores } })
  for (let index = 0; index < 6; index++) {
    await openedStores.audit.insert({ auditId: `aud_${index}`, action: 'act', actorId: index % 2 === 0 ? 'usr_1' : null, targetId: `pay_${index % 3}`, detail: {}, outcome: 'done', requestId: 'r', createdAt: `2026-03-0${index + 1}T12:00:00.000Z` })
  }
  const listed = async (query: string) => (await call('GET', `/api/admin/audit?${query}`, adminUser)).body.items.map((item) => String(item['auditId']).slice(4)).join('')
  t.equal(await listed('actorId=usr_1'), '420')
  t.equal(await listed('targetId=pay_1'), '41')
  t.equal(await listed('actorId=usr_none'), '')
  t.equal(await listed('from=2026-03-02&to=2026-03-04'), '321', 'a day is included as a whole')
  t.equal(await listed('from=2026-03-02T12:00:00Z&to=2026-03-04T12:00:00Z'), '21', 'from then on, and before')
  t.equal(await listed('targetId=pay_2&from=2026-03-04'), '5')
  t.equal(await listed('actorId=usr_1&to=2026-03-04'), '20')
  t.equal(await listed('to=2026-03-05T15:00:00%2B03:00'), '3210')
  const first = await call('GET', '/api/admin/audit?from=2026-03-02&to=2026-03-05&limit=2', adminUser)
  t.match([first.body.items.map((item) => item['auditId']), typeof first.body.nextCursor], [['aud_4', 'aud_3'], 'string'])
  const next = await call('GET', `/api/admin/audit?from=2026-03-02&to=2026-03-05&limit=3&cursor=${first.body.nextCursor}`, adminUser)
  t.match([next.body.items.map((item) => item['auditId']), next.body.nextCursor], [['aud_2', 'aud_1'], null], 'nothing of before the range')
  t.match(await call('GET', `/api/admin/audit?from=2026-03-02&limit=3&cursor=${first.body.nextCursor}`, adminUser), { status: 400, body: { code: 'invalid_cursor' } })
  t.match(await call('GET', '/api/admin/audit?actorId=usr_1&targetId=pay_1', adminUser), { status: 400, body: { code: 'validation_failed', detail: '/querystring/targetId is not taken together with actorId' } })
  t.match(await call('GET', '/api/admin/audit?from=2026-03-02&timeZone=Mars/Base', adminUser), { status: 422, body: { code: 'unknown_time_zone' } })
  for (const query of ['actorId=', 'actorId=a%20b', `targetId=${'a'.repeat(257)}`, 'from=2026-02-30', 'from=2026-03-02&to=2026-02-28']) t.match(await call('GET', `/api/admin/audit?${query}`, adminUser), { status: 400, body: { code: 'validation_failed' } }, query)
})
