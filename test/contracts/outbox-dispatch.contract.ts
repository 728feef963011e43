import type { Test } from 'tap'
import { DomainError } from '#domain/errors.js'
import { createdKey } from '#domain/time.js'
import { COMPLETION_MAX, outboxShardOf, type OutboxEvent, type OutboxStore, type ShardLease, type StatsWrite } from '#application/ports/outbox-store.js'
import type { Stores } from '#application/ports/stores.js'
import { BY_CREATION } from '#application/ports/read-models.js'
import { byCreation } from '../support/dispatching.js'
import { at, eventsOf, message, open, pageCount, pages, payment, times, type MakePersistence } from './fixtures.js'

const DAY = at(0).slice(0, 10)

function counted (add: Record<string, number>, currency = 'TRY'): StatsWrite {
  return { kind: 'stats', family: BY_CREATION, slice: DAY, currency, add }
}

async function figures (stores: Stores): Promise<unknown> {
  return (await byCreation(stores, DAY)).map(({ currency, figures }) => ({ currency, ...figures }))
}

/** So many payments whose events lie in one shard, and the lease of it. */
async function oneShard ({ payments, outbox }: Stores, count: number, owner = 'ada'): Promise<{ events: OutboxEvent[], lease: ShardLease }> {
  const decisions = Array.from({ length: count * 30 }, (_, index) => payment(`pay_${index}`, { createdAt: at(index) }))
    .filter(({ events }) => events.every((event) => outboxShardOf(event) === 0)).slice(0, count)
  for (const decision of decisions) await payments.insert(decision)
  return { events: decisions.flatMap(({ events }) => events), lease: await claim(outbox, owner, 0) }
}

async function claim (outbox: OutboxStore, owner: string, seconds: number, until = seconds + 10): Promise<ShardLease> {
  return await outbox.claim(0, { owner, now: at(seconds), until: at(until) })
}

/** What dispatchers of the outbox stand on. */
export function outboxDispatchContract (t: Test, makePersistence: MakePersistence): void {
  t.test('a shard has one holder until the lease ends, and each claim has its own epoch', async (t) => {
    const { outbox } = await open(t, makePersistence)
    t.same(await claim(outbox, 'ada', 0), { shard: 0, owner: 'ada', epoch: 1, until: at(10), published: 0 })
    t.same(await claim(outbox, 'bora', 9), { shard: 0, owner: 'ada', epoch: 1, until: at(10), published: 0 }, 'too early')
    t.same(await claim(outbox, 'ada', 5), { shard: 0, owner: 'ada', epoch: 2, until: at(15), published: 0 }, 'prolonged')
    t.same(await claim(outbox, 'bora', 15), { shard: 0, owner: 'bora', epoch: 3, until: at(25), published: 0 }, 'at its end')
    t.match(await claim(outbox, 'ada', 16), { owner: 'bora', epoch: 3 })
    t.match(await claim(outbox, 'bora', 16, 16), { owner: 'bora', until: at(16) }, 'given back')
    t.match(await claim(outbox, 'ada', 16), { owner: 'ada', epoch: 5 })
    t.match(await outbox.claim(1, { owner: 'bora', now: at(0), until: at(10) }), { shard: 1, owner: 'bora', epoch: 1 }, 'another shard')
  })

  t.test('of many claims of a free shard at once one succeeds', async (t) => {
    const { outbox } = await open(t, makePersistence)
    const leases = await times(8, async (index) => await claim(outbox, `owner${index}`, 0))
    t.equal(new Set(leases.map(({ owner }) => owner)).size, 1)
    t.same(leases.map(({ epoch }) => epoch), leases.map(() => 1))
  })

  t.test('events end together with their effects', async (t) => {
    const stores = await open(t, makePersistence)
    const { events, lease } = await oneShard(stores, 3)
    t.same(await figures(stores), [])
    t.same(await stores.outbox.complete(lease, events.slice(0, 2), [counted({ pending_count: 2, pending_amount: 200 }), counted({ pending_count: 1 }, 'EUR')]), { kind: 'completed' })
    t.same(await stores.outbox.read(0, 10), events.slice(2))
    t.same(await stores.outbox.complete(lease, events.slice(2), [counted({ pending_count: 1, refunds_amount: -5 })]), { kind: 'completed' })
    t.same(await eventsOf(stores.outbox), [])
    t.same(new Set(await figures(stores) as object[]), new Set([{ currency: 'TRY', pending_count: 3, pending_amount: 200, refunds_amount: -5 }, { currency: 'EUR', pending_count: 1 }]))
  })

  t.test('a completion with an event that is gone ends none', async (t) => {
    const stores = await open(t, makePersistence)
    const { events: [first, ...others], lease } = await oneShard(stores, 3)
    if (first === undefined) throw new Error('there is one')
    await stores.outbox.discard([first])
    await stores.outbox.discard([first])
    t.same(await stores.outbox.complete(lease, [...others, first], [counted({ pending_count: 3 })]), { kind: 'overtaken' })
    await stores.outbox.park(lease, { event: first, reason: 'late', parkedAt: at(1) })
    t.same(await stores.outbox.read(0, 10), others)
    t.same(await figures(stores), [])
    t.equal(await stores.outbox.countParked(), 0)
  })

  t.test('a holder that lost the shard can end nothing, even before the next one begins', async (t) => {
    const stores = await open(t, makePersistence)
    const { events, lease } = await oneShard(stores, 1)
    const next = await claim(stores.outbox, 'bora', 10)
    t.same(await stores.outbox.complete(lease, events, [counted({ pending_count: 1 })]), { kind: 'overtaken' })
    t.same(await stores.outbox.complete({ ...lease, epoch: next.epoch }, events, [counted({ pending_count: 1 })]), { kind: 'overtaken' }, 'by another name')
    for (const event of events) await stores.outbox.park(lease, { event, reason: 'late', parkedAt: at(11) })
    t.same(await stores.outbox.read(0, 10), events)
    t.equal(await stores.outbox.countParked(), 0)
    t.same(await stores.outbox.complete(next, events, [counted({ pending_count: 1 })]), { kind: 'completed' })
    t.same(await figures(stores), [{ currency: 'TRY', pending_count: 1 }])
  })

  t.test('of many completions of the same events at once one succeeds', async (t) => {
    const stores = await open(t, makePersistence)
    const { events, lease } = await oneShard(stores, 5)
    const kinds = await times(8, async () => (await stores.outbox.complete(lease, events, [counted({ pending_count: 5 })])).kind)
    t.same(kinds.toSorted(), ['completed', ...Array.from({ length: 7 }, () => 'overtaken')])
    t.same(await figures(stores), [{ currency: 'TRY', pending_count: 5 }])
  })

  t.test('a completion may be as large as promised, and any number may be discarded', async (t) => {
    const stores = await open(t, makePersistence)
    const { events, lease } = await oneShard(stores, 90)
    const currencies = Array.from({ length: COMPLETION_MAX - events.length }, (_, index) => counted({ pending_count: 1 }, `CU${index}`))
    t.same(await stores.outbox.complete(lease, events, currencies), { kind: 'completed' })
    await times(60, async (index) => await stores.messages.insert(message(`m${index}`, { createdAt: at(index) })))
    const messages = await eventsOf(stores.outbox)
    t.equal(messages.length, 60)
    await stores.outbox.discard(messages)
    t.same(await eventsOf(stores.outbox), [])
  })

  t.test('a parked event does not wait, is listed, and can wait again in its place', async (t) => {
    const stores = await open(t, makePersistence)
    const { outbox } = stores
    const { events, lease } = await oneShard(stores, 5)
    t.same(await outbox.parked({ before: null, limit: 10 }), { items: [], nextKey: null })
    await times(4, async (index) => await outbox.park(lease, { event: events[index] as OutboxEvent, reason: `reason ${index}`, parkedAt: at(100 + index) }))
    t.same(await outbox.read(0, 10), events.slice(4))
    t.equal(await outbox.countParked(), 4)
    const listed = events.slice(0, 4).map((event, index) => ({ event, reason: `reason ${index}`, parkedAt: at(100 + index) })).reverse()
    for (const limit of [1, 3, 4, 5]) {
      const all = await pages(async (page) => await outbox.parked(page), limit)
      t.same(all.flat(), listed)
      t.equal(all.length, pageCount(4, limit))
    }
    const [, second] = events
    t.same(await outbox.unpark(String(second?.eventId)), second)
    t.same(await outbox.read(0, 10), [second, events[4]])
    t.equal(await outbox.countParked(), 3)
    await t.rejects(outbox.unpark(String(second?.eventId)), { code: 'not_found' })
    await t.rejects(outbox.unpark(createdKey(at(0), 'pay_none')), { code: 'not_found' })
    t.same(await outbox.complete(lease, await outbox.read(0, 10), [counted({ pending_count: 2 })]), { kind: 'completed' })
  })

  t.test('of many who let an event wait again at once one succeeds, and it waits once', async (t) => {
    const stores = await open(t, makePersistence)
    const { events, lease } = await oneShard(stores, 1)
    for (const event of events) await stores.outbox.park(lease, { event, reason: 'odd', parkedAt: at(1) })
    const results = await times(5, async () => await stores.outbox.unpark(String(events[0]?.eventId)).then(() => 'waits', (error: unknown) => error instanceof DomainError ? error.code : 'broken'))
    t.same(results.toSorted(), ['not_found', 'not_found', 'not_found', 'not_found', 'waits'])
    t.same(await eventsOf(stores.outbox), events)
  })
}
