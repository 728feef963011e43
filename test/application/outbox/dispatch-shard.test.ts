import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { BATCH, LEASE_MS, TRIES } from '#application/outbox/dispatch-shard.js'
import type { Effect } from '#application/outbox/effect.js'
import { EFFECTS } from '#application/outbox/effects.js'
import { OUTBOX_SHARDS, outboxShardOf, type Completion, type OutboxEvent, type ProjectionWrite } from '#application/ports/outbox-store.js'
import { BY_CREATION } from '#application/ports/read-models.js'
import type { Stores } from '#application/ports/stores.js'
import { at, message, noted, payment, times } from '../../contracts/fixtures.js'
import { settableClock } from '../../support/builders.js'
import { byCreation, dispatcherOf } from '../../support/dispatching.js'
import { allEvents } from '../../support/world.js'

const DAY = at(0).slice(0, 10)

/** An effect that counts events by their subject, each as a currency of its own, and fails for some subjects. */
function counting (fails: (event: OutboxEvent) => string | null = () => null): Effect {
  return {
    name: 'counting',
    wantsPayment: () => false,
    writes: (event) => {
      const reason = fails(event)
      if (reason !== null) throw new Error(reason)
      return [{ kind: 'stats', family: BY_CREATION, slice: DAY, currency: event.subjectId, add: { seen: 1 } }]
    },
  }
}

async function seen (stores: Stores): Promise<Record<string, number>> {
  return Object.fromEntries((await byCreation(stores, DAY)).map(({ currency, figures }) => [currency, figures['seen'] ?? 0]))
}

/** Payments whose events all lie in one shard. */
async function oneShard ({ payments }: Stores, count: number): Promise<string[]> {
  const decisions = Array.from({ length: count * 30 }, (_, index) => payment(`pay_${index}`, { createdAt: at(index) }))
    .filter(({ events }) => events.every((event) => outboxShardOf(event) === 0)).slice(0, count)
  for (const decision of decisions) await payments.insert(decision)
  return decisions.map((decision) => decision.payment.paymentId)
}

t.test('messages have no effect and are discarded, payments are counted', async (t) => {
  const stores = memoryStores()
  await times(300, async (index) => await stores.messages.insert(message(`m${index}`, { createdAt: at(index) })))
  await times(20, async (index) => await stores.payments.insert(payment(`pay_${index}`)))
  const dispatcher = dispatcherOf(stores)
  await dispatcher.run()
  t.same(await allEvents(stores), [])
  t.same(dispatcher.ended, { discarded: 300, completed: 20 })
  t.same((await byCreation(stores, DAY)).map(({ figures }) => figures), [{ pending_count: 20, pending_amount: 2000 }])
  t.same([...dispatcher.waiting.values()], Array.from({ length: OUTBOX_SHARDS }, () => null))
})

t.test('an event of a payment without an effect is discarded too', async (t) => {
  const stores = memoryStores()
  await stores.payments.insert(payment('pay_1'))
  await stores.payments.update('pay_1', noted('x'))
  const dispatcher = dispatcherOf(stores)
  await dispatcher.run()
  t.same(dispatcher.ended, { discarded: 1, completed: 1 })
})

t.test('an effect that wants the payment gets its present state, and it is read once', async (t) => {
  const stores = memoryStores()
  await oneShard(stores, 2)
  await stores.messages.insert(message('m1'))
  const asked: Array<readonly string[]> = []
  const got: unknown[] = []
  const wanting: Effect = {
    name: 'wanting',
    wantsPayment: ({ type }) => type === 'payment.created',
    writes: (event, payment) => {
      got.push([event.type, payment])
      return []
    },
  }
  const payments = { ...stores.payments, findMany: async (ids: readonly string[]) => { asked.push(ids); return await stores.payments.findMany(ids) } }
  const [first, second] = (await stores.payments.listOfUser('ayse', null, { before: null, limit: 2 })).items.toReversed()
  await stores.payments.update(String(first?.paymentId), noted('x'))
  const known = await stores.payments.find(String(first?.paymentId))
  await dispatcherOf({ ...stores, payments }, { effects: [wanting] }).run()
  t.same(asked, [[first?.paymentId, second?.paymentId]])
  t.same(new Set(got), new Set([['payment.created', known], ['payment.processing', null], ['payment.created', second], ['message.sent', null]]))
  t.match(known, { description: 'x' })
})

t.test('a shard with a lease is left alone, and taken over once the lease is over', async (t) => {
  const stores = memoryStores()
  const time = settableClock(at(0))
  const [one, other] = [dispatcherOf(stores, { clock: time.clock }), dispatcherOf(stores, { clock: time.clock })]
  await one.run()
  await oneShard(stores, 1)
  await other.run()
  t.same([(await allEvents(stores)).length, other.waiting.get(0)], [1, null], 'not ours')
  time.advance(LEASE_MS / 2)
  await one.run()
  t.same(one.ended, { completed: 1 })
  await oneShard(stores, 2)
  time.advance(LEASE_MS - 1)
  await other.run()
  t.equal((await allEvents(stores)).length, 1, 'prolonged at its half')
  time.advance(1)
  await other.run()
  t.same(other.ended, { completed: 1 })
  await one.run()
  t.match(await stores.outbox.claim(0, { owner: 'x', now: at(0), until: at(1) }), { epoch: 3 })
})

t.test('a dispatcher that holds a lease, or knows of another\'s, claims none', async (t) => {
  const stores = memoryStores()
  let claims = 0
  const outbox = { ...stores.outbox, read: async () => [], claim: async (...args: Parameters<typeof stores.outbox.claim>) => { claims++; return await stores.outbox.claim(...args) } }
  const time = settableClock(at(0))
  const both = [dispatcherOf({ ...stores, outbox }, { clock: time.clock }), dispatcherOf({ ...stores, outbox }, { clock: time.clock })]
  for (let round = 0; round < 5; round++) for (const { run } of both) await run()
  t.equal(claims, 2 * OUTBOX_SHARDS)
})

t.test('a shard that is given back can be claimed at once', async (t) => {
  const stores = memoryStores()
  const [one, other] = [dispatcherOf(stores), dispatcherOf(stores)]
  await one.end()
  await one.run()
  await other.end()
  await oneShard(stores, 1)
  await one.end()
  await other.run()
  t.same(other.ended, { completed: 1 })
})

t.test('an event whose effect throws is parked after a few tries, with the reason, and delays no later event', async (t) => {
  const stores = memoryStores()
  const [bad = '', ...good] = await oneShard(stores, 4)
  await stores.payments.update(bad, noted('x'))
  const effects = [counting(({ subjectId, type }) => subjectId === bad && type === 'payment.created' ? 'odd' : null)]
  const dispatcher = dispatcherOf(stores, { effects, clock: () => at(500) })
  const [first] = await stores.outbox.read(0, 1)
  for (let tries = 1; tries < TRIES; tries++) {
    await dispatcher.run()
    t.same(await seen(stores), Object.fromEntries([...good, bad].map((id) => [id, 1])), 'the others count, the follower of the bad one too')
    t.same(await allEvents(stores), [first])
    t.equal(dispatcher.waiting.get(0), first?.occurredAt)
  }
  await dispatcher.run()
  t.same(await allEvents(stores), [])
  t.same((await stores.outbox.parked({ before: null, limit: 10 })).items, [{ event: first, reason: 'counting: Error: odd', parkedAt: at(500) }])
  t.same(dispatcher.parked, [{ event: first, reason: 'counting: Error: odd' }])
  t.match(dispatcher.ended, { parked: 1 })
  t.equal(dispatcher.waiting.get(0), null)

  await stores.outbox.unpark(String(first?.eventId))
  await dispatcherOf(stores, { effects: [counting()], clock: () => at(1000) }).run()
  t.match(await seen(stores), { [bad]: 2 })
})

t.test('more bad events than fit into a batch are parked, and later events take effect', async (t) => {
  const stores = memoryStores()
  const ids = await oneShard(stores, BATCH + 5)
  const dispatcher = dispatcherOf(stores, { effects: [counting(({ subjectId }) => ids.indexOf(subjectId) < BATCH ? 'odd' : null)] })
  for (let tries = 0; tries < TRIES; tries++) await dispatcher.run()
  t.equal(await stores.outbox.countParked(), BATCH)
  t.equal(Object.keys(await seen(stores)).length, 0, 'they rest between their tries')
  await dispatcher.run()
  t.same(await seen(stores), Object.fromEntries(ids.slice(BATCH).map((id) => [id, 1])))
})

t.test('an event that succeeds after a failure has all its tries again', async (t) => {
  const stores = memoryStores()
  const [id = ''] = await oneShard(stores, 1)
  let fails = true
  const dispatcher = dispatcherOf(stores, { effects: [counting(() => fails ? 'odd' : null)] })
  for (let tries = 1; tries < TRIES; tries++) await dispatcher.run()
  fails = false
  await dispatcher.run()
  t.same([await seen(stores), dispatcher.waiting.get(0)], [{ [id]: 1 }, null])
})

/** An outbox that refuses events of some subjects. */
function refusing ({ outbox }: Stores, refused: ReadonlySet<string>, sizes: number[]): Stores['outbox'] {
  const complete = async (lease: Parameters<typeof outbox.complete>[0], events: readonly OutboxEvent[], writes: readonly ProjectionWrite[]): Promise<Completion> => {
    sizes.push(events.length)
    return events.some(({ subjectId }) => refused.has(subjectId)) ? { kind: 'refused', reason: 'x'.repeat(1000) } : await outbox.complete(lease, events, writes)
  }
  return new Proxy(outbox, { get: (target, name) => name === 'complete' ? complete : (Reflect.get(target, name) as () => unknown).bind(target) })
}

t.test('of a refused batch only the events at fault are parked', async (t) => {
  const stores = memoryStores()
  const ids = await oneShard(stores, 40)
  const refused = new Set([ids[3] ?? '', ids[31] ?? ''])
  const sizes: number[] = []
  const dispatcher = dispatcherOf({ ...stores, outbox: refusing(stores, refused, sizes) }, { effects: [counting()] })
  await dispatcher.run()
  t.equal(Object.keys(await seen(stores)).length, 38)
  t.ok(sizes.length < 25, `${sizes.length} steps`)
  for (let tries = 1; tries < TRIES; tries++) await dispatcher.run()
  t.same(new Set(dispatcher.parked.map(({ event }) => event.subjectId)), refused)
  t.same(dispatcher.parked.map(({ reason }) => reason.length), [500, 500])
  t.same(await allEvents(stores), [])
})

t.test('an overtaken dispatcher stops, and later continues with what is left', async (t) => {
  const stores = memoryStores()
  const ids = await oneShard(stores, 60)
  let calls = 0
  // Sixty events and sixty rows are two steps. Another dispatcher holds the shard for a moment between them.
  const outbox = new Proxy(stores.outbox, {
    get: (target, name) => async (...args: unknown[]) => {
      if (name === 'complete' && ++calls === 2) await stores.outbox.claim(0, { owner: 'other', now: at(999), until: at(0) })
      return await (Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>).apply(target, args)
    },
  })
  const dispatcher = dispatcherOf({ ...stores, outbox }, { effects: [counting()], clock: () => at(0) })
  await dispatcher.run()
  t.equal(Object.keys(await seen(stores)).length, 49)
  await dispatcher.run()
  t.same(await seen(stores), Object.fromEntries(ids.map((id) => [id, 1])))
})

t.test('when half of a refused batch is overtaken, the other half is not tried', async (t) => {
  const stores = memoryStores()
  await oneShard(stores, 4)
  const sizes: number[] = []
  const outbox = new Proxy(stores.outbox, {
    get: (target, name) => name === 'complete'
      ? async (_lease: unknown, { length }: readonly OutboxEvent[]): Promise<Completion> => { sizes.push(length); return length === 4 ? { kind: 'refused', reason: 'odd' } : { kind: 'overtaken' } }
      : (Reflect.get(target, name) as () => unknown).bind(target),
  })
  await dispatcherOf({ ...stores, outbox }, { effects: EFFECTS }).run()
  t.same(sizes, [4, 2])
})
