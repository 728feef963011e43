import t from 'tap'
import { withMethods } from '#adapters/durability/proxy.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { identity } from '#adapters/system/system.js'
import { makeCarryOutErasures } from '#application/accounts/carry-out-erasures.js'
import { DAY_MS, laterBy } from '#domain/time.js'
import { DomainError } from '#domain/errors.js'
import { newNotification } from '#domain/notifications/notification.js'
import { defaultPreferences } from '#domain/notifications/notification-preferences.js'
import { PASSWORD, startAccounts } from '../../../support/accounts.js'
import { openers } from '../../../support/erasing.js'
import { absentStore } from '../../../support/absent-store.js'
import { adminToken, as, key, startService } from '../../../support/service.js'

const ADDRESS = { contactName: 'Leaver Person', address: 'Street 7', city: 'İzmir', country: 'TR' }
/** What carriers need besides; no invoice shows the phone. */
const DELIVERY = { ...ADDRESS, district: 'Konak', phone: '0532 123 45 67' }
const BUYER = { name: 'Leaver', surname: 'Person', email: 'leaver@example.com', address: 'Street 7', city: 'İzmir', country: 'TR' }
const ORDER = { amount: 100, currency: 'TRY', orderId: 'order-1', paymentMethod: { token: 'tok_ok' }, shippingAddress: DELIVERY, buyer: BUYER }

/** A service on stores that the test can reach, and the job that clears people. */
async function start (t: Parameters<typeof startAccounts>[0]) {
  const openedStores = memoryStores()
  const service = await startAccounts(t, { replacements: { openedStores } })
  const carryOut = makeCarryOutErasures({ ...openedStores, ...openers(openedStores, { clock: service.clock, identity }), clock: service.clock, identity, retainBillingYears: 10, secondPassMs: DAY_MS, erasureObserver: (_erasure, error) => { throw error } })
  return { ...service, settle: async () => { while (await carryOut()); } }
}

t.test('a person who deletes their account is signed out at once, and soon named nowhere but in the billing record', async (t) => {
  const { call, join, signIn, settle } = await start(t)
  await join('leaver@example.com')
  const leaver = await signIn('leaver@example.com')
  const { body: { paymentId } } = await call('POST', '/api/payments/process', { ...leaver.headers, ...key('k-1') }, ORDER)
  t.match(await call('GET', `/api/admin/payments/${paymentId}/billing`, adminToken), { status: 404, body: { code: 'not_found' } })
  t.match(await call('DELETE', '/api/users/me', leaver.headers, { password: PASSWORD }), { status: 202, body: { ok: true } })
  t.equal((await call('GET', '/api/users/me', leaver.headers)).status, 401)
  await settle()
  const payments = await call('GET', '/api/admin/payments', adminToken)
  t.match(payments.body, { items: [{ paymentId, userId: leaver.userId, shippingAddress: null }] })
  t.notMatch(payments.text, /leaver@|Leaver|Street 7/)
  t.match((await call('GET', '/api/search?type=orders&q=leaver@example.com', adminToken)).body, { items: [] })
  const billing = await call('GET', `/api/admin/payments/${paymentId}/billing`, adminToken)
  t.match(billing, { status: 200, headers: { 'cache-control': 'no-store' }, body: { paymentId, buyerEmail: 'leaver@example.com', shippingAddress: { ...ADDRESS, district: 'Konak' } } })
  t.notMatch(payments.text + billing.text, '905321234567')
  const audit = await call('GET', '/api/admin/audit', adminToken)
  t.match(audit.body, { items: [{ action: 'readBilling', targetId: paymentId }] }, 'who has read it is recorded')
  t.notMatch(audit.text, /leaver@|Street 7/)
})

t.test('administrators delete users, but not themselves', async (t) => {
  const { call, join, signIn } = await start(t)
  await join('ada@example.com')
  await join('bora@example.com')
  const [ada, bora] = [await signIn('ada@example.com'), await signIn('bora@example.com')]
  await call('PATCH', `/api/admin/users/${ada.userId}`, adminToken, { role: 'admin' })
  t.match(await call('DELETE', `/api/admin/users/${ada.userId}`, ada.headers), { status: 409, body: { code: 'own_account' } })
  t.match(await call('DELETE', '/api/admin/users/usr_none', adminToken), { status: 404, body: { code: 'not_found' } })
  t.match(await call('DELETE', `/api/admin/users/${bora.userId}`, ada.headers), { status: 202, body: { ok: true } })
  t.equal((await call('GET', '/api/users/me', bora.headers)).status, 401)
  t.match(await call('DELETE', `/api/admin/users/${bora.userId}`, adminToken), { status: 202 }, 'a repeat')
  t.match((await call('GET', '/api/admin/audit', adminToken)).body.items[0], { action: 'erasePerson', targetId: bora.userId })
})

t.test('a person takes along what is stored of them, and nothing that is secret or of others', async (t) => {
  const openedStores = memoryStores()
  const { call, join, signIn, clock } = await startAccounts(t, { replacements: { openedStores } })
  await join('ada@example.com')
  await join('bora@example.com')
  const [ada, bora] = [await signIn('ada@example.com'), await signIn('bora@example.com')]
  await call('POST', '/api/payments/process', { ...ada.headers, ...key('k-1') }, { ...ORDER, buyer: { ...BUYER, email: 'ada@example.com' } })
  await call('POST', '/api/payments/process', { ...bora.headers, ...key('k-2') }, { ...ORDER, orderId: 'order of bora' })
  await call('POST', '/api/messages', ada.headers, { receiverId: bora.userId, message: 'merhaba' })
  await call('PUT', '/api/notifications/preferences', ada.headers, defaultPreferences('Europe/Istanbul'))
  await call('POST', '/api/admin/streamers/add', { ...adminToken, ...key('k-3') }, { email: 'ada@example.com', minutes: 60 })
  await openedStores.notifications.insert(newNotification({ notificationId: 'ntf_1', userId: ada.userId, kind: 'password_reset', subjectId: ada.userId, sealed: { to: 'ada@example.com', locale: 'tr', link: 'https://shop.example/secret-link' }, createdAt: clock() }))
  await openedStores.notificationPreferences.update(ada.userId, () => defaultPreferences('Europe/Istanbul'))
  const hidden = { type: 'message', at: clock(), messageId: 'msg_1', senderId: ada.userId, role: 'viewer', text: 'mavi', replyTo: null, isHidden: true } as const
  await openedStores.feeds.append({ feedId: 'room#rom_1', page: 1, entries: [{ ...hidden, senderId: bora.userId, text: 'word of bora' }, hidden], writer: 'wrt_1', writtenAt: clock(), expiresAt: laterBy(clock(), DAY_MS) })
  const { body: { channelId } } = await call('POST', '/api/channels', { ...ada.headers, ...key('k-4') }, { name: 'Atkı', kind: 'private' })
  await call('POST', `/api/channels/${channelId}/messages`, ada.headers, { text: 'selam' })
  const file = await call('GET', '/api/users/me/export', ada.headers)
  t.match(file, { status: 200, headers: { 'content-type': 'application/x-ndjson; charset=utf-8', 'content-disposition': 'attachment; filename="account.ndjson"', 'cache-control': 'no-store' } })
  const lines = file.text.trim().split('\n').map((line) => JSON.parse(line) as { type: string, data: Record<string, unknown> })
  t.same(lines.map(({ type }) => type), ['account', 'preferences', 'streamer', 'session', 'notification', 'conversation', 'message', 'payment', 'ledger_entry', 'room_message', 'channel_message', undefined])
  t.same(lines.at(-1), { end: true, count: 11 })
  const data = Object.fromEntries(lines.map((line) => [line.type, line.data]))
  t.match(data, {
    account: { userId: ada.userId, email: 'ada@example.com', name: 'Ada', formerEmails: [] },
    session: { current: true },
    notification: { kind: 'password_reset', state: 'waiting' },
    message: { message: 'merhaba' },
    payment: { buyerEmail: 'ada@example.com', shippingAddress: { ...DELIVERY, phone: '+905321234567' } },
    streamer: { minutesRemaining: 60 },
    ledger_entry: { minutes: 60 },
    room_message: { roomId: 'rom_1', position: '1.1', kind: 'message', text: 'mavi', hidden: true },
    channel_message: { channelId, position: '2.0', senderId: ada.userId, text: 'selam' },
  })
  t.notMatch(file.text, /digest|fingerprint|passwordHash|lease|order of bora|word of bora|secret-link/i)
})

t.test('sixty exports of one person run in a minute', async (t) => {
  const { call } = await startService(t)
  for (let time = 0; time < 60; time++) t.equal((await call('GET', '/api/users/me/export', as('ada'))).text, '{"end":true,"count":0}\n')
  t.match(await call('GET', '/api/users/me/export', as('ada')), { status: 429, body: { code: 'rate_limited' } })
})

t.test('an export that breaks off is logged, and its file has no end', async (t) => {
  const stores = memoryStores()
  const messages = { listOfUser: async () => { throw new Error('the store is gone') } } as unknown as typeof stores.messages
  const { call, logs, join, signIn } = await startAccounts(t, { replacements: { openedStores: { ...stores, messages } } })
  await join('ada@example.com')
  const { headers } = await signIn('ada@example.com')
  await t.rejects(call('GET', '/api/users/me/export', headers))
  t.ok(logs.some((line) => line.includes('an export broke off')))
})

t.test('where another service knows the users, an administrator clears whom it has deleted, and an address of theirs', async (t) => {
  const openedStores = memoryStores()
  const { call } = await startService(t, { replacements: { openedStores } })
  t.match(await call('DELETE', '/api/admin/users/sub%7C7', adminToken), { status: 202 })
  const due = async () => await openedStores.erasures.due(new Date().toISOString(), 9)
  t.match(await due(), [{ userId: 'sub|7', emails: [] }])
  t.match(await call('DELETE', '/api/admin/users/sub%7C7', adminToken, { email: 'Ada@Example.com' }), { status: 202 })
  t.match(await due(), [{ userId: 'sub|7', emails: ['ada@example.com'] }])
  for (const body of [{ email: 'ada' }, { email: null }, { address: 'ada@example.com' }]) t.match(await call('DELETE', '/api/admin/users/sub%7C8', adminToken, body), { status: 400, body: { code: 'validation_failed' } })
  t.equal((await due()).length, 1)
  const audit = await call('GET', '/api/admin/audit', adminToken)
  t.match(audit.body.items[3], { action: 'erasePerson', targetId: 'sub|7', outcome: 'accepted', detail: { fields: ['email'] } })
  t.notMatch(audit.text, /ada@/i)
})

t.test('in an outage deletions and exports are answered with 503, and nothing is begun', async (t) => {
  const inner = memoryStores()
  const store = absentStore(inner)
  const { call, join, signIn, clock } = await startAccounts(t, { replacements: { openedStores: store.stores } })
  await join('ada@example.com')
  const ada = await signIn('ada@example.com')
  const unavailable = { status: 503, headers: { 'retry-after': '1' }, body: { code: 'store_unavailable' } }
  const me = async () => await call('DELETE', '/api/users/me', ada.headers, { password: PASSWORD })
  await call('GET', '/api/users/me', ada.headers)
  store.presence = 'away'
  t.match(await me(), unavailable)
  t.match(await call('DELETE', `/api/admin/users/${ada.userId}`, adminToken), unavailable)
  t.match(await call('GET', '/api/users/me/export', ada.headers), unavailable)
  store.presence = 'up'
  t.match(await inner.users.find(ada.userId), { status: 'active' })
  t.same(await inner.erasures.due(clock(), 9), [])
  t.match(await me(), { status: 202 })
})

t.test('a deletion whose erasure is stored is carried out, also when it was answered with 503', async (t) => {
  const openedStores = memoryStores()
  let isAway = false
  const users = withMethods(openedStores.users, {
    update: async (...change) => {
      if (isAway) throw new DomainError('store_unavailable', 'on purpose', { retryAfterS: 1 })
      return await openedStores.users.update(...change)
    },
  })
  const { call, join, signIn, clock } = await startAccounts(t, { replacements: { openedStores: { ...openedStores, users } } })
  await join('ada@example.com')
  const ada = await signIn('ada@example.com')
  isAway = true
  t.match(await call('DELETE', '/api/users/me', ada.headers, { password: PASSWORD }), { status: 503 })
  t.match(await openedStores.users.find(ada.userId), { status: 'active' })
  const carryOut = makeCarryOutErasures({ ...openedStores, ...openers(openedStores, { clock, identity }), clock, identity, retainBillingYears: 10, secondPassMs: DAY_MS, erasureObserver: (_erasure, error) => { throw error } })
  while (await carryOut());
  t.match(await openedStores.users.find(ada.userId), { status: 'deleted' })
})
