import t from 'tap'
import { FeedTails } from '#application/live/feed-tails.js'
import type { FeedStore } from '#application/ports/room-stores.js'
import type { LiveConnection } from '#adapters/http/live/connection.js'
import type { Frame } from '#adapters/http/live/frame.js'
import { eventFrame } from '#adapters/http/live/frame.js'
import { LiveFeeds } from '#adapters/http/live/live-feeds.js'
import type { Farewell, Seat } from '#adapters/http/live/streams.js'
import { roomLiveView } from '#adapters/http/live/view.js'
import { makeLocalBus } from '#adapters/system/bus.js'
import type { FeedPage, RoomEntry } from '#domain/rooms/room-entry.js'
import { at } from '../../../contracts/fixtures.js'

const FEED = 'room#room_1'

function aPage (page: number, entries: readonly RoomEntry[] = []): FeedPage {
  return { feedId: FEED, page, entries, writer: `wrt_${page}`, writtenAt: at(page) }
}

const ban: RoomEntry = { type: 'sanction', at: at(1), userId: 'ayse', kind: 'ban', isOn: true, until: null, reason: null, by: null }

/** A reader who takes so many frames until they are full. */
function reader (full = Infinity) {
  const ids: string[] = []
  const ends: Farewell[] = []
  let left = full
  const connection = {
    isClosed: false,
    get isFull () { return left <= 0 },
    write: ({ text }: Frame) => {
      if (connection.isClosed) return
      left--
      const [, id = '', event = ''] = /^id: (\d+)\nevent: (\w+)/.exec(text.toString()) ?? []
      ids.push(event === 'entries' ? id : `${event} ${id}`)
    },
    drained: async () => { left = full },
  }
  const seat = {
    reader: { userId: 'ayse' },
    connection,
    end: (reason: Farewell) => {
      ends.push(reason)
      connection.isClosed = true
    },
  }
  return { seat: seat as unknown as Seat, connection: connection as unknown as LiveConnection, ids, ends }
}

/** Feeds over these pages, of which those before `kept` have expired. */
function world (stored: FeedPage[], kept = 1) {
  const bus = makeLocalBus()
  const there = (): FeedPage[] => stored.filter(({ page }) => page >= kept)
  const hooks = { beforeRead: (): void => {} }
  const feeds: Pick<FeedStore, 'read' | 'readBack'> = {
    read: async (_feedId, after, limit) => {
      hooks.beforeRead()
      return there().filter(({ page }) => page > after).slice(0, limit)
    },
    readBack: async (_feedId, before, limit) => there().filter(({ page }) => before === null || page < before).slice(-limit).toReversed(),
  }
  const append = (page: FeedPage): void => {
    stored.push(page)
    bus.publish(FEED, JSON.stringify(page))
  }
  return { live: new LiveFeeds(new FeedTails({ feeds, bus, bells: makeLocalBus(), wake: () => {}, nowMs: () => 0 }), roomLiveView), append, hooks }
}

const numbers = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, index) => String(from + index))
const pages = (count: number): FeedPage[] => Array.from({ length: count }, (_, index) => aPage(index + 1))

t.test('a reader who is full is waited for, and nothing that comes meanwhile is lost or doubled', async (t) => {
  const { live, append, hooks } = world(pages(130))
  const feed = await live.enter(FEED)
  const { seat, connection, ids } = reader(7)
  let next = 131
  hooks.beforeRead = () => { append(aPage(next++)) }
  t.equal(await feed.follow(seat, connection, 0, 1000), 'store')
  const head = feed.tail.head
  t.ok(head > 131)
  append(aPage(head + 1))
  t.same(ids, numbers(1, head + 1))
  feed.leave(seat)
  append(aPage(head + 2))
  t.equal(ids.length, head + 1)
})

t.test('a reader who gets older pages from the store gets none that others have not', async (t) => {
  const stored = pages(60)
  const { live } = world(stored)
  const feed = await live.enter(FEED)
  stored.push(aPage(61))
  const { seat, connection, ids } = reader()
  t.equal(await feed.follow(seat, connection, 0, 60), 'store')
  t.same(ids, numbers(1, 60))
  await feed.tail.look()
  t.same(ids, numbers(1, 61))
})

t.test('a position of a process that is ahead is looked for anew before it is refused', async (t) => {
  const stored = pages(3)
  const { live } = world(stored)
  const feed = await live.enter(FEED)
  const looking = feed.tail.look()
  stored.push(aPage(4))
  t.equal(await feed.begin({ after: 4, rewind: null }), 4)
  await looking
  await t.rejects(feed.begin({ after: 5, rewind: null }), { code: 'invalid_cursor' })
})

t.test('where pages have expired, the reader is told to read anew, from the first one that is there, or from now on', async (t) => {
  const { live } = world(pages(130), 61)
  const feed = await live.enter(FEED)
  const one = reader()
  t.equal(await feed.follow(one.seat, one.connection, 10, 1000), 'store')
  t.same(one.ids, ['reset 60', ...numbers(61, 130)])
  const none = world(pages(130))
  const all = await none.live.enter(FEED)
  none.hooks.beforeRead = () => { throw new Error('away') }
  const failing = reader()
  await t.rejects(all.follow(failing.seat, failing.connection, 0, 1000), { message: 'away' })
  const gone = world(pages(130), 200)
  const empty = await gone.live.enter(FEED)
  empty.tail.head = 130
  const other = reader()
  t.equal(await empty.follow(other.seat, other.connection, 10, 1000), 'store')
  t.same(other.ids, ['reset 130'])
})

t.test('a ban behind the page up to which the right was checked ends the stream, one before does not', async (t) => {
  const { live } = world([aPage(1), aPage(2, [ban]), aPage(3), aPage(4, [ban]), aPage(5)])
  const feed = await live.enter(FEED)
  const [checked, late, other] = [reader(), reader(), reader()]
  await feed.follow(checked.seat, checked.connection, 0, 4)
  t.same([checked.ids, checked.ends], [numbers(1, 5), []])
  await feed.follow(late.seat, late.connection, 0, 3)
  t.same(late.ends, ['removed'])
  other.connection.isClosed = true
  t.equal(await feed.follow(other.seat, other.connection, 0, 4), 'memory')
  t.same(other.ids, [])
})

t.test('who may have been removed by pages that have expired comes anew, and gets no page behind them', async (t) => {
  const stored = pages(3)
  const { live } = world(stored)
  const feed = await live.enter(FEED)
  const [joined, before, after] = [reader(), reader(), reader()]
  await feed.follow(joined.seat, joined.connection, 3, 3)
  stored.splice(0, 3, aPage(6))
  await feed.tail.look()
  t.same([joined.ids, joined.ends], [[], ['removed']])
  await feed.follow(before.seat, before.connection, 2, 3)
  t.same([before.ids, before.ends], [[], ['removed']])
  await feed.follow(after.seat, after.connection, 2, 6)
  t.same([after.ids, after.ends], [['reset 5', '6'], []])
})

t.test('a feed is left once by each who entered it, and then entered anew', async (t) => {
  const { live, append } = world(pages(3))
  const [feed, same] = await Promise.all([live.enter(FEED), live.enter(FEED)])
  t.equal(feed, same)
  t.ok(feed.tail.isRead)
  const [one, two] = [reader(), reader()]
  await feed.follow(one.seat, one.connection, 3, 3)
  live.leave(feed, one.seat)
  t.ok(feed.tail.isRead)
  append(aPage(4))
  t.same(one.ids, [])
  live.leave(feed, { ...two.seat, connection: null } as unknown as Seat)
  t.notOk(feed.tail.isRead)
  t.not(await live.enter(FEED), feed)
})

t.test('what is worth nothing later reaches those who have joined a feed, and a feed without readers costs nothing', async (t) => {
  const { live } = world(pages(1))
  live.tell(FEED, eventFrame('viewers', {}))
  const feed = await live.enter(FEED)
  const { seat, connection } = reader()
  const idle: string[] = []
  connection.writeIdle = ({ text }) => { idle.push(text.toString()) }
  live.tell(FEED, eventFrame('viewers', { viewers: 1 }))
  await feed.follow(seat, connection, 0, 1)
  live.tell(FEED, eventFrame('viewers', { viewers: 2 }))
  t.same(idle, ['event: viewers\ndata: {"viewers":2}\n\n'])
})
