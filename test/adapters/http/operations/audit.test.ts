import t from 'tap'
import { MemoryAuditStore } from '#adapters/memory/accounts/audit-store.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { adminToken, adminUser, as, key, startService, type Body, type Headers } from '../../../support/service.js'

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
