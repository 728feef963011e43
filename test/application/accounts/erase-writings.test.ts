import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeCarryOutErasures } from '#application/accounts/carry-out-erasures.js'
import { makeExportPerson, type PersonalRecord } from '#application/accounts/export-person.js'
import { makeCreateChannel, makeChangeChannel } from '#application/channels/change-channel.js'
import { makeChannelMessages } from '#application/channels/channel-messages.js'
import { makeListRoomMessages } from '#application/rooms/read-rooms.js'
import { makeAnnounce, makeModerateMessages } from '#application/rooms/room-messages.js'
import { makePersonIn } from '#application/rooms/open-rooms.js'
import { newErasure } from '#domain/accounts/erasure.js'
import { DAY_MS, MINUTE_MS } from '#domain/time.js'
import { openers } from '../../support/erasing.js'
import { operator, owner, roomNodes } from '../../support/room-nodes.js'

/** A live room and a private channel in which ayse and bora write, and the jobs of a node. */
async function world () {
  const stores = memoryStores()
  const { time, identity, first, roomId, feedId, node } = await roomNodes(stores)
  const { clock } = time
  const opened = openers(stores, { clock, identity })
  const ports = { ...stores, ...opened, identity, clock, personIn: makePersonIn(identity), roomRateMax: 1000 }
  const { channel: { channelId } } = await makeCreateChannel(ports)({ userId: 'ada', key: 'k-1', name: 'Atkı', kind: 'private' })
  const { setChannelMember } = makeChangeChannel(ports)
  const { sendChannelMessage } = makeChannelMessages(ports)
  const failures: unknown[] = []
  const carryOut = makeCarryOutErasures({ ...ports, retainBillingYears: 10, secondPassMs: DAY_MS, erasureObserver: (_erasure, error) => { failures.push(error) } })
  return {
    ...stores,
    ...time,
    first,
    node,
    roomId,
    feedId,
    channelId,
    ports,
    failures,
    setChannelMember,
    announce: makeAnnounce(ports),
    write: async (userId: string, text: string) => await sendChannelMessage({ userId, channelId, text, replyTo: null, key: null }),
    history: async () => (await makeListRoomMessages(stores)({ roomId, before: null, limit: 50 })).items.map(({ entry }) => 'text' in entry ? entry.text : null),
    channelTexts: async () => (await stores.channelFeeds.read(`channel#${channelId}`, 0, 1000)).flatMap(({ entries }) => entries.flatMap((entry) => entry.type === 'message' ? [entry.text] : [])),
    exported: async (userId: string) => {
      const found: PersonalRecord[] = []
      for await (const page of makeExportPerson(ports)({ userId, admin: false })) found.push(...page)
      return found
    },
    erase: async (userId: string) => {
      await stores.erasures.insert(newErasure(userId, [], clock()))
      while (await carryOut());
    },
    carryOut,
    settle: async () => { while (await carryOut()); },
  }
}

t.test('what a person wrote in rooms and channels is in their export, and gone from every page after their erasure', async (t) => {
  const w = await world()
  const { roomId, channelId } = w
  const own = await w.first.send(roomId, 'ayse', 'Bir')
  await w.first.send(roomId, 'bora', 'İki')
  await w.first.setModerator({ caller: owner, roomId, userId: 'ayse', isModerator: true })
  const announcement = { caller: { userId: 'ayse', admin: false }, roomId, text: 'Duyuru', key: 'k-1' }
  await w.announce(announcement)
  await w.announce({ ...announcement, caller: operator, text: 'İşletme' })
  for (const userId of ['ayse', 'bora']) await w.setChannelMember({ caller: { userId: 'ada', admin: false }, channelId, userId, role: 'member' })
  await w.write('ayse', 'Üç')
  await w.write('bora', 'Dört')
  await w.setChannelMember({ caller: { userId: 'ada', admin: false }, channelId, userId: 'ayse', role: 'banned' })
  const before = await w.exported('ayse')
  t.match(before, [
    { type: 'room_message', data: { id: roomId, position: own.position, entry: { type: 'message', text: 'Bir' } } },
    { type: 'room_message', data: { id: roomId, entry: { type: 'announcement', text: 'Duyuru' } } },
    { type: 'channel_message', data: { id: channelId, entry: { text: 'Üç' } } },
  ])
  t.equal(before.length, 3)
  await w.erase('ayse')
  t.same(w.failures, [])
  t.same(await w.history(), ['İşletme', null, 'İki', null])
  t.same(await w.channelTexts(), [null, 'Dört'])
  t.notMatch(JSON.stringify([await w.feeds.read(w.feedId, 0, 1000), await w.channelFeeds.read(`channel#${channelId}`, 0, 1000)]), /"Bir"|"Duyuru"|"Üç"/)
  t.match((await w.feeds.readBack(w.feedId, null, 2)).map(({ entries }) => entries), [[{ type: 'message.deleted', by: 'ayse' }], [{ type: 'message.deleted', messageId: own.entry.messageId, position: own.position }]],
    'those who read live learn of it')
  t.match((await w.exported('ayse')).map(({ data }) => 'entry' in data ? data.entry.text : ''), [null, null, null])
  t.match(await w.announce(announcement), { replayed: true, entry: { text: null } })
  const { page } = (await w.feeds.readBack(w.feedId, null, 1))[0] ?? { page: 0 }
  w.advance(DAY_MS)
  await w.settle()
  t.equal((await w.feeds.readBack(w.feedId, null, 1))[0]?.page, page, 'a later pass writes nothing for what is gone')
})

t.test('an erasure reads the parts of feeds in which the person wrote, and nothing of the others', async (t) => {
  const w = await world()
  const message = (senderId: string) => ({ type: 'message', at: w.clock(), messageId: `msg of ${senderId}`, senderId, role: 'viewer', text: senderId, replyTo: null, isHidden: false } as const)
  const authors = new Map([[100, 'ayse'], [1000, 'ayse'], [1999, 'ayse'], [2500, 'bora']])
  for (let page = 3; page <= 3100; page++) {
    const entry = message(authors.get(page) ?? 'others')
    await w.feeds.append({ feedId: w.feedId, page, entries: [entry], writer: `wrt_${page}`, writtenAt: w.clock() })
  }
  const read: Array<[number, number]> = []
  const real = w.feeds.read.bind(w.feeds)
  w.feeds.read = async (feedId, after, limit) => {
    read.push([after, limit])
    return await real(feedId, after, limit)
  }
  t.match((await w.exported('bora')).map(({ data }) => 'position' in data ? data.position : null), [{ page: 2500, index: 0 }])
  t.same(read, Array.from({ length: 10 }, (_, index) => [1999 + index * 100, 100]), 'a thousand pages')
  t.match((await w.exported('ayse')).map(({ data }) => 'position' in data ? data.position : null), [{ page: 1000, index: 0 }, { page: 1999, index: 0 }, { page: 100, index: 0 }])
  w.feeds.read = real
  await w.erase('ayse')
  for (const [page, author] of authors) t.match((await w.feeds.find(w.feedId, page))?.entries, [{ text: author === 'ayse' ? null : author }])
})

t.test('a text that cannot be cleared keeps no other from it, and a process goes on where another one died', async (t) => {
  const w = await world()
  for (const text of ['Bir', 'İki', 'Üç']) await w.first.send(w.roomId, 'ayse', text)
  const append = w.feeds.append.bind(w.feeds)
  w.feeds.append = async (page, together) => {
    if (together?.amendment?.position.page === 4) throw new Error('the row is broken')
    return await append(page, together)
  }
  await w.erase('ayse')
  t.same(await w.history(), [null, 'İki', null])
  t.match(w.failures, [/the row is broken/])
  w.feeds.append = append
  w.advance(15 * MINUTE_MS)
  const dying = w.node().openRoom
  const dead = makeCarryOutErasures({ ...w.ports, openRoom: async (roomId) => { await dying(roomId); throw new Error('the process died') }, retainBillingYears: 10, secondPassMs: DAY_MS, erasureObserver: () => {} })
  while (await dead());
  t.same(await w.history(), [null, 'İki', null])
  w.advance(15 * MINUTE_MS)
  await w.settle()
  t.same(await w.history(), [null, null, null])
})

t.test('a report shows no text of an erased person', async (t) => {
  const w = await world()
  const { entry: { messageId }, position } = await w.first.send(w.roomId, 'ayse', 'Kötü söz')
  const { reportRoomMessage, listRoomReports } = makeModerateMessages({ ...w.ports }, async () => {})
  await reportRoomMessage({ roomId: w.roomId, messageId, position, userId: 'bora', reason: 'abuse', note: null })
  t.match(await listRoomReports({ caller: operator, roomId: w.roomId }), [{ text: 'Kötü söz' }])
  await w.erase('ayse')
  t.same(await listRoomReports({ caller: operator, roomId: w.roomId }), [])
})
