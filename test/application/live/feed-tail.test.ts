import t from 'tap'
import { FeedTail } from '#application/live/feed-tail.js'
import { FeedTails } from '#application/live/feed-tails.js'
import type { FeedStore } from '#application/ports/room-stores.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeLocalBus } from '#adapters/system/bus.js'
import type { FeedPage, MessageEntry, RoomEntry } from '#domain/rooms/room-entry.js'
import { at } from '../../contracts/fixtures.js'

const FEED = 'room#room_1'

function aMessage (messageId: string, fields: Partial<MessageEntry> = {}): MessageEntry {
  return { type: 'message', at: at(1), messageId, senderId: 'ayse', role: 'viewer', text: 'merhaba', replyTo: null, isHidden: false, ...fields }
}

function aPage (page: number, entries: readonly RoomEntry[] = [aMessage(`msg_${page}`)]): FeedPage {
  return { feedId: FEED, page, entries, writer: `wrt_${page}`, writtenAt: at(page) }
}

/** A store with so many pages, a tail on it, and what the tail tells. */
function world (count: number) {
  const { feeds } = memoryStores()
  const bus = makeLocalBus()
  const time = { ms: 0 }
  let reads = 0
  const counted: Pick<FeedStore, 'read' | 'readBack'> = {
    read: async (...args) => {
      reads++
      return await feeds.read(...args)
    },
    readBack: async (...args) => {
      reads++
      return await feeds.readBack(...args)
    },
  }
  const bells = makeLocalBus()
  let woken = 0
  const ports = { feeds: counted, bus, bells, wake: () => { woken++ }, nowMs: () => time.ms }
  const append = async (page: number, entries?: readonly RoomEntry[]): Promise<void> => { await feeds.append(aPage(page, entries)) }
  const told = (page: number, entries?: readonly RoomEntry[]): void => { bus.publish(FEED, JSON.stringify(aPage(page, entries))) }
  const fill = async (): Promise<void> => { for (let page = 1; page <= count; page++) await append(page) }
  const rung = (message: string): void => { bells.publish(FEED, message) }
  return { ports, time, append, told, rung, fill, reads: () => reads, woken: () => woken }
}

const numbers = (pages: readonly FeedPage[] | null): number[] | undefined => pages?.map(({ page }) => page)

t.test('a tail has the newest pages, and those that the bus tells of at once, each once and in order, whatever the bus loses, doubles or mixes up', async (t) => {
  const { ports, append, told, fill, reads, time } = world(3)
  await fill()
  const tail = await FeedTail.open(ports, FEED)
  const heard: number[] = []
  const deaf = tail.listen(({ page }) => { heard.push(page) })
  t.same([tail.head, numbers(tail.since(0)), numbers(tail.since(2)), numbers(tail.since(3))], [3, [1, 2, 3], [3], []])
  for (let page = 4; page <= 9; page++) await append(page)
  told(4)
  told(4)
  told(2)
  t.same(heard, [4])
  t.notOk(tail.isDue)
  told(7)
  t.ok(tail.isDue, 'a gap is looked for at once')
  const before = reads()
  await Promise.all([tail.look(), tail.look()])
  t.equal(reads(), before + 1)
  told(8)
  t.same(heard, [4, 5, 6, 7, 8, 9])
  t.notOk(tail.isDue)
  time.ms += 250
  t.ok(tail.isDue)
  const pauses = []
  for (let look = 0; look < 5; look++) {
    await tail.look()
    const since = time.ms
    while (!tail.isDue) time.ms += 50
    pauses.push(time.ms - since)
  }
  t.same(pauses, [500, 1000, 2000, 2000, 2000], 'a quiet feed is looked at seldom')
  deaf()
  await append(10)
  await tail.look()
  t.equal(heard.length, 6)
  tail.close()
  told(11)
  t.equal(tail.head, 10)
})

t.test('a bell of another process asks for a look at once, for news alone, and not for one after the other', async (t) => {
  const { ports, append, rung, fill, time, woken } = world(3)
  await fill()
  const tail = await FeedTail.open(ports, FEED)
  time.ms += 100
  for (const message of ['2', '3', '', 'x', '-1']) rung(message)
  t.same([woken(), tail.isDue], [0, false])
  await append(4)
  rung('4')
  t.same([woken(), tail.isDue], [1, true])
  await tail.look()
  t.equal(tail.head, 4)
  await append(5)
  rung('5')
  t.same([woken(), tail.isDue], [1, false], 'it has just looked')
  time.ms += 50
  rung('99')
  t.same([woken(), tail.isDue], [2, true])
  await tail.look()
  t.equal(tail.head, 5, 'a bell that lies costs a look')
  tail.close()
  rung('100')
  t.equal(woken(), 2)
})

t.test('a page that the bus tells while the store is read is heard once', async (t) => {
  const { ports, append, told, fill } = world(1)
  await fill()
  const tail = await FeedTail.open(ports, FEED)
  const heard: number[] = []
  tail.listen(({ page }) => { heard.push(page) })
  for (const page of [2, 3]) await append(page)
  const looking = tail.look()
  told(2)
  t.same(heard, [2])
  await looking
  t.same([heard, numbers(tail.since(1))], [[2, 3], [2, 3]])
})

t.test('memory is bounded in pages and bytes, and a page that a deletion or a report changed is read from the store', async (t) => {
  const { ports, append, fill } = world(300)
  await fill()
  const tail = await FeedTail.open(ports, FEED)
  t.equal(tail.head, 300)
  t.equal(tail.since(249), null)
  t.equal(tail.since(250)?.length, 50)
  for (let page = 301; page <= 600; page++) await append(page)
  await tail.look()
  t.same([tail.since(343), tail.since(344)?.length], [null, 256])
  await append(601, [{ type: 'message.deleted', at: at(1), by: null, messageId: 'msg_500', position: { page: 500, index: 0 } }])
  await tail.look()
  t.same([tail.since(499), tail.since(500)?.length], [null, 101])
  await append(602, [{ type: 'report', at: at(1), userId: 'bora', reason: 'spam', note: null, senderId: 'ayse', messageId: 'msg_600', position: { page: 600, index: 0 } }])
  await append(603, [{ type: 'message.deleted', at: at(1), by: null, messageId: 'msg_1', position: { page: 1, index: 0 } }])
  await tail.look()
  t.same([tail.since(599), numbers(tail.since(600))], [null, [601, 602, 603]])
  for (let page = 604; page < 630; page++) await append(page, [aMessage(`msg_${page}`, { text: 'x'.repeat(60_000) })])
  await tail.look()
  t.equal(tail.since(628 - 17), null)
  t.equal(tail.since(629 - 17)?.length, 17)
  t.same(numbers(await tail.read(598))?.slice(0, 2), [599, 600])
})

t.test('pages that have expired leave a gap, behind which memory begins', async (t) => {
  const { ports, append, time } = world(0)
  const tail = await FeedTail.open(ports, FEED)
  t.same([tail.head, tail.since(0)], [0, []])
  const late = { ...ports.feeds, read: async (feedId: string, after: number, limit: number) => await ports.feeds.read(feedId, Math.max(after, 3), limit) }
  for (let page = 1; page <= 5; page++) await append(page)
  const expired = await FeedTail.open({ ...ports, feeds: { ...late, readBack: async () => [aPage(1)] } }, FEED)
  time.ms += 1
  await expired.look()
  t.same([expired.head, expired.since(1), numbers(expired.since(3))], [5, null, [4, 5]])
})

t.test('a page of the store that the tail has not yet is left to the tail, and read anew for one who knows of it', async (t) => {
  const { ports, append, fill } = world(3)
  await fill()
  const tail = await FeedTail.open(ports, FEED)
  const before = tail.look()
  await append(4)
  t.same(numbers(await tail.read(1)), [2, 3])
  await Promise.all([before, tail.lookAnew()])
  t.same(numbers(await tail.read(1)), [2, 3, 4])
})

t.test('the place of the last entries is found in memory, and else in the store', async (t) => {
  const { ports, append, fill, reads } = world(120)
  await fill()
  await append(121, [])
  const tail = await FeedTail.open(ports, FEED)
  const isMessage = ({ type }: RoomEntry): boolean => type === 'message'
  t.equal(await tail.before(1, isMessage), 119)
  t.equal(reads(), 1)
  t.equal(await tail.before(60, isMessage), 60)
  t.equal(reads(), 2)
  t.equal(await tail.before(250, isMessage), 0)
  t.equal(await (await FeedTail.open(ports, 'room#none')).before(5, isMessage), 0)
})

t.test('each feed is opened once, looked at while it is read, and closed a minute after', async (t) => {
  const { ports, append, fill, reads, time } = world(2)
  await fill()
  const tails = new FeedTails(ports)
  const [tail, same] = await Promise.all([tails.open(FEED), tails.open(FEED)])
  t.equal(tail, same)
  t.equal(reads(), 1)
  await append(3)
  await tails.look()
  t.equal(tail.head, 2, 'no one reads it')
  time.ms += 2001
  t.equal(await tails.open(FEED), tail)
  t.equal(tail.head, 3, 'it was not looked at for long')
  const deaf = tail.listen(() => {})
  await append(4)
  time.ms += 100
  await tails.look()
  t.equal(tail.head, 3, 'its pause is not over')
  time.ms += 2000
  await tails.open(FEED)
  t.equal(tail.head, 3, 'who else reads it looks')
  await tails.look()
  t.equal(tail.head, 4)
  deaf()
  time.ms += 59_999
  await tails.look()
  t.equal(tails.size, 1)
  time.ms += 1
  await tails.look()
  t.equal(tails.size, 0)
  t.not(await tails.open(FEED), tail)
})

t.test('a feed that cannot be opened is tried again, and a look that fails is told', async (t) => {
  const { ports, fill, time } = world(1)
  await fill()
  let isAway = true
  const failing = async (): Promise<never> => { throw new Error('away') }
  const feeds: Pick<FeedStore, 'read' | 'readBack'> = {
    read: async (...args) => isAway ? await failing() : await ports.feeds.read(...args),
    readBack: async (...args) => isAway ? await failing() : await ports.feeds.readBack(...args),
  }
  const tails = new FeedTails({ ...ports, feeds })
  const opening = tails.open(FEED)
  await tails.look()
  await t.rejects(opening, { message: 'away' })
  t.equal(tails.size, 0)
  isAway = false
  const tail = await tails.open(FEED)
  tail.listen(() => {})
  isAway = true
  time.ms += 5000
  await t.rejects(tails.look(), { message: 'away' })
  isAway = false
  await tails.look()
  t.equal(tail.head, 1)
})
