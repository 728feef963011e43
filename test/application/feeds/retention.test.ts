import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { oldestEntries } from '#application/feeds/history.js'
import { withRetention } from '#application/feeds/retention.js'
import { chatOf } from '#application/rooms/read-rooms.js'
import type { FeedPage, RoomEntry } from '#domain/rooms/room-entry.js'
import { RoomState } from '#domain/rooms/room-state.js'
import { MINUTE_MS, laterBy } from '#domain/time.js'
import { settableClock, START } from '../../support/builders.js'
import { operator, owner, roomNodes } from '../../support/room-nodes.js'

const FEED = 'room#room_1'
const minute = (number: number): string => laterBy(START, number * MINUTE_MS)

function aPage (page: number): FeedPage {
  const entry: RoomEntry = { type: 'role', at: minute(page), userId: `user${page}`, isModerator: true, by: null }
  return { feedId: FEED, page, entries: [entry], writer: `wrt_${page}`, writtenAt: minute(page) }
}

/** A feed with a page each minute, which are kept for 10 minutes. */
async function kept (pages: number) {
  const { clock, advance } = settableClock()
  const stored = memoryStores().feeds
  let reads = 0
  const counted = { ...methodsOf(stored), read: async (...args: Parameters<typeof stored.read>) => { reads++; return await stored.read(...args) } }
  const feeds = withRetention(counted, { clock, keptMs: 10 * MINUTE_MS })
  for (let page = 1; page <= pages; page++) await feeds.append(aPage(page))
  return { feeds, stored, advance, readsOf: async (run: () => Promise<unknown>) => { reads = 0; await run(); return reads } }
}

function methodsOf (feeds: ReturnType<typeof memoryStores>['feeds']) {
  return {
    append: feeds.append.bind(feeds), read: feeds.read.bind(feeds), readBack: feeds.readBack.bind(feeds), find: feeds.find.bind(feeds), listOfAuthor: feeds.listOfAuthor.bind(feeds), removeOld: feeds.removeOld.bind(feeds), findSnapshot: feeds.findSnapshot.bind(feeds),
  }
}

const numbers = (pages: readonly FeedPage[]): number[] => pages.map(({ page }) => page)

t.test('a page that has expired is absent, though the store still has it', async (t) => {
  const { feeds, stored, advance } = await kept(6)
  t.equal((await feeds.find(FEED, 3))?.expiresAt, minute(13))
  advance(13 * MINUTE_MS)
  t.equal(await feeds.find(FEED, 3), null)
  t.equal((await feeds.find(FEED, 4))?.page, 4)
  t.equal(await feeds.find(FEED, 7), null)
  t.same(numbers(await feeds.read(FEED, 0, 100)), [4, 5, 6])
  t.same(numbers(await feeds.read(FEED, 0, 2)), [4, 5])
  t.same(numbers(await feeds.read(FEED, 0, 3)), [4, 5, 6])
  t.same(numbers(await feeds.readBack(FEED, null, 100)), [6, 5, 4])
  t.equal((await stored.read(FEED, 0, 100)).length, 6)
})

t.test('a feed that has expired as a whole is not looked through', async (t) => {
  const { feeds, advance, readsOf } = await kept(60)
  t.equal(await readsOf(async () => await feeds.read(FEED, 0, 10)), 1)
  advance(70 * MINUTE_MS)
  t.same(await feeds.read(FEED, 0, 10), [])
  t.equal(await readsOf(async () => await feeds.read(FEED, 0, 10)), 1)
})

t.test('a page of an earlier version, which says no moment, is kept', async (t) => {
  const { feeds, stored, advance } = await kept(0)
  await stored.append(aPage(1))
  advance(100 * MINUTE_MS)
  t.same(numbers(await feeds.read(FEED, 0, 10)), [1])
})

t.test('a snapshot is absent as the pages before it are', async (t) => {
  const { feeds, advance } = await kept(1)
  const state = new RoomState()
  state.apply(aPage(1))
  await feeds.append(aPage(2), { snapshot: state.snapshot() })
  t.same(await feeds.findSnapshot(FEED), state.snapshot())
  advance(11 * MINUTE_MS)
  t.equal(await feeds.findSnapshot(FEED), null)
})

t.test('a room whose first pages have expired goes on', async (t) => {
  const { time, node, first, roomId, stores } = await roomNodes()
  const feeds = withRetention(stores.feeds, { clock: time.clock, keptMs: 10 * MINUTE_MS })
  time.advance(5 * MINUTE_MS)
  await node({ feeds }).setModerator({ caller: owner, roomId, userId: 'ceren', isModerator: true })
  await first.editRoom({ caller: owner, roomId, version: 2, edit: { title: 'Sonra' } })
  const expiring = { ...methodsOf(feeds), read: async (feedId: string, after: number, limit: number) => (await feeds.read(feedId, after, limit)).filter(({ page }) => page > 2) }
  const late = node({ feeds: expiring })
  const { position } = await late.send(roomId, 'ayse', 'Merhaba')
  t.same(position, { page: 5, index: 0 })
  t.same((await late.listRoomMembers({ caller: operator, roomId, kind: 'moderator' })).map(({ userId }) => userId), ['ceren'])
})

t.test('a replay reads as many pages to find its beginning as their number has bits', async (t) => {
  const { feeds } = memoryStores()
  let reads = 0
  const counted = { ...methodsOf(feeds), find: async (feedId: string, page: number) => { reads++; return await feeds.find(feedId, page) } }
  const replay = async (since: string) => (await oldestEntries(chatOf(counted, 'room_1'), since, { before: null, limit: 1 })).items.map(({ position }) => position.page)
  t.same(await replay(START), [])
  for (let page = 1; page <= 1000; page++) {
    const entry: RoomEntry = { type: 'announcement', at: minute(page), messageId: `ann_${page}`, text: 'Duyuru', by: null }
    await feeds.append({ ...aPage(page), entries: [entry] })
  }
  for (const page of [1, 2, 499, 500, 501, 999, 1000]) {
    reads = 0
    t.same(await replay(minute(page)), [page])
    t.ok(reads <= 10, String(reads))
  }
  t.same(await replay(laterBy(minute(499), 1)), [500])
  t.same(await replay(minute(1001)), [])
})

t.test('who wrote is known, and old pages are removed, whether they have expired or not', async (t) => {
  const { feeds, stored, advance } = await kept(3)
  const entry: RoomEntry = { type: 'announcement', at: minute(4), messageId: 'ann_4', text: 'Duyuru', by: 'ayse' }
  await feeds.append({ ...aPage(4), entries: [entry] })
  advance(60 * MINUTE_MS)
  t.same((await feeds.listOfAuthor('ayse', { before: null, limit: 9 })).items, [{ feedId: FEED, part: 0 }])
  t.equal(await feeds.removeOld(FEED, 2), false)
  t.equal(await feeds.removeOld(FEED, 2), true)
  t.same((await stored.read(FEED, 0, 9)).map(({ page }) => page), [4])
})
