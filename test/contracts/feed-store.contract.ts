import type { Test } from 'tap'
import { newRoom, startedRoom, type Room, type RoomDetails } from '#domain/rooms/room.js'
import { roomChanged, type FeedPage, type MessageEntry } from '#domain/rooms/room-entry.js'
import { RoomState } from '#domain/rooms/room-state.js'
import type { FeedStore } from '#application/ports/room-stores.js'
import { roomEventsOf } from '#domain/rooms/room-event.js'
import { at, eventsOf, open, type MakePersistence } from './fixtures.js'

const FEED = 'room#room_1'

export function aRoom (fields: Partial<RoomDetails & Pick<Room, 'roomId' | 'streamerId' | 'createdAt'>> = {}): Room {
  const { roomId = 'room_1', streamerId = 'str_1', createdAt = at(0), ...details } = fields
  const draft = { title: 'Atkılar', description: null, category: null, coverUrl: null, visibility: 'public', startsAt: null, products: [], settings: {}, ...details } as const
  return newRoom(draft, { roomId, streamerId, fingerprint: `fingerprint of ${roomId}` }, createdAt)
}

function aMessageEntry (messageId: string, fields: Partial<MessageEntry> = {}): MessageEntry {
  return { type: 'message', at: at(1), messageId, senderId: 'ayse', role: 'viewer', text: `text of ${messageId}`, replyTo: null, isHidden: false, ...fields }
}

function aPage (page: number, writer: string, messages: readonly string[] = [`msg_${page}`]): FeedPage {
  return { feedId: FEED, page, entries: messages.map((messageId) => aMessageEntry(messageId)), writer, writtenAt: at(page) }
}

/** A page with a version of the room. */
function pageOfRoom (room: Room, page: number, writer: string): FeedPage {
  return { feedId: `room#${room.roomId}`, page, entries: [roomChanged(room, at(page))], writer, writtenAt: at(page) }
}

async function storedPages (feeds: FeedStore): Promise<Array<readonly [number, string]>> {
  return (await feeds.read(FEED, 0, 1000)).map(({ page, writer }) => [page, writer] as const)
}

export function feedStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('a page is stored once under its number, and another writer gets the page in the way', async (t) => {
    const { feeds } = await open(t, makePersistence)
    t.same(await feeds.append(aPage(1, 'wrt_1')), { kind: 'appended' })
    t.same(await feeds.append(aPage(1, 'wrt_2', ['other'])), { kind: 'taken', page: aPage(1, 'wrt_1') })
    t.same(await feeds.append(aPage(2, 'wrt_2')), { kind: 'appended' })
    t.same(await feeds.find(FEED, 1), aPage(1, 'wrt_1'))
    t.equal(await feeds.find(FEED, 3), null)
  })

  t.test('a repeat of a write whose answer was lost recognises its own page', async (t) => {
    const { feeds, rooms } = await open(t, makePersistence)
    const room = aRoom()
    t.same(await feeds.append(pageOfRoom(room, 1, 'wrt_1'), { room }), { kind: 'appended' })
    t.same(await feeds.append(pageOfRoom(room, 1, 'wrt_1'), { room }), { kind: 'appended' })
    t.same(await feeds.append(aPage(2, 'wrt_2')), { kind: 'appended' })
    t.same(await feeds.append(aPage(2, 'wrt_2')), { kind: 'appended' })
    t.same(await rooms.find('room_1'), room)
    t.same(await storedPages(feeds), [[1, 'wrt_1'], [2, 'wrt_2']])
  })

  t.test('what the change of a room tells is stored with the page, once, and not with a page that is refused', async (t) => {
    const { feeds, outbox } = await open(t, makePersistence)
    const room = aRoom()
    const live = startedRoom(room, at(1))
    const by = { kind: 'user', id: 'ada' } as const
    const [made, started] = [roomEventsOf(null, room, by), roomEventsOf(room, live, by)]
    await feeds.append(pageOfRoom(room, 1, 'wrt_1'), { room, events: made })
    await feeds.append(pageOfRoom(room, 1, 'wrt_1'), { room, events: made })
    const claim = { streamerId: 'str_1', roomId: 'room_1', step: 'take' } as const
    t.match(await feeds.append(pageOfRoom(live, 1, 'wrt_2'), { room: live, events: started, claim }), { kind: 'taken' })
    t.match(await feeds.append(pageOfRoom(room, 2, 'wrt_2'), { room, events: started }), { kind: 'room_changed' })
    t.same(await eventsOf(outbox), made)
    await feeds.append(pageOfRoom(live, 2, 'wrt_2'), { room: live, events: started, claim })
    t.same(await eventsOf(outbox), [...made, ...started])
  })

  t.test('pages are read in both directions, from any of them on', async (t) => {
    const { feeds } = await open(t, makePersistence)
    for (let page = 1; page <= 12; page++) await feeds.append(aPage(page, `wrt_${page}`))
    const numbers = (pages: readonly FeedPage[]): number[] => pages.map(({ page }) => page)
    t.same(numbers(await feeds.read(FEED, 0, 3)), [1, 2, 3])
    t.same(numbers(await feeds.read(FEED, 9, 100)), [10, 11, 12])
    t.same(numbers(await feeds.read(FEED, 12, 100)), [])
    t.same(numbers(await feeds.readBack(FEED, null, 3)), [12, 11, 10])
    t.same(numbers(await feeds.readBack(FEED, 10, 3)), [9, 8, 7])
    t.same(numbers(await feeds.readBack(FEED, 2, 3)), [1])
    t.same(numbers(await feeds.readBack(FEED, 1, 3)), [])
    t.same(numbers(await feeds.read('room#none', 0, 3)), [])
    t.same(numbers(await feeds.readBack('room#none', null, 3)), [])
    t.equal(await feeds.find('room#none', 1), null)
  })

  t.test('of many who append at once each stores its pages, and the numbers are dense, distinct and in order', async (t) => {
    const { feeds } = await open(t, makePersistence)
    const appended: Array<[number, string]> = []
    await Promise.all(Array.from({ length: 8 }, async (_, writer) => {
      let next = 1
      for (let count = 0; count < 10;) {
        const token = `wrt_${writer}_${count}`
        const answer = await feeds.append(aPage(next, token))
        if (answer.kind === 'appended') {
          appended.push([next, token])
          count++
        } else if (answer.kind === 'taken') t.equal(answer.page.page, next)
        next++
      }
    }))
    const stored = await storedPages(feeds)
    t.same(stored.map(([page]) => page), Array.from({ length: 80 }, (_, index) => index + 1))
    t.same(stored, appended.toSorted(([one], [other]) => one - other), 'each acknowledged page is there, and no other')
  })

  t.test('a room is stored with a page or not at all', async (t) => {
    const { feeds, rooms } = await open(t, makePersistence)
    const room = aRoom()
    await feeds.append(pageOfRoom(room, 1, 'wrt_1'), { room })
    const [one, other] = [startedRoom(room, at(2)), { ...startedRoom(room, at(3)), title: 'Başka' }]
    t.same(await feeds.append(pageOfRoom(one, 2, 'wrt_2'), { room: one }), { kind: 'appended' })
    t.same(await feeds.append(pageOfRoom(other, 3, 'wrt_3'), { room: other }), { kind: 'room_changed' })
    t.same(await feeds.append(pageOfRoom(room, 1, 'wrt_4'), { room }), { kind: 'taken', page: pageOfRoom(room, 1, 'wrt_1') })
    t.same(await feeds.append({ ...pageOfRoom(room, 1, 'wrt_4'), feedId: 'room#other' }, { room }), { kind: 'room_changed' })
    t.same(await rooms.find('room_1'), one)
    t.equal((await feeds.read(FEED, 0, 9)).length, 2)
    t.equal(await feeds.find('room#other', 1), null)
  })

  t.test('a streamer has one live room at most, and the next one once it is left', async (t) => {
    const { feeds } = await open(t, makePersistence)
    const claim = (roomId: string, step: 'take' | 'leave') => ({ claim: { streamerId: 'str_1', roomId, step } })
    t.same(await feeds.append(aPage(1, 'wrt_1'), claim('room_1', 'take')), { kind: 'appended' })
    t.same(await feeds.append(aPage(2, 'wrt_2'), claim('room_2', 'take')), { kind: 'claim_taken' })
    t.same(await feeds.append(aPage(2, 'wrt_3'), claim('room_2', 'leave')), { kind: 'claim_taken' })
    t.same(await feeds.append(aPage(2, 'wrt_4'), claim('room_1', 'leave')), { kind: 'appended' })
    t.same(await feeds.append(aPage(3, 'wrt_5'), claim('room_2', 'take')), { kind: 'appended' })
    t.same(await storedPages(feeds), [[1, 'wrt_1'], [2, 'wrt_4'], [3, 'wrt_5']])
  })

  t.test('of many rooms of a streamer that start at once one becomes live', async (t) => {
    const { feeds } = await open(t, makePersistence)
    const answers = await Promise.all(Array.from({ length: 6 }, async (_, index) => await feeds.append({ ...aPage(1, `wrt_${index}`), feedId: `room#${index}` },
      { claim: { streamerId: 'str_1', roomId: String(index), step: 'take' } })))
    t.same(answers.map(({ kind }) => kind).toSorted(), ['appended', ...Array.from({ length: 5 }, () => 'claim_taken')])
  })

  t.test('a message is changed in its page with the page that says so, or neither is written', async (t) => {
    const { feeds } = await open(t, makePersistence)
    await feeds.append(aPage(1, 'wrt_1', ['msg_a', 'msg_b']))
    const amendment = { messageId: 'msg_b', position: { page: 1, index: 1 }, fields: { text: null } }
    t.same(await feeds.append(aPage(2, 'wrt_2'), { amendment }), { kind: 'appended' })
    t.same(await feeds.append(aPage(3, 'wrt_3'), { amendment: { messageId: 'msg_a', position: { page: 1, index: 0 }, fields: { isHidden: true } } }), { kind: 'appended' })
    const changed = [aMessageEntry('msg_a', { isHidden: true }), aMessageEntry('msg_b', { text: null })]
    t.same((await feeds.find(FEED, 1))?.entries, changed)
    await feeds.append({ ...aPage(4, 'wrt_4'), entries: [{ type: 'announcement', at: at(1), messageId: 'ann_1', text: 'Duyuru', by: 'ayse' }] })
    await feeds.append(aPage(5, 'wrt_5'), { amendment: { messageId: 'ann_1', position: { page: 4, index: 0 }, fields: { text: null } } })
    t.match((await feeds.find(FEED, 4))?.entries, [{ type: 'announcement', text: null }])
    for (const wrong of [{ messageId: 'msg_a', position: { page: 1, index: 1 } }, { messageId: 'msg_a', position: { page: 9, index: 0 } }]) {
      t.same(await feeds.append(aPage(6, 'wrt_6'), { amendment: { ...wrong, fields: { text: null } } }), { kind: 'message_gone' })
    }
    t.same((await feeds.find(FEED, 1))?.entries, changed)
    t.equal(await feeds.find(FEED, 6), null)
  })

  t.test('a page keeps the moment at which it expires', async (t) => {
    const { feeds } = await open(t, makePersistence)
    const page = { ...aPage(1, 'wrt_1'), expiresAt: at(60) }
    await feeds.append(page, { snapshot: new RoomState().snapshot() })
    t.same(await feeds.find(FEED, 1), page)
    t.same(await feeds.read(FEED, 0, 9), [page])
  })

  t.test('the parts of feeds are listed in which a person wrote to others, from the greatest key down', async (t) => {
    const { feeds, channelFeeds } = await open(t, makePersistence)
    const by = (page: number, entries: FeedPage['entries'], feedId = FEED): FeedPage => ({ ...aPage(page, `wrt_${page}`), feedId, entries })
    const announcement = { type: 'announcement', at: at(1), messageId: 'ann_1', text: 'Duyuru', by: 'bora' } as const
    await feeds.append(by(1, [aMessageEntry('msg_1'), aMessageEntry('msg_2'), { ...announcement, by: null }]))
    await feeds.append(by(999, [aMessageEntry('msg_3'), announcement]))
    await feeds.append({ ...by(2000, [aMessageEntry('msg_4')]), expiresAt: at(60) })
    await feeds.append({ ...by(2001, [aMessageEntry('msg_5')]), expiresAt: at(60) })
    await feeds.append(by(1, [{ type: 'role', at: at(1), userId: 'ayse', isModerator: true, by: 'ayse' }, aMessageEntry('msg_6', { senderId: 'ceren' })], 'room#room_2'))
    await feeds.append(by(1, [aMessageEntry('msg_7')], 'room#room_3'))
    await channelFeeds.append({ feedId: 'channel#chn_1', page: 1, entries: [{ type: 'message', at: at(1), messageId: 'msg_8', number: 1, senderId: 'ayse', text: 'Merhaba', replyTo: null }], writer: 'wrt_1', writtenAt: at(1) })
    const first = await feeds.listOfAuthor('ayse', { before: null, limit: 2 })
    t.same(first.items, [{ feedId: 'room#room_3', part: 0 }, { feedId: FEED, part: 2 }])
    t.same(await feeds.listOfAuthor('ayse', { before: first.nextKey, limit: 2 }), { items: [{ feedId: FEED, part: 0 }], nextKey: null })
    t.same((await feeds.listOfAuthor('bora', { before: null, limit: 9 })).items, [{ feedId: FEED, part: 0 }])
    t.same((await feeds.listOfAuthor('null', { before: null, limit: 9 })).items, [])
    t.same((await channelFeeds.listOfAuthor('ayse', { before: null, limit: 9 })).items, [{ feedId: 'channel#chn_1', part: 0 }])
  })

  t.test('the oldest pages are removed, some at a time, until the newest one is left', async (t) => {
    const { feeds } = await open(t, makePersistence)
    for (let page = 1; page <= 40; page++) await feeds.append(aPage(page, `wrt_${page}`), page === 5 ? { snapshot: new RoomState().snapshot() } : {})
    await feeds.append({ ...aPage(1, 'wrt_1'), feedId: 'room#other' })
    t.equal(await feeds.removeOld(FEED, 30), false)
    const left = (await feeds.read(FEED, 0, 100)).map(({ page }) => page)
    t.ok(left.length >= 10 && left.length < 40)
    t.same(left, Array.from({ length: left.length }, (_, index) => 41 - left.length + index), 'oldest first')
    t.same((await feeds.readBack(FEED, null, 1)).map(({ page }) => page), [40])
    while (!await feeds.removeOld(FEED, 30));
    t.same((await feeds.read(FEED, 0, 100)).map(({ page }) => page), [40])
    t.equal(await feeds.findSnapshot(FEED), null)
    t.equal(await feeds.removeOld(FEED, 30), true)
    t.equal(await feeds.removeOld('room#none', 30), true)
    t.equal((await feeds.append(aPage(40, 'wrt_late'))).kind, 'taken')
    t.equal((await feeds.readBack('room#other', null, 9)).length, 1)
  })

  t.test('the last snapshot is the one that is found, and is no page', async (t) => {
    const { feeds } = await open(t, makePersistence)
    t.equal(await feeds.findSnapshot(FEED), null)
    const state = new RoomState()
    await feeds.append(aPage(1, 'wrt_1'), { snapshot: state.snapshot() })
    state.apply(aPage(1, 'wrt_1'))
    state.moderators.add('bora')
    await feeds.append(aPage(2, 'wrt_2'), { snapshot: state.snapshot() })
    t.same(await feeds.findSnapshot(FEED), state.snapshot())
    t.same(await storedPages(feeds), [[1, 'wrt_1'], [2, 'wrt_2']])
    t.equal((await feeds.readBack(FEED, null, 10)).length, 2)
  })
}
