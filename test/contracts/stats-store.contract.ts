import type { Test } from 'tap'
import type { SliceFigures } from '#domain/payments/payment-stats.js'
import { dayAfter, laterBy } from '#domain/time.js'
import { OUTBOX_SHARDS, outboxShardOf, type OutboxEvent, type OutboxStore, type StatsWrite } from '#application/ports/outbox-store.js'
import { BY_CREATION, byChange, COUNTED_FROM_THE_START, type Recount } from '#application/ports/read-models.js'
import type { Stores } from '#application/ports/stores.js'
import { byCreation } from '../support/dispatching.js'
import { at, noted, open, payment, spoil, times, type MakePersistence } from './fixtures.js'

const onDay = (day: number) => laterBy(at(0), day * 86_400_000).slice(0, 10)

/** Makes a payment whose event leads to these writes, in whichever shard it lies. */
async function lead ({ payments, outbox }: Stores, paymentId: string, writes: readonly StatsWrite[]): Promise<void> {
  const decision = payment(paymentId)
  await payments.insert(decision)
  await end(outbox, decision.events, writes)
}

async function end (outbox: OutboxStore, events: readonly OutboxEvent[], writes: readonly StatsWrite[]): Promise<void> {
  for (const event of events) {
    const lease = await outbox.claim(outboxShardOf(event), { owner: 'ada', now: at(0), until: at(10) })
    await outbox.complete(lease, [event], writes)
  }
}

const counted = (day: number, add: Record<string, number>, currency = 'TRY'): StatsWrite => ({ kind: 'stats', family: BY_CREATION, slice: onDay(day), currency, add })
const sorted = (found: readonly SliceFigures[]) => found.toSorted((one, other) => `${one.slice}${one.currency}` < `${other.slice}${other.currency}` ? -1 : 1)

/** What is added comes by the outbox alone. */
export function statsStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('figures are added up over all shards, one entry a day and currency', async (t) => {
    const stores = await open(t, makePersistence)
    t.same(await byCreation(stores, onDay(0), onDay(9)), [])
    for (let index = 0; index < 20; index++) await lead(stores, `pay_${index}`, [counted(index % 2, { pending_count: 1, pending_amount: 100 + index }), counted(0, { refunds_count: -1 }, 'EUR')])
    const found = sorted(await byCreation(stores, onDay(0), onDay(1)))
    t.same(found, [
      { slice: onDay(0), currency: 'EUR', figures: { refunds_count: -20 } },
      { slice: onDay(0), currency: 'TRY', figures: { pending_count: 10, pending_amount: 1090 } },
      { slice: onDay(1), currency: 'TRY', figures: { pending_count: 10, pending_amount: 1100 } },
    ])
    spoil(found)
    t.match(sorted(await byCreation(stores, onDay(1), onDay(1))), [{ figures: { pending_count: 10 } }], 'what was handed out is a copy')
  })

  t.test('both ends belong to the range, and nothing beyond them', async (t) => {
    const stores = await open(t, makePersistence)
    await times(6, async (day) => await lead(stores, `pay_${day}`, [counted(day, { pending_count: day + 1 }), counted(day, { pending_count: 1 }, 'AED'), counted(day, { pending_count: 1 }, 'ZWG')]))
    t.same(new Set((await byCreation(stores, onDay(2), onDay(4))).map(({ slice, currency }) => `${slice} ${currency}`)),
      new Set([2, 3, 4].flatMap((day) => ['AED', 'TRY', 'ZWG'].map((currency) => `${onDay(day)} ${currency}`))))
    t.equal((await byCreation(stores, onDay(5), onDay(5))).length, 3)
    t.same(await byCreation(stores, onDay(6), onDay(99)), [])
  })

  t.test('two figures of one row that are added at once are both in it', async (t) => {
    const stores = await open(t, makePersistence)
    const decisions = Array.from({ length: 16 }, (_, index) => payment(`pay_${index}`))
    await times(16, async (index) => await stores.payments.insert(decisions[index] ?? payment('none')))
    const leases = await times(OUTBOX_SHARDS, async (shard) => await stores.outbox.claim(shard, { owner: 'ada', now: at(0), until: at(10) }))
    const write = counted(0, { pending_count: 1, pending_amount: 1000 })
    await Promise.all(decisions.flatMap(({ events }) => events.map(async (event) => {
      const lease = leases.filter(({ shard }) => shard === outboxShardOf(event))
      t.same(await Promise.all(lease.map(async (held) => await stores.outbox.complete(held, [event], [write]))), [{ kind: 'completed' }])
    })))
    t.same(await byCreation(stores, onDay(0), onDay(0)), [{ slice: onDay(0), currency: 'TRY', figures: { pending_count: 16, pending_amount: 16_000 } }])
  })

  t.test('a figure that a number does not hold exactly any more is refused, and the other days are not', async (t) => {
    const stores = await open(t, makePersistence)
    await lead(stores, 'pay_1', [counted(0, { pending_amount: Number.MAX_SAFE_INTEGER }), counted(1, { pending_amount: 1 })])
    t.match(await byCreation(stores, onDay(0), onDay(1)), { length: 2 })
    const { events } = await stores.payments.update('pay_1', noted('more'))
    await end(stores.outbox, events, [counted(0, { pending_amount: 2 })])
    for (const to of [onDay(0), onDay(1)]) await t.rejects(byCreation(stores, onDay(0), to), { code: 'invalid_range' })
    t.match(await byCreation(stores, onDay(1), onDay(9)), [{ figures: { pending_amount: 1 } }])
  })

  t.test('families are apart, and their slices are hours and quarters too', async (t) => {
    const stores = await open(t, makePersistence)
    const hour: StatsWrite = { kind: 'stats', family: byChange('hour', at(0)), slice: '2126-03-01T10', currency: 'TRY', add: { pending_count: 1 } }
    const writes = [hour, { ...hour, slice: '2126-03-01T11' }, { ...hour, slice: '2126-03-02T00' }, { ...hour, family: byChange('hour', at(1)) }, { ...hour, family: byChange('quarter', at(0)), slice: '2126-03-01T10:15' }, counted(0, { pending_count: 7 })]
    await lead(stores, 'pay_1', writes)
    const read = async (family: string, from: string, before: string) => sorted(await stores.stats.read(family, from, before)).map(({ slice, figures }) => `${slice} ${figures['pending_count']}`)
    t.same(await read(byChange('hour', at(0)), '2126-03-01T10', '2126-03-02T00'), ['2126-03-01T10 1', '2126-03-01T11 1'])
    t.same(await read(byChange('hour', at(0)), '2126-03-01T11', '2126-03-02T01'), ['2126-03-01T11 1', '2126-03-02T00 1'])
    t.same(await read(byChange('hour', at(1)), '2126-01-01T00', '2126-12-31T00'), ['2126-03-01T10 1'])
    t.same(await read(byChange('quarter', at(0)), '2126-03-01T10:00', '2126-03-01T10:30'), ['2126-03-01T10:15 1'])
    t.same(await read(byChange('quarter', at(0)), '2126-03-01T10:00', '2126-03-01T10:15'), [])
    t.same(await read(BY_CREATION, '2126-01-01', '2126-12-31'), [`${onDay(0)} 7`])
  })

  t.test('new stores have counted from the start, and the recount that began last holds', async (t) => {
    const { stats } = await open(t, makePersistence)
    t.same(await stats.recount(), COUNTED_FROM_THE_START)
    const recount: Recount = { since: at(10), isComplete: false, position: null, looked: 0 }
    t.equal(await stats.saveRecount(recount), true)
    const further = { ...recount, position: `${at(3)}#pay_3`, looked: 3 }
    t.equal(await stats.saveRecount(further), true)
    t.equal(await stats.saveRecount({ ...recount, since: at(9) }), false)
    t.same(await stats.recount(), further)
    t.equal(await stats.saveRecount({ ...recount, since: at(11), isComplete: true }), true)
    t.match(await stats.recount(), { since: at(11), isComplete: true })
  })

  t.test('a payment is counted as a whole once in a recount, together with its figures', async (t) => {
    const stores = await open(t, makePersistence)
    const { stats } = stores
    const family = byChange('day', at(10))
    const write: StatsWrite = { kind: 'stats', family, slice: onDay(0), currency: 'TRY', add: { pending_count: 2 } }
    const figures = async () => (await stats.read(family, onDay(0), dayAfter(onDay(0)))).map(({ figures }) => figures)
    t.same(await stats.counted(at(10), ['pay_1', 'pay_2']), new Map())
    t.equal(await stats.count(at(10), [{ paymentId: 'pay_1', version: 3 }, { paymentId: 'pay_2', version: 1 }], [write]), true)
    t.equal(await stats.count(at(10), [{ paymentId: 'pay_3', version: 1 }, { paymentId: 'pay_2', version: 2 }], [write]), false, 'one of them is counted')
    t.same(await stats.counted(at(10), ['pay_1', 'pay_2', 'pay_3']), new Map([['pay_1', 3], ['pay_2', 1]]))
    t.same(await figures(), [{ pending_count: 2 }])
    t.same(await stats.counted(at(11), ['pay_1']), new Map(), 'another recount begins anew')
    await lead(stores, 'pay_9', [write])
    t.same(await figures(), [{ pending_count: 4 }], 'events add to the same figures')
    const once = await times(6, async () => await stats.count(at(10), [{ paymentId: 'pay_4', version: 1 }], [write]))
    t.equal(once.filter(Boolean).length, 1, 'of many at once one succeeds')
    t.same(await figures(), [{ pending_count: 6 }])
  })
}
