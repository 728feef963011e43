import fc from 'fast-check'
import t from 'tap'
import { EventTail, type EventTailPorts } from '#application/live/event-tail.js'
import { distance, positionIn, positionWord } from '#application/live/position.js'
import type { LoggedEvent } from '#application/ports/event-log.js'
import { OUTBOX_SHARDS } from '#application/ports/outbox-store.js'
import { at } from '../../contracts/fixtures.js'

/** A log that a test writes. */
function world () {
  const log = Array.from({ length: OUTBOX_SHARDS }, (): LoggedEvent[] => [])
  const expired = { upTo: 0 }
  const time = { ms: 0 }
  const wanted = new Set<string>()
  const delivered: Array<readonly [string, string, unknown]> = []
  const loads: string[][] = []
  const hooks = { beforeLoad: async (): Promise<void> => {} }
  const publish = (partition: number, ...audience: string[]): LoggedEvent => {
    const events = log[partition] as LoggedEvent[]
    const offset = events.length + 1
    const event: LoggedEvent = { partition, offset, id: `${partition}#${offset}`, type: 'message.sent', schemaVersion: 1, occurredAt: at(offset), subjectId: 'm', version: null, audience, data: {} }
    events.push(event)
    return event
  }
  const reads = { heads: 0, pages: 0 }
  const ports: EventTailPorts<string> = {
    events: {
      ofSubject: async () => ({ items: [], nextKey: null }),
      heads: async () => {
        reads.heads++
        return log.map(({ length }) => length)
      },
      read: async (partition, after, limit) => {
        reads.pages++
        return (log[partition] as LoggedEvent[]).slice(Math.max(after, expired.upTo)).slice(0, limit)
      },
    },
    nowMs: () => time.ms,
    isWanted: ({ audience }) => audience.some((userId) => wanted.has(userId)),
    load: async (events) => {
      loads.push(events.map(({ id }) => id))
      await hooks.beforeLoad()
      return new Map(events.map(({ id }) => [id, `details of ${id}`]))
    },
    deliver: ({ event, position }, details) => { delivered.push([event.id, positionWord(position), details]) },
  }
  return { tail: new EventTail(ports), publish, wanted, delivered, loads, reads, time, expired, hooks }
}

const nobody = (): boolean => false

t.test('a position is one word of letters, which says the same to every process', async (t) => {
  fc.assert(fc.property(fc.array(fc.nat({ max: 2 ** 40 }), { minLength: OUTBOX_SHARDS, maxLength: OUTBOX_SHARDS }), (offsets) => {
    const word = positionWord(offsets)
    t.match(word, /^([a-z]+\.){7}[a-z]+$/, { skipMessage: true })
    return JSON.stringify(positionIn(word)) === JSON.stringify(offsets)
  }), { numRuns: 50 })
  for (const word of ['', 'a', 'a.b.c.d.e.f.g', 'a.b.c.d.e.f.g.h.i', '1.b.c.d.e.f.g.h', 'A.b.c.d.e.f.g.h', `${'z'.repeat(10)}.b.c.d.e.f.g.h`, '.b.c.d.e.f.g.h']) t.equal(positionIn(word), null, word)
  t.equal(distance([0, 2], [3, 2]), 3)
  t.equal(distance([0, 3], [3, 2]), null)
})

t.test('what is new is delivered in the order of each partition, with details where someone waits for it', async (t) => {
  const { tail, publish, wanted, delivered, loads } = world()
  publish(1, 'ada')
  await tail.begin(nobody)
  t.same(tail.position, [0, 1, 0, 0, 0, 0, 0, 0], 'what was before is no one\'s')
  wanted.add('ada')
  publish(1, 'ada')
  publish(3, 'bora')
  publish(1, 'bora', 'ada')
  await Promise.all([tail.look(), tail.look()])
  t.same(delivered, [
    ['1#1', positionWord([0, 1, 0, 0, 0, 0, 0, 0]), undefined],
    ['1#2', positionWord([0, 2, 0, 0, 0, 0, 0, 0]), 'details of 1#2'],
    ['1#3', positionWord([0, 3, 0, 0, 0, 0, 0, 0]), 'details of 1#3'],
    ['3#1', positionWord([0, 3, 0, 1, 0, 0, 0, 0]), undefined],
  ])
  t.same(loads, [['1#2', '1#3']])
})

t.test('a first look begins at the end of the log', async (t) => {
  const { tail, publish, wanted, delivered } = world()
  wanted.add('ada')
  publish(4, 'ada')
  await tail.look()
  publish(4, 'ada')
  await tail.look()
  t.same(delivered.map(([id]) => id), ['4#2'])
})

t.test('one who begins to wait while details are loaded has theirs too', async (t) => {
  const { tail, publish, wanted, delivered, loads, hooks } = world()
  await tail.begin(nobody)
  wanted.add('ada')
  publish(0, 'ada')
  publish(0, 'bora')
  hooks.beforeLoad = async () => { wanted.add('bora') }
  await tail.look()
  t.same(loads, [['0#1'], ['0#2']])
  t.same(delivered.map(([id, , details]) => [id, details]), [['0#1', 'details of 0#1'], ['0#2', 'details of 0#2']])
})

t.test('events behind a position come from memory, or from the log as far as they are delivered', async (t) => {
  const { tail, publish, expired } = world()
  await tail.begin(nobody)
  const start = tail.position
  for (let index = 0; index < 250; index++) publish(index % 2, 'ada')
  await tail.look()
  t.same(tail.since(tail.position), [])
  t.equal(tail.since(start)?.length, 250)
  const from = [100, 125, 0, 0, 0, 0, 0, 0]
  t.same(tail.since(from)?.map(({ offset }) => offset), Array.from({ length: 25 }, (_, index) => 101 + index))
  t.equal(tail.since([126, 0, 0, 0, 0, 0, 0, 0]), null, 'ahead')
  publish(0, 'late')
  t.same((await tail.read(from))?.map(({ id }) => id), Array.from({ length: 25 }, (_, index) => `0#${101 + index}`), 'what is not delivered yet is left out')
  t.equal((await tail.read(start))?.length, 200, 'a part at a time')
  expired.upTo = 110
  t.equal(await tail.read(from), null)
  expired.upTo = 1000
  t.equal(await tail.read(from), null, 'all of it')
})

t.test('memory holds so many events', async (t) => {
  const { tail, publish } = world()
  await tail.begin(nobody)
  const start = tail.position
  for (let index = 0; index < 20_010; index++) publish(5, 'ada')
  await tail.look()
  t.equal(tail.since(start), null)
  t.equal(tail.since([0, 0, 0, 0, 0, 10, 0, 0])?.length, 20_000)
})

t.test('a tail that no one read begins some events before the end, unless someone reads it meanwhile', async (t) => {
  const { tail, publish, time, delivered, wanted } = world()
  await tail.begin(nobody)
  time.ms += 1000
  for (let index = 0; index < 600; index++) publish(2, 'ada')
  await tail.begin(nobody)
  t.equal(tail.position[2], 0, 'it is fresh')
  time.ms += 2000
  await tail.begin(() => true)
  t.equal(tail.position[2], 0, 'those who read it look')
  let asked = 0
  wanted.add('ada')
  await tail.begin(() => ++asked > 1)
  t.equal(delivered.length, 600)
  for (let index = 0; index < 501; index++) publish(2, 'ada')
  time.ms += 3000
  await tail.begin(nobody)
  const from = (offset: number): number[] => [0, 0, offset, 0, 0, 0, 0, 0]
  t.same([tail.position[2], delivered.length, tail.since(from(601))?.length, tail.since(from(600))], [1101, 1100, 500, null], 'one event lies farther back')
  publish(2, 'ada')
  time.ms += 3000
  await tail.begin(nobody)
  t.same([delivered.length, tail.since(from(601))?.length], [1101, 501], 'it goes on where it was')
})

t.test('a tail passes over what has expired, so that a position of a process that has read it is not ahead', async (t) => {
  const { tail, publish, expired } = world()
  for (let index = 0; index < 3; index++) publish(0, 'ada')
  expired.upTo = 2
  await tail.begin(nobody)
  t.same(tail.position, [3, 0, 0, 0, 0, 0, 0, 0])
  t.equal(tail.since([1, 0, 0, 0, 0, 0, 0, 0]), null, 'it is not there to be read')
  const other = world()
  other.publish(0, 'ada')
  other.expired.upTo = 1
  await other.tail.begin(nobody)
  t.same(other.tail.position, [1, 0, 0, 0, 0, 0, 0, 0])
  t.same(other.delivered, [])
  const before = other.reads.pages
  await other.tail.look()
  t.equal(other.reads.pages, before, 'it is not asked for again')
})

t.test('all who come at once to a process that no one read at are one look at the log', async (t) => {
  const { tail, publish, reads } = world()
  for (let index = 0; index < 90; index++) publish(index % OUTBOX_SHARDS, 'ada')
  await Promise.all(Array.from({ length: 1000 }, async () => { await tail.begin(nobody) }))
  t.same({ ...reads }, { heads: 3, pages: OUTBOX_SHARDS })
  t.equal(tail.since([0, 0, 0, 0, 0, 0, 0, 0])?.length, 90, 'what they missed is in memory')
})
