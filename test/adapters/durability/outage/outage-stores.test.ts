import t from 'tap'
import { LastAnswers } from '#adapters/durability/outage/last-answers.js'
import { WaitingConversations } from '#adapters/durability/outage/waiting-conversations.js'
import { messageKey } from '#domain/messages/message.js'
import { at, message, payment } from '../../../contracts/fixtures.js'
import { persistenceContract } from '../../../contracts/stores.contract.js'
import { outageWorld } from '../../../support/outages.js'

t.test('while the store answers, its contract holds unchanged', async (t) => {
  persistenceContract(t, async () => (await outageWorld()).stores)
})

t.test('no write is journaled while the store answers, also with an error', async (t) => {
  const { stores, journal, store, ages } = await outageWorld()
  await stores.messages.insert(message('m1'))
  await stores.conversations.setBlocked('mehmet', 'ayse', true)
  await t.rejects(stores.messages.insert(message('m2')), { code: 'blocked' })
  store.presence = 'busy'
  await t.rejects(stores.messages.insert(message('m3')), { code: 'store_busy' }, 'a busy store is not away')
  await t.rejects(stores.messages.listOfUser('ayse', { before: null, limit: 1 }), { code: 'store_busy' })
  await t.rejects(stores.conversations.find('ayse', ['mehmet']), { code: 'store_busy' })
  t.same([journal.depth, ages], [0, []])
})

t.test('after five failures in a row the store counts as away, and only the probe calls it', async (t) => {
  const { stores, store, changes, status, drainOnce } = await outageWorld()
  store.presence = 'away'
  for (let call = 0; call < 4; call++) await t.rejects(stores.payments.find('pay_1'), { code: 'store_unavailable' })
  store.presence = 'up'
  await stores.payments.find('pay_1')
  t.same(changes, [], 'four are not enough, and an answer starts the count again')
  store.presence = 'away'
  for (let call = 0; call < 5; call++) await t.rejects(stores.payments.find('pay_2'), { code: 'store_unavailable' })
  t.same([changes, status().mode], [[true], 'degraded'])
  store.calls = 0
  await t.rejects(stores.payments.find('pay_2'), { code: 'store_unavailable', retryAfterS: 5 })
  await t.rejects(stores.stats.read('creation', '2026-01-01', '2026-01-02'), { code: 'store_unavailable' })
  await t.resolves(stores.ping(), 'the service is ready: the journal takes requests')
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
  t.equal(status().mode, 'degraded', 'a failed probe starts the count again')
  await drainOnce()
  t.same([changes, status().mode], [[true, false], 'dynamodb'])
  t.same(await stores.payments.find('pay_2'), null)
})

t.test('calls that the store refuses count only where a probe fails too, and one probe answers for all of a second', async (t) => {
  const { stores, store, changes, pass } = await outageWorld()
  store.presence = 'refusing'
  for (let call = 0; call < 20; call++) await t.rejects(stores.payments.find('pay_1'), { name: 'DomainError', code: 'store_unavailable' })
  t.same([changes, store.calls], [[], 21])
  pass(1000)
  await t.rejects(stores.payments.find('pay_1'), { code: 'store_unavailable' })
  t.equal(store.calls, 23)
  await stores.messages.insert(message('m1'))
  t.match(await stores.messages.find('m1'), { messageId: 'm1' }, 'a write goes to the journal all the same')
  pass(1000)
  store.presence = 'away'
  for (let call = 0; call < 5; call++) await t.rejects(stores.payments.find('pay_1'), { code: 'store_unavailable' })
  t.same(changes, [true])
})

t.test('what the store lacks is looked for while it answers', async (t) => {
  const { stores, store, leave } = await outageWorld()
  t.same(await stores.inspect(), [])
  const calls = store.calls
  await leave()
  store.calls = calls
  t.same(await stores.inspect(), [])
  t.equal(store.calls, calls)
})

t.test('the status reports depth, age, rate and time left', async (t) => {
  const { stores, status, leave, pass, store, drainOnce, comeBack } = await outageWorld()
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
  t.equal(await drainOnce(), false, 'the drain pauses for a busy store')
  pass(9000)
  await drainOnce()
  t.equal(status().journal.drainedPerSecond, null)
  await comeBack()
  t.match(status(), { mode: 'dynamodb', journal: { depth: 0, oldest: null } })
})

t.test('a restart keeps the journal, and later writes of a key queue behind it', async (t) => {
  const first = await outageWorld()
  await first.leave()
  await first.stores.messages.insert(message('m1', { createdAt: '2126-03-01T10:00:05.000Z' }))
  await first.stores.payments.insert(payment('pay_1'))
  first.disk.crash()
  const second = await outageWorld({ inner: first.inner, disk: first.disk })
  t.match(second.status(), { mode: 'draining', journal: { depth: 2 } })
  t.match(await second.stores.payments.find('pay_1'), { status: 'pending' })
  const { stored } = await second.stores.messages.insert(message('m2'))
  t.equal(stored.createdAt, '2126-03-01T10:00:05.001Z', 'placed behind the waiting message')
  t.equal(await second.inner.messages.find('m2'), null, 'it queues, although the store answers')
  await second.comeBack()
  const { items } = await second.inner.messages.listConversation('ayse#mehmet', { before: null, limit: 10 })
  t.same(items.map(({ messageId }) => messageId), ['m2', 'm1'])
  t.match(await second.inner.payments.find('pay_1'), { status: 'pending' })
})

t.test('without store and disk no write is acknowledged', async (t) => {
  const { stores, disk, leave, journal } = await outageWorld()
  await leave()
  disk.faults.push({ call: 'append', code: 'ENOSPC' })
  await t.rejects(stores.messages.insert(message('m1')), { code: 'store_unavailable' })
  await t.rejects(stores.messages.find('m1'), { code: 'store_unavailable' }, 'a refused message is not shown')
  t.equal((await stores.messages.insert(message('m1'))).inserted, true, 'with space on the disk it is acknowledged')
  disk.faults.push({ call: 'sync', code: 'EIO' })
  await t.rejects(stores.messages.insert(message('m2')), { code: 'store_unavailable' })
  await t.rejects(stores.messages.insert(message('m3')), { code: 'store_unavailable' })
  t.equal(journal.depth, 1)
})

t.test('a full journal refuses writes', async (t) => {
  const { stores, leave, journal } = await outageWorld()
  await leave()
  for (let index = 0; index < 2000; index++) await journal.append({ kind: 'message', message: message(`m${index}`) })
  await t.rejects(stores.messages.insert(message('one more')), { code: 'store_unavailable', retryAfterS: 60 })
})

t.test('a stopping drain finishes the write that it has begun and leaves the others', async (t) => {
  const { stores, leave, store, drainUntil, drainOnce, journal } = await outageWorld()
  await leave()
  const { stored } = await stores.messages.insert(message('m1'))
  await stores.conversations.markRead({ messageId: 'm1', messageKey: messageKey(stored), senderId: 'ayse', receiverId: 'mehmet', readAt: at(1) })
  store.presence = 'up'
  for (let sign = 0; sign < 3; sign++) t.equal(await drainUntil(AbortSignal.abort()), false)
  t.equal(journal.depth, 2)
  const stopping = new AbortController()
  store.before = async () => { stopping.abort() }
  await drainUntil(stopping.signal)
  t.equal(journal.depth, 1, 'the running write is finished')
  await drainOnce()
  t.equal(journal.depth, 0)
})

t.test('only waiting entries go into quarantine', async (t) => {
  const { journal, quarantine } = await outageWorld()
  for (const id of ['m1', 'm2']) await journal.append({ kind: 'message', message: message(id) })
  await journal.quarantine(2, 'a reason')
  await journal.quarantine(99, 'no such entry')
  t.equal(journal.depth, 1)
  t.match(quarantine.list(), [{ sequence: 2, kind: 'message', subjectId: 'm2', reason: 'a reason' }])
})

t.test('each kind of answers forgets its oldest, and no other kind', async (t) => {
  const known = new LastAnswers()
  known.put('payment 1', 'early', 0)
  for (let index = 0; index <= 10_000; index++) known.put(`question ${index}`, index, 0)
  known.put('question 1', 'again', 0)
  t.match(known.get('payment 1', 0), { value: 'early' })
  t.same(['question 0', 'question 2', 'question 1'].map((question) => known.get(question, 1001)), [undefined, { value: 2, ageS: 2 }, { value: 'again', ageS: 2 }])
})

t.test('a slow answer does not replace a newer version', async (t) => {
  const known = new LastAnswers()
  for (const version of [1, 3, 2]) known.put('payment 1', { version }, 0)
  t.match(known.get('payment 1', 0), { value: { version: 3 } })
  known.put('payment 1', null, 0)
  t.match(known.get('payment 1', 0), { value: null })
})

t.test('a waiting read marker does not move back a newer one in the store', async (t) => {
  const pending = new WaitingConversations()
  pending.addMarker({ messageId: 'm1', messageKey: `${at(1)}#m1`, senderId: 'ayse', receiverId: 'mehmet', readAt: at(9) })
  const side = { ...pending.waitingAlone('mehmet', 'ayse'), readKey: `${at(2)}#m2`, readAt: at(3), unread: 4 }
  t.same(pending.withWaiting(side), side)
  const otherSide = { ...pending.waitingAlone('ayse', 'mehmet'), otherReadKey: `${at(2)}#m2`, otherReadAt: at(3) }
  t.same(pending.withWaiting(otherSide), otherSide)
  t.match(pending.waitingAlone('ayse', 'mehmet'), { otherReadKey: `${at(1)}#m1` })
})

t.test('a wrapped store is not mistaken for a promise', async (t) => {
  const { stores } = await outageWorld()
  t.equal(Reflect.get(stores.payments, 'then'), undefined)
})
