import t from 'tap'
import { messageKey, type Message } from '#domain/messages/message.js'
import { at, message, pages, reply } from '../../../contracts/fixtures.js'
import { report, resolved } from '../../../contracts/message-report-store.contract.js'
import { outageWorld } from '../../../support/outages.js'

const first = { before: null, limit: 10 }
const ids = (messages: readonly Message[]) => messages.map(({ messageId }) => messageId)
const marker = ({ messageId, createdAt, senderId, receiverId }: Message, second: number) =>
  ({ messageId, messageKey: `${createdAt}#${messageId}`, senderId, receiverId, readAt: at(second) })

t.test('messages are sent in an outage, shown on top of the last answers, and stored afterwards', async (t) => {
  const { stores, inner, leave, comeBack, pass, ages, journal } = await outageWorld()
  await stores.messages.insert(message('m1', { createdAt: at(1) }))
  await stores.messages.listConversation('ayse#mehmet', first)
  await stores.messages.listOfUser('ayse', first)
  await leave()
  pass(2500)
  const sent = await stores.messages.insert(message('m2', { createdAt: at(2) }))
  t.same(sent, { inserted: true, stored: message('m2', { createdAt: at(2) }) })
  t.same(await stores.messages.insert(message('m2', { createdAt: at(9) })), { inserted: false, stored: sent.stored }, 'one message for a key')
  await stores.messages.insert(reply('m3', { createdAt: at(3) }))
  ages.length = 0
  t.same(ids((await stores.messages.listConversation('ayse#mehmet', first)).items), ['m3', 'm2', 'm1'])
  t.equal(Math.max(...ages), 3, 'and the answer is marked as stale')
  t.same(ids((await stores.messages.listOfUser('ayse', first)).items), ['m3', 'm2', 'm1'])
  t.match(await stores.messages.find('m3'), { senderId: 'mehmet' })
  t.match(await stores.messages.find('m1'), { messageId: 'm1' }, 'a listed message is remembered')
  await t.rejects(stores.messages.find('m9'), { code: 'store_unavailable' }, 'an unknown message is not reported as missing')
  await t.rejects(stores.messages.listConversation('can#mehmet', first), { code: 'store_unavailable' })
  await comeBack()
  ages.length = 0
  t.same(ids((await stores.messages.listConversation('ayse#mehmet', first)).items), ['m3', 'm2', 'm1'])
  t.same([ages, journal.depth, await inner.conversations.unreadTotal('mehmet')], [[], 0, 2])
})

t.test('a message from before an outage can be repeated and read in it', async (t) => {
  const { stores, inner, leave, comeBack, journal } = await outageWorld()
  const { stored } = await stores.messages.insert(message('m1', { createdAt: at(1) }))
  await leave()
  t.same(await stores.messages.insert(message('m1', { createdAt: at(5) })), { inserted: false, stored })
  t.equal(journal.depth, 0)
  t.same(await stores.messages.find('m1'), stored)
  await stores.conversations.markRead(marker(stored, 6))
  await comeBack()
  t.equal(await inner.conversations.unreadTotal('mehmet'), 0)
})

t.test('a list without a remembered answer shows the waiting messages', async (t) => {
  const { stores, leave } = await outageWorld()
  await leave()
  for (const second of [1, 2, 3]) await stores.messages.insert(message(`m${second}`, { createdAt: at(second) }))
  await stores.messages.insert(message('m4', { receiverId: 'can', createdAt: at(4) }))
  t.same((await pages(async (page) => await stores.messages.listOfUser('ayse', page), 3)).map(ids), [['m4', 'm3', 'm2'], ['m1']])
  await t.rejects(stores.messages.listConversation('ayse#can', { before: at(4), limit: 3 }), { code: 'store_unavailable' }, 'earlier messages are unknown')
})

t.test('pages of remembered and waiting messages join without a gap', async (t) => {
  const { stores, leave } = await outageWorld()
  for (const second of [1, 3, 5, 7]) await stores.messages.insert(message(`m${second}`, { receiverId: `user${second}`, createdAt: at(second) }))
  await pages(async (page) => await stores.messages.listOfUser('ayse', page), 2)
  await leave()
  for (const second of [2, 4, 8]) await stores.messages.insert(message(`m${second}`, { receiverId: `user${second}`, createdAt: at(second) }))
  const known = await stores.messages.listOfUser('ayse', { before: null, limit: 2 })
  t.same(ids(known.items), ['m8', 'm7'])
  await t.rejects(stores.messages.listOfUser('ayse', { before: `${at(1)}#m1`, limit: 2 }), { code: 'store_unavailable' })
})

t.test('a message is placed behind the newest known message of its conversation', async (t) => {
  const { stores, leave } = await outageWorld()
  await stores.messages.insert(message('m1', { createdAt: at(10) }))
  await stores.conversations.find('mehmet', ['ayse'])
  await leave()
  t.equal((await stores.messages.insert(message('m2', { createdAt: at(5) }))).stored.createdAt, '2126-03-01T10:00:10.001Z')
  t.equal((await stores.messages.insert(reply('m3', { createdAt: at(5) }))).stored.createdAt, '2126-03-01T10:00:10.002Z')
})

t.test('an outage refuses a message to a person whom the sender is known to block, and counts no first messages', async (t) => {
  const { stores, leave } = await outageWorld()
  const rules = { firstMessagesPerDay: 1 }
  await stores.conversations.setBlocked('ayse', 'mehmet', true)
  await leave()
  await t.rejects(stores.messages.insert(message('m1'), rules), { code: 'receiver_blocked' })
  for (const receiverId of ['zeynep', 'can']) t.equal((await stores.messages.insert(message(`m-${receiverId}`, { receiverId }), rules)).inserted, true)
})

t.test('a known block refuses a message at once, and an unknown block moves it to quarantine later', async (t) => {
  const { stores, inner, leave, comeBack, quarantine, quarantined, status } = await outageWorld()
  await stores.conversations.setBlocked('mehmet', 'ayse', true)
  await inner.conversations.setBlocked('mehmet', 'can', true)
  await leave()
  await t.rejects(stores.messages.insert(message('m1')), { code: 'blocked' })
  await t.rejects(stores.conversations.setBlocked('mehmet', 'ayse', false), { code: 'store_unavailable' }, 'all nodes must know it')
  await stores.messages.insert(message('m2', { senderId: 'can' }))
  await stores.messages.insert(message('m3', { senderId: 'can', receiverId: 'ayse' }))
  await comeBack()
  t.same(quarantined, ['blocked: the receiver takes no messages from you'])
  const waiting = { sequence: 1, kind: 'message', subjectId: 'm2', reason: quarantined[0], acknowledgedAt: '2026-03-01T12:00:00.000Z', quarantinedAt: '2026-03-01T12:00:00.000Z', payment: null }
  t.same(quarantine.list(), [waiting])
  t.match(status(), { mode: 'dynamodb', journal: { depth: 0, quarantined: 1 } })
  t.match(await inner.messages.find('m3'), { messageId: 'm3' }, 'other messages are not held up')
  t.equal((await stores.messages.insert(message('m4', { senderId: 'mehmet', receiverId: 'can' }))).inserted, true, 'the conversation is not held up')

  await stores.conversations.setBlocked('mehmet', 'can', false)
  t.same(await quarantine.retry(1), waiting)
  t.match(await stores.messages.find('m2'), { messageId: 'm2' }, 'it is shown again')
  await comeBack()
  t.match(await inner.messages.find('m2'), { messageId: 'm2' })
  t.same(quarantine.list(), [])
  for (const end of [quarantine.retry, quarantine.resolve]) await t.rejects(end(1), { code: 'not_found' })
})

t.test('a write that a person has resolved does not come back', async (t) => {
  const { stores, inner, leave, comeBack, quarantine, disk } = await outageWorld()
  await inner.conversations.setBlocked('mehmet', 'ayse', true)
  await leave()
  await stores.messages.insert(message('m1'))
  await comeBack()
  disk.crash()
  const restarted = await outageWorld({ inner, disk })
  t.match(restarted.quarantine.list(), [{ sequence: 1, kind: 'message' }], 'the quarantine outlives the process')
  t.match(await restarted.quarantine.resolve(1), { subjectId: 'm1' })
  disk.crash()
  t.same((await outageWorld({ inner, disk })).quarantine.list(), [])
  t.match(quarantine.list(), [{ sequence: 1 }])
})

t.test('a message whose answer was lost is stored and shown once', async (t) => {
  const { stores, inner, store, journal, comeBack } = await outageWorld()
  store.presence = 'answer lost'
  t.equal((await stores.messages.insert(message('m1'))).inserted, true)
  t.equal(journal.depth, 1, 'the node does not know that it is stored')
  store.presence = 'up'
  t.same(ids((await stores.messages.listConversation('ayse#mehmet', first)).items), ['m1'], 'it is shown once')
  t.match(await stores.conversations.find('mehmet', ['ayse']), [{ unread: 1 }])
  t.equal(await stores.conversations.unreadTotal('mehmet'), 1)
  await comeBack()
  t.equal(journal.depth, 0)
  t.equal(await inner.conversations.unreadTotal('mehmet'), 1)
})

t.test('another message under the same id is not overwritten', async (t) => {
  const { stores, inner, leave, comeBack, quarantined } = await outageWorld()
  await inner.messages.insert({ ...message('m1'), fingerprint: 'of another request' })
  await leave()
  await stores.messages.insert(message('m1'))
  await comeBack()
  t.same(quarantined, ['Conflict: another request came first under this id'])
  t.equal((await inner.messages.find('m1'))?.fingerprint, 'of another request')
})

t.test('conversations show their waiting messages, the newest conversation first', async (t) => {
  const { stores, inner, leave, comeBack } = await outageWorld()
  await stores.messages.insert(message('m1', { senderId: 'can', createdAt: at(1) }))
  await stores.messages.insert(message('m2', { senderId: 'ayse', createdAt: at(2) }))
  const listed = async () => (await stores.conversations.list('mehmet', first)).items.map(({ otherUserId, unread, lastMessage }) => [otherUserId, unread, lastMessage?.messageId])
  t.same(await listed(), [['ayse', 1, 'm2'], ['can', 1, 'm1']])
  t.equal(await stores.conversations.unreadTotal('mehmet'), 2)
  await leave()
  await stores.messages.insert(message('m3', { senderId: 'can', createdAt: at(3) }))
  await stores.messages.insert(message('m4', { senderId: 'deniz', createdAt: at(4) }))
  t.same(await listed(), [['deniz', 1, 'm4'], ['can', 2, 'm3'], ['ayse', 1, 'm2']])
  t.equal(await stores.conversations.unreadTotal('mehmet'), 4)
  t.match(await stores.conversations.find('mehmet', ['can', 'deniz']), [{ unread: 2 }, { unread: 1 }])
  await t.rejects(stores.conversations.find('mehmet', ['stranger']), { code: 'store_unavailable' })
  await t.rejects(stores.conversations.unreadTotal('stranger'), { code: 'store_unavailable' })
  t.equal(await stores.conversations.unreadTotal('deniz'), 0, 'the only message waits in the journal')
  t.match((await stores.conversations.list('deniz', first)).items, [{ otherUserId: 'mehmet' }])
  t.same((await stores.conversations.list('deniz', { before: at(4), limit: 5 })).items, [])
  await comeBack()
  t.same(await listed(), [['deniz', 1, 'm4'], ['can', 2, 'm3'], ['ayse', 1, 'm2']])
  t.equal(await inner.conversations.unreadTotal('mehmet'), 4)
})

t.test('read markers are set in an outage, and only move forward', async (t) => {
  const { stores, inner, leave, comeBack, journal } = await outageWorld()
  const [m1, m2] = [message('m1', { createdAt: at(1) }), message('m2', { createdAt: at(2) })]
  for (const one of [m1, m2]) await stores.messages.insert(one)
  await stores.conversations.find('mehmet', ['ayse'])
  await stores.conversations.find('ayse', ['mehmet'])
  await leave()
  t.equal(await stores.conversations.markRead(marker(m1, 10)), at(10))
  t.match(await stores.conversations.find('mehmet', ['ayse']), [{ unread: 2, readKey: messageKey(m1) }], 'the number of messages left is unknown')
  t.equal(await stores.conversations.markRead(marker(m2, 11)), at(11))
  t.equal(await stores.conversations.markRead(marker(m2, 12)), at(11), 'read since the first time')
  t.match(await stores.conversations.find('mehmet', ['ayse']), [{ unread: 0, readKey: messageKey(m2), readAt: at(11) }])
  t.match(await stores.conversations.find('ayse', ['mehmet']), [{ otherReadKey: messageKey(m2), otherReadAt: at(11) }])
  const { stored: m3 } = await stores.messages.insert(message('m3', { createdAt: at(3) }))
  t.match(await stores.conversations.find('mehmet', ['ayse']), [{ unread: 1 }])
  t.equal(await stores.conversations.markRead(marker(m3, 13)), at(13))
  t.match(await stores.conversations.find('mehmet', ['ayse']), [{ unread: 0 }])
  t.equal(journal.depth, 4)
  await comeBack()
  t.match(await inner.conversations.find('mehmet', ['ayse']), [{ unread: 0, readKey: messageKey(m3), readAt: at(13) }])
  t.match(await inner.messages.find('m2'), { read: true, readAt: at(11) })
})

t.test('a read marker follows its message to its final place', async (t) => {
  const { stores, inner, leave, comeBack } = await outageWorld()
  await leave()
  const { stored } = await stores.messages.insert(message('m1', { createdAt: at(1) }))
  await stores.conversations.markRead(marker(stored, 5))
  await inner.messages.insert(message('m0', { createdAt: at(3) }))
  await comeBack()
  t.equal((await inner.messages.find('m1'))?.createdAt, '2126-03-01T10:00:03.001Z', 'another node was first')
  t.match(await inner.conversations.find('mehmet', ['ayse']), [{ unread: 0, readKey: '2126-03-01T10:00:03.001Z#m1' }])
})

t.test('a read marker of a message that was never stored goes into quarantine', async (t) => {
  const { stores, inner, leave, comeBack, quarantine } = await outageWorld()
  await inner.conversations.setBlocked('mehmet', 'ayse', true)
  await leave()
  const { stored } = await stores.messages.insert(message('m1'))
  await stores.conversations.markRead(marker(stored, 5))
  await comeBack()
  t.match(quarantine.list(), [{ kind: 'message' }, { kind: 'read', subjectId: 'm1', reason: 'Conflict: the message that was read is not there' }])
})

t.test('an outage takes no report of a message and no decision, and shows no report, because no operator would see it', async (t) => {
  const { stores, inner, leave, comeBack, journal } = await outageWorld()
  await stores.messages.insert(message('m1'))
  await stores.messages.insert(message('m2'))
  await stores.messageReports.insert(report('m1'))
  await leave()
  const { messageReports } = stores
  await t.rejects(messageReports.insert(report('m2')), { code: 'store_unavailable' })
  await t.rejects(messageReports.replace(resolved(report('m1'))), { code: 'store_unavailable' })
  await t.rejects(messageReports.find('m1'), { code: 'store_unavailable' })
  await t.rejects(messageReports.list('open', first), { code: 'store_unavailable' })
  t.same(journal.pending(), [])
  await comeBack()
  t.same((await inner.messageReports.list('open', first)).items, [report('m1')])
})
