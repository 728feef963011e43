import t from 'tap'
import { carryOut } from '#adapters/durability/carry-out.js'
import type { JournaledWrite } from '#adapters/durability/journaled-write.js'
import { LastKnown } from '#adapters/durability/outage/last-known.js'
import { PendingConversations } from '#adapters/durability/outage/pending-conversations.js'
import { messageKey } from '#domain/messages/message.js'
import { defaultPreferences } from '#domain/notifications/notification-preferences.js'
import { newStreamer, post } from '#domain/streamers/streamer.js'
import { waitingEvent } from '#domain/payments/webhook-event.js'
import { entry as auditLine } from '../../../contracts/audit-store.contract.js'
import { at, message, payment, webhookEvent } from '../../../contracts/fixtures.js'
import { notification } from '../../../contracts/notification-store.contract.js'
import { persistenceContract } from '../../../contracts/stores.contract.js'
import { session } from '../../../contracts/session-store.contract.js'
import { user } from '../../../contracts/user-store.contract.js'
import { fallbackWorld } from '../../../support/fallbacks.js'

t.test('as long as the store is there, nobody notices the journal', async (t) => {
  persistenceContract(t, async () => (await fallbackWorld()).stores)
})

t.test('nothing is journaled while the store answers, whatever it says', async (t) => {
  const { stores, journal, store, ages } = await fallbackWorld()
  await stores.messages.insert(message('m1'))
  await stores.conversations.setBlocked('mehmet', 'ayse', true)
  await t.rejects(stores.messages.insert(message('m2')), { code: 'blocked' })
  store.presence = 'busy'
  await t.rejects(stores.messages.insert(message('m3')), { code: 'store_busy' }, 'a store that asks for patience is there')
  await t.rejects(stores.messages.listOfUser('ayse', { before: null, limit: 1 }), { code: 'store_busy' })
  await t.rejects(stores.conversations.find('ayse', ['mehmet']), { code: 'store_busy' })
  t.same([journal.depth, ages], [0, []])
})

t.test('after five outages in a row the store counts as away, and is asked no more but by the probe', async (t) => {
  const { stores, store, changes, status, drainOnce } = await fallbackWorld()
  store.presence = 'away'
  for (let call = 0; call < 4; call++) await t.rejects(stores.payments.find('pay_1'), { code: 'store_unavailable' })
  store.presence = 'up'
  await stores.payments.find('pay_1')
  t.same(changes, [], 'four are not enough, and do not add up')
  store.presence = 'away'
  for (let call = 0; call < 5; call++) await t.rejects(stores.payments.find('pay_2'), { code: 'store_unavailable' })
  t.same([changes, status().mode], [[true], 'degraded'])
  store.calls = 0
  await t.rejects(stores.payments.find('pay_2'), { code: 'store_unavailable', retryAfterS: 5 })
  await t.rejects(stores.stats.read('2026-01-01', '2026-01-02'), { code: 'store_unavailable' })
  await t.resolves(stores.ping(), 'requests may come: the journal takes them')
  t.equal(store.calls, 0)
  t.equal(await drainOnce(), false)
  t.equal(store.calls, 1)
  store.presence = 'up'
  await drainOnce()
  store.presence = 'away'
  await drainOnce()
  store.presence = 'up'
  await drainOnce()
  await drainOnce()
  t.equal(status().mode, 'degraded', 'signs of life with a failure between them do not count')
  await drainOnce()
  t.same([changes, status().mode], [[true, false], 'dynamodb'])
  t.same(await stores.payments.find('pay_2'), null)
})

t.test('health tells depth, age, rate and what is left', async (t) => {
  const { stores, status, leave, pass, store, drainOnce, comeBack } = await fallbackWorld()
  t.same(status(), { mode: 'dynamodb', since: '2026-03-01T12:00:00.000Z', journal: { depth: 0, oldest: null, quarantined: 0, drainedPerSecond: null, secondsLeft: null } })
  pass(1000)
  await leave()
  for (let index = 0; index < 1000; index++) await stores.messages.insert(message(`m${index}`, { receiverId: `user${index}` }))
  t.match(status(), { mode: 'degraded', since: '2026-03-01T12:00:01.000Z', journal: { depth: 1000, oldest: '2026-03-01T12:00:01.000Z', drainedPerSecond: null } })
  store.presence = 'up'
  await drainOnce()
  await drainOnce()
  store.before = async () => { store.before = async () => { store.before = async () => {}; pass(1000) } }
  await drainOnce()
  t.match(status(), { mode: 'draining', since: '2026-03-01T12:00:02.000Z', journal: { depth: 488, drainedPerSecond: 512, secondsLeft: 1 } })
  store.presence = 'busy'
  t.equal(await drainOnce(), false, 'a busy store is left alone for a while')
  pass(9000)
  await drainOnce()
  t.equal(status().journal.drainedPerSecond, null)
  await comeBack()
  t.match(status(), { mode: 'dynamodb', journal: { depth: 0, oldest: null } })
})

t.test('what is in the journal is there after a restart, and comes before what is written then', async (t) => {
  const first = await fallbackWorld()
  await first.leave()
  await first.stores.messages.insert(message('m1', { createdAt: '2126-03-01T10:00:05.000Z' }))
  await first.stores.payments.insert(payment('pay_1'))
  first.disk.crash()
  const second = await fallbackWorld({ inner: first.inner, disk: first.disk })
  t.match(second.status(), { mode: 'draining', journal: { depth: 2 } })
  t.match(await second.stores.payments.find('pay_1'), { status: 'pending' })
  const { stored } = await second.stores.messages.insert(message('m2'))
  t.equal(stored.createdAt, '2126-03-01T10:00:05.001Z', 'behind the one that waits')
  t.equal(await second.inner.messages.find('m2'), null, 'it queues, although the store is there')
  await second.comeBack()
  const { items } = await second.inner.messages.listConversation('ayse#mehmet', { before: null, limit: 10 })
  t.same(items.map(({ messageId }) => messageId), ['m2', 'm1'])
  t.match(await second.inner.payments.find('pay_1'), { status: 'pending' })
})

t.test('once the disk fails too, nothing is acknowledged', async (t) => {
  const { stores, disk, leave, journal } = await fallbackWorld()
  await leave()
  disk.faults.push({ call: 'append', code: 'ENOSPC' })
  await t.rejects(stores.messages.insert(message('m1')), { code: 'store_unavailable' })
  await t.rejects(stores.messages.find('m1'), { code: 'store_unavailable' }, 'nor is it shown')
  t.equal((await stores.messages.insert(message('m1'))).inserted, true, 'with room on the disk it is taken')
  disk.faults.push({ call: 'sync', code: 'EIO' })
  await t.rejects(stores.messages.insert(message('m2')), { code: 'store_unavailable' })
  await t.rejects(stores.messages.insert(message('m3')), { code: 'store_unavailable' })
  t.equal(journal.depth, 1)
})

t.test('what is acknowledged has room in memory', async (t) => {
  const { stores, leave, journal } = await fallbackWorld()
  await leave()
  for (let index = 0; index < 2000; index++) await journal.append({ kind: 'message', message: message(`m${index}`) })
  await t.rejects(stores.messages.insert(message('one more')), { code: 'store_unavailable', retryAfterS: 60 })
})

t.test('a piece of the drain that is not begun when the service stops is left to the next start', async (t) => {
  const { stores, leave, store, drainUntil, drainOnce, journal } = await fallbackWorld()
  await leave()
  const { stored } = await stores.messages.insert(message('m1'))
  await stores.conversations.markRead({ messageId: 'm1', messageKey: messageKey(stored), senderId: 'ayse', receiverId: 'mehmet', readAt: at(1) })
  store.presence = 'up'
  for (let sign = 0; sign < 3; sign++) t.equal(await drainUntil(AbortSignal.abort()), false)
  t.equal(journal.depth, 2)
  const stopping = new AbortController()
  store.before = async () => { stopping.abort() }
  await drainUntil(stopping.signal)
  t.equal(journal.depth, 1, 'what has begun is finished')
  await drainOnce()
  t.equal(journal.depth, 0)
})

t.test('every kind of write is named by what it is about', async (t) => {
  const { journal, quarantine } = await fallbackWorld()
  const decision = payment('pay_1')
  const event = webhookEvent('simulator#1')
  const streamer = newStreamer('str_1', 'ayse@example.com', at(0))
  const entry = post(streamer, { entryId: 'led_1', kind: 'credit', minutes: 1, note: null, paymentId: null, broadcastId: null, fingerprint: 'f' }, at(0)).entry
  const waiting = waitingEvent(event, 'too_early', at(0))
  const marker = { messageId: 'm1', messageKey: 'k', senderId: 'ayse', receiverId: 'mehmet', readAt: at(0) }
  const writes: JournaledWrite[] = [
    { kind: 'message', message: message('m1') },
    { kind: 'read', marker },
    { kind: 'block', userId: 'ayse', otherUserId: 'can', blocked: true },
    { kind: 'webhook', event },
    { kind: 'replacement', before: waiting, after: event },
    { kind: 'intent', decision },
    { kind: 'change', decision, event: null },
    { kind: 'outcome', before: decision.payment, after: decision.payment, event: null },
    { kind: 'posting', streamer, entry, purchase: null },
    { kind: 'account', email: 'ada@example.com', user: user('ada'), line: null },
    { kind: 'session', session: session('ses_1') },
    { kind: 'rotation', before: session('ses_1'), after: session('ses_1') },
    { kind: 'sign_out', sessionId: 'ses_1' },
    { kind: 'audit', entry: auditLine('aud_1', 0) },
    { kind: 'preferences', userId: 'ayse', preferences: defaultPreferences('Europe/Istanbul') },
    { kind: 'notification', notification: notification('ntf_1') },
  ]
  for (const write of writes) await journal.append(write)
  for (const { sequence } of [...journal.pending()].slice(1)) await journal.setAside(sequence, 'a reason')
  await journal.setAside(99, 'no such entry')
  t.equal(journal.depth, 1)
  t.same(quarantine.list().map(({ kind, subjectId }) => [kind, subjectId]), [
    ['read', 'm1'], ['block', 'can'], ['webhook', 'simulator#1'], ['replacement', 'simulator#1'], ['intent', 'pay_1'], ['change', 'pay_1'], ['outcome', 'pay_1'], ['posting', 'led_1'],
    ['account', 'usr_ada'], ['session', 'ses_1'], ['rotation', 'ses_1'], ['sign_out', 'ses_1'], ['audit', 'aud_1'], ['preferences', 'ayse'], ['notification', 'ntf_1'],
  ])
})

t.test('a payment is not brought over a gap', async (t) => {
  const { inner } = await fallbackWorld()
  const { stored } = await inner.payments.insert(payment('pay_1'))
  const change: JournaledWrite = { kind: 'change', decision: { payment: { ...stored, version: 3 }, events: [] }, event: null }
  await t.rejects(carryOut(change, inner), { name: 'Conflict', message: 'version 3 does not follow version 1' })
})

t.test('the answers that came longest ago are forgotten first, and none for those of another kind', async (t) => {
  const known = new LastKnown()
  known.put('payment 1', 'early', 0)
  for (let index = 0; index <= 10_000; index++) known.put(`question ${index}`, index, 0)
  known.put('question 1', 'again', 0)
  t.match(known.get('payment 1', 0), { value: 'early' })
  t.same(['question 0', 'question 2', 'question 1'].map((question) => known.get(question, 1001)), [undefined, { value: 2, ageS: 2 }, { value: 'again', ageS: 2 }])
})

t.test('an answer that was slow does not hide a later version', async (t) => {
  const known = new LastKnown()
  for (const version of [1, 3, 2]) known.put('payment 1', { version }, 0)
  t.match(known.get('payment 1', 0), { value: { version: 3 } })
  known.put('payment 1', null, 0)
  t.match(known.get('payment 1', 0), { value: null })
})

t.test('what the journal adds to a conversation never takes back what the store knows', async (t) => {
  const pending = new PendingConversations()
  pending.addMarker({ messageId: 'm1', messageKey: `${at(1)}#m1`, senderId: 'ayse', receiverId: 'mehmet', readAt: at(9) })
  const side = { ...pending.alone('mehmet', 'ayse'), readKey: `${at(2)}#m2`, readAt: at(3), unread: 4 }
  t.same(pending.onTopOf(side), side)
  const otherSide = { ...pending.alone('ayse', 'mehmet'), otherReadKey: `${at(2)}#m2`, otherReadAt: at(3) }
  t.same(pending.onTopOf(otherSide), otherSide)
  t.match(pending.alone('ayse', 'mehmet'), { otherReadKey: `${at(1)}#m1` })
})

t.test('a store is no promise, whatever stands before it', async (t) => {
  const { stores } = await fallbackWorld()
  t.equal(Reflect.get(stores.payments, 'then'), undefined)
})
