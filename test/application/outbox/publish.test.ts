import t, { type Test } from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { TRIES } from '#application/outbox/dispatch-shard.js'
import type { Effect } from '#application/outbox/effect.js'
import { makePublish } from '#application/outbox/effects/publish.js'
import { OUTBOX_SHARDS } from '#application/ports/outbox-store.js'
import type { Stores } from '#application/ports/stores.js'
import { DomainError } from '#domain/errors.js'
import { laterBy } from '#domain/time.js'
import { at, message, payment, times } from '../../contracts/fixtures.js'
import { dispatcherOf } from '../../support/dispatching.js'
import { allEvents } from '../../support/world.js'

const publish = makePublish({ keptMs: 1000 })
const EVENTS = 10_000
/** Calls of `complete` whose answer is lost: every so many. */
const LOST_EVERY = 7

/** The ids of the log by their partitions, after a check that the offsets are 1, 2, 3 and so on. */
async function published (t: Test, { events }: Stores): Promise<string[]> {
  const heads = await events.heads()
  const ids: string[] = []
  for (const [partition, head] of heads.entries()) {
    const logged = await events.read(partition, 0, 100_000)
    t.same(logged.map(({ offset }) => offset), Array.from({ length: head }, (_, index) => index + 1))
    ids.push(...logged.map(({ id }) => id))
  }
  return ids
}

t.test('an event is published with its facts, and expires so long after it happened', async (t) => {
  const [event] = payment('pay_1', { sellerId: null }).events
  if (event === undefined) throw new Error('there is one')
  t.match(publish.writes(event, null), [{ kind: 'publish', event: { id: event.eventId, type: 'payment.created', audience: ['ayse'], version: 1 }, expiresAt: laterBy(at(0), 1000) }])
  t.notOk(publish.wantsPayment(event))
})

t.test(`of ${EVENTS} events each is published once and without a gap, by two dispatchers that lose answers and shards, and with parked events`, async (t) => {
  const stores = memoryStores()
  await times(EVENTS, async (index) => await stores.messages.insert(message(`m${index}`, { senderId: `user${index}`, createdAt: at(index) })))
  const expected = (await allEvents({ outbox: { ...stores.outbox, read: async (shard) => await stores.outbox.read(shard, EVENTS) } })).map(({ eventId }) => eventId)
  let calls = 0
  const losing: Stores['outbox'] = new Proxy(stores.outbox, {
    get: (target, name) => async (...args: unknown[]) => {
      const answer = await (Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>).apply(target, args)
      if (name === 'complete' && ++calls % LOST_EVERY === 0) throw new DomainError('store_unavailable', 'the answer is lost')
      return answer
    },
  })
  let isOdd = true
  const odd: Effect = {
    name: 'odd',
    wantsPayment: () => false,
    writes: ({ subjectId }) => {
      if (isOdd && subjectId.endsWith('77')) throw new Error('odd')
      return []
    },
  }
  let time = Date.parse(at(0))
  const processes = [1, 2].map(() => dispatcherOf({ ...stores, outbox: losing }, { effects: [publish, odd], clock: () => new Date(time += 900).toISOString() }))
  const waiting = async (): Promise<number> => (await Promise.all(Array.from({ length: OUTBOX_SHARDS }, async (_, shard) => (await stores.outbox.read(shard, 1)).length))).reduce((sum, count) => sum + count, 0)
  const work = async (): Promise<void> => {
    while (await waiting() > 0) await Promise.allSettled(processes.map(async ({ run }) => { await run() }))
  }
  await work()
  const parked = (await stores.outbox.parked({ before: null, limit: EVENTS })).items.map(({ event }) => event.eventId)
  t.equal(parked.length, EVENTS / 100)
  t.ok(calls > LOST_EVERY * TRIES)
  const before = await published(t, stores)
  t.equal(before.length, EVENTS - parked.length)
  isOdd = false
  for (const eventId of parked) await stores.outbox.unpark(eventId)
  await work()
  const all = await published(t, stores)
  t.same(all.toSorted(), expected.toSorted())
  t.same(new Set(all.slice()).size, EVENTS)
})
