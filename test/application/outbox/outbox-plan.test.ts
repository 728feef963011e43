import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import type { Effect } from '#application/outbox/effect.js'
import { batchesOf, merged, planOf, rowOf } from '#application/outbox/plan.js'
import { COMPLETION_MAX, type StatsWrite } from '#application/ports/outbox-store.js'
import { BY_CREATION } from '#application/ports/read-models.js'
import { payment, times } from '../../contracts/fixtures.js'
import { allEvents } from '../../support/world.js'

const stats = (currency: string, add: Record<string, number> = { seen: 1 }): StatsWrite => ({ kind: 'stats', family: BY_CREATION, slice: '2026-03-01', currency, add })
const effect = (name: string, writes: Effect['writes']): Effect => ({ name, wantsPayment: () => false, writes })

const stores = memoryStores()
await times(100, async (index) => await stores.payments.insert(payment(`pay_${index + 100}`)))
const events = await allEvents(stores)

t.test('writes to one row become one, whichever effects they come from', async (t) => {
  const { planned } = planOf(events.slice(0, 1), new Map(), [effect('one', () => [stats('TRY', { a: 1, b: 2 }), stats('EUR')]), effect('other', () => [stats('TRY', { a: -3, c: 1 })])])
  t.same(planned, [{ event: events[0], writes: [stats('TRY', { a: -2, b: 2, c: 1 }), stats('EUR')] }])
  t.same(merged([stats('TRY'), { ...stats('TRY'), slice: '2026-03-02' }]).length, 2, 'another day is another row')
  t.same(merged([stats('TRY'), { ...stats('TRY'), family: 'day' }]).length, 2, 'another family is another row')
})

t.test('an event with figures that are not whole numbers is stuck, as is one with too many writes', async (t) => {
  const reasons = [NaN, Infinity, 0.5, 2 ** 53].map((odd) => planOf(events.slice(0, 1), new Map(), [effect('adding', () => [stats('TRY', { seen: odd })])]).stuck)
  t.same(reasons, reasons.map(() => [{ event: events[0], reason: 'adding: Error: a figure is not a whole number' }]))
  const many = (count: number) => planOf(events.slice(0, 1), new Map(), [effect('many', () => Array.from({ length: count }, (_, index) => stats(`C${index}`)))])
  t.match(many(COMPLETION_MAX), { planned: [], stuck: [{ reason: 'the event leads to more writes than one transaction holds' }] })
  t.match(many(COMPLETION_MAX - 1), { planned: [{}], stuck: [] })
})

t.test('an event of a type that only another version knows is stuck, because it may have effects there', async (t) => {
  const other = { ...events[0], type: 'payment.odd' } as unknown as typeof events[number]
  t.same(planOf([other], new Map(), [effect('one', () => [stats('TRY')])]), { planned: [], idle: [], stuck: [{ event: other, reason: 'this version does not know events of this type' }] })
})

t.test('batches keep the order and are as large as a transaction holds', async (t) => {
  const plan = (rows: number, shared: number) => planOf(events, new Map(), [effect('x', ({ eventId }) => [
    ...Array.from({ length: shared }, (_, index) => stats(`S${index}`)), ...Array.from({ length: rows }, (_, index) => stats(`${eventId} ${index}`)),
  ])]).planned
  for (const [rows, shared, sizes] of [[0, 1, [98, 2]], [1, 0, [49, 49, 2]], [1, 9, [45, 45, 10]], [50, 0, Array.from({ length: 100 }, () => 1)], [98, 0, Array.from({ length: 100 }, () => 1)]] as const) {
    const batches = batchesOf(plan(rows, shared))
    t.same(batches.map(({ length }) => length), sizes, `${rows} rows of their own and ${shared} of all`)
    t.same(batches.flat().map(({ event }) => event), events)
    for (const batch of batches) t.ok(batch.length + new Set(batch.flatMap(({ writes }) => writes.map(rowOf))).size <= COMPLETION_MAX)
  }
  t.same(batchesOf([]), [])
})
