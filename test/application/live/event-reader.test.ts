import t from 'tap'
import { EventReader, type EventsQuery } from '#application/live/event-reader.js'
import type { LogPosition } from '#application/live/position.js'
import type { EventLog, LoggedEvent } from '#application/ports/event-log.js'
import { OUTBOX_SHARDS } from '#application/ports/outbox-store.js'
import { at } from '../../contracts/fixtures.js'

const NOWHERE: LogPosition = Array.from({ length: OUTBOX_SHARDS }, () => 0)

/** A log of several partitions, of which old events may have expired. */
function world () {
  const log: LoggedEvent[][] = NOWHERE.map(() => [])
  const expired = { upTo: 0 }
  const asked = { heads: 0, reads: 0 }
  const publish = (partition: number, second: number, type = 'payment.created'): void => {
    const events = log[partition] ?? []
    const offset = events.length + 1
    events.push({ partition, offset, id: `${partition}.${offset}`, type, schemaVersion: 1, occurredAt: at(second), subjectId: 's', version: 1, audience: [], data: {} })
  }
  const heads = async (): Promise<readonly number[]> => {
    asked.heads++
    return log.map(({ length }) => length)
  }
  const events: EventLog = {
    heads,
    read: async (partition, after, limit) => {
      asked.reads++
      return (log[partition] ?? []).slice(Math.max(after, expired.upTo)).slice(0, limit)
    },
    ofSubject: async () => ({ items: [], nextKey: null }),
  }
  const reader = new EventReader(events)
  const query = (after: EventsQuery['after'], limit = 100): EventsQuery => ({ after, limit, isWanted: ({ type }) => !type.startsWith('message') })
  /** The ids of all pages from a position on. */
  const walk = async (limit: number, from: EventsQuery['after'] = 'start'): Promise<string[]> => {
    const ids: string[] = []
    let after = from
    for (let hasMore = true; hasMore;) {
      const page = await reader.read(query(after, limit))
      t.ok(page.items.length <= limit)
      ids.push(...page.items.map(({ id }) => id))
      after = page.position
      hasMore = page.hasMore
    }
    return ids
  }
  return { publish, expired, asked, reader, query, walk }
}

t.test('the events of all partitions are one list by their times, whatever the size of its pages', async (t) => {
  const { publish, asked, walk } = world()
  t.same(await walk(10), [])
  for (let second = 0; second < 60; second++) publish((second * 5) % 7, second)
  // As many within one partition as no read takes at once, older than what the others go on with.
  for (let second = 100; second < 350; second++) publish(3, second)
  publish(1, 200)
  publish(2, 400)
  // One that took effect late keeps its place in its partition.
  publish(2, 5)
  const whole = await walk(1000)
  t.equal(whole.length, 313)
  t.same(whole.slice(-2), ['2.9', '2.10'])
  t.equal(whole.indexOf('1.10'), whole.indexOf('3.109') + 1, 'between the events of the long partition')
  for (const limit of [1, 7, 100]) t.same(await walk(limit), whole, String(limit))
  asked.heads = asked.reads = 0
  await walk(100)
  t.ok(asked.reads <= asked.heads * OUTBOX_SHARDS)
})

t.test('what is not asked for is passed over, and a page may be short while the log goes on', async (t) => {
  const { publish, reader, query, walk } = world()
  for (let second = 0; second < 150; second++) publish(0, second, second === 149 ? 'payment.failed' : 'message.sent')
  const page = await reader.read(query('start'))
  t.match(page, { items: [], hasMore: true, isReset: false })
  t.equal(page.position[0], 100)
  t.same(await walk(1), ['0.150'])
})

t.test('a reader begins now, behind a position, or at the oldest event, and nowhere else', async (t) => {
  const { publish, reader, query, walk } = world()
  publish(0, 1)
  publish(1, 2)
  const now = await reader.read(query('now'))
  t.match(now, { items: [], hasMore: false, isReset: false })
  t.same(await walk(1, now.position), [])
  t.same(await walk(1, NOWHERE.with(1, 1)), ['0.1'])
  await t.rejects(reader.read(query(NOWHERE.with(1, 2))), { code: 'invalid_cursor' })
})

t.test('a reader is told that events behind their position have expired, and goes on with those that are left', async (t) => {
  const { publish, expired, reader, query, walk } = world()
  for (let second = 0; second < 5; second++) publish(0, second)
  for (let second = 0; second < 2; second++) publish(1, second)
  expired.upTo = 3
  const page = await reader.read(query(NOWHERE, 1))
  t.match(page, { isReset: true, hasMore: true })
  t.same(page.items.map(({ id }) => id), ['0.4'])
  t.equal(page.position[1], 2, 'of a partition of which nothing is left, all is passed')
  t.match(await reader.read(query(page.position)), { isReset: false, hasMore: false })
  t.match(await reader.read(query(NOWHERE.with(0, 3).with(1, 2))), { isReset: false }, 'nothing was missed')
  t.match(await reader.read(query('start')), { isReset: false }, 'nor by who begins')
  t.same(await walk(1), ['0.4', '0.5'])
})

t.test('who waits gets what comes, all by one look, and no one looks when no one waits', async (t) => {
  const { publish, asked, reader, query } = world()
  publish(0, 1)
  const { position } = await reader.read(query('now'))
  const never = new AbortController().signal
  asked.heads = 0
  await reader.look()
  t.equal(asked.heads, 0)
  const waiting = [1, 2, 3].map(async () => await reader.readWhenThere(query(position), never))
  let isOver = false
  const all = Promise.all(waiting).finally(() => { isOver = true })
  await settled()
  asked.heads = 0
  await reader.look()
  await settled()
  t.same([isOver, asked.heads], [false, 1], 'nothing is new')
  publish(5, 2, 'message.sent')
  await reader.look()
  await settled()
  t.equal(isOver, false, 'nothing that they ask for')
  publish(4, 3)
  asked.heads = 0
  await reader.look()
  t.same((await all).map(({ items }) => items.map(({ id }) => id)), [['4.1'], ['4.1'], ['4.1']])
  t.equal(asked.heads, 4, 'one look for all, and one read of each')
  asked.heads = 0
  await reader.look()
  t.equal(asked.heads, 0)
})

t.test('a wait ends with its signal, and there is none for what is there or has expired', async (t) => {
  const { publish, expired, reader, query } = world()
  const { position } = await reader.read(query('now'))
  const end = new AbortController()
  const waiting = reader.readWhenThere(query(position), end.signal)
  await settled()
  end.abort()
  t.match(await waiting, { items: [], hasMore: false, isReset: false })
  t.match(await reader.readWhenThere(query(position), AbortSignal.abort()), { items: [] })
  for (let second = 0; second < 150; second++) publish(0, second, second === 149 ? 'payment.failed' : 'message.sent')
  const never = new AbortController().signal
  t.match(await reader.readWhenThere(query(position), never), { items: [{ id: '0.150' }] }, 'it reads on')
  expired.upTo = 150
  t.match(await reader.readWhenThere(query(position), never), { items: [], isReset: true })
})

/** Lets all that can go on do so. */
async function settled (): Promise<void> {
  await new Promise((resolve) => { setImmediate(resolve) })
}
