import t from 'tap'
import type { Figures, SliceFigures } from '#domain/payments/payment-stats.js'
import { settle } from '#domain/payments/settlement.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeRecountPayments, type RecountOptions } from '#application/payments/recount-payments.js'
import { byChange, type Recount } from '#application/ports/read-models.js'
import type { Stores } from '#application/ports/stores.js'
import { payment, times } from '../../contracts/fixtures.js'
import { settableClock, START } from '../../support/builders.js'
import { byCreation, dispatcherOf } from '../../support/dispatching.js'
import { liveOut, pick, seeded, type Random } from '../../support/random-payments.js'
import { allEvents } from '../../support/world.js'

const MINUTE_MS = 60_000

/** Stores of an earlier version, in which nothing counts by time yet: they know of no recount until one has begun. */
function earlierStores (): Stores {
  const stores = memoryStores()
  let begun = false
  const { stats } = stores
  return {
    ...stores,
    stats: {
      read: async (...args) => await stats.read(...args),
      recount: async () => begun ? await stats.recount() : null,
      saveRecount: async (recount) => { begun = true; return await stats.saveRecount(recount) },
      counted: async (...args) => await stats.counted(...args),
      count: async (...args) => await stats.count(...args),
    },
  }
}

function recounting (stores: Stores, time = settableClock()) {
  const pauses: number[] = []
  const recountPayments = makeRecountPayments({ ...stores, clock: time.clock, pause: async (milliseconds) => { pauses.push(milliseconds); time.advance(milliseconds) } })
  const run = async (options: Partial<RecountOptions> = {}) => await recountPayments({ again: false, signal: new AbortController().signal, onProgress: () => {}, ...options })
  return { run, pauses, time }
}

/** All figures by currency, without those that are 0, and without openings: a dispute whose end is told first was never counted as opened. */
function totals (found: readonly SliceFigures[]): Record<string, Figures> {
  const currencies = [...Map.groupBy(found, ({ currency }) => currency)].sort()
  return Object.fromEntries(currencies.map(([currency, slices]) => {
    const sums: Record<string, number> = {}
    for (const { figures } of slices) for (const [name, figure] of Object.entries(figures)) sums[name] = (sums[name] ?? 0) + figure
    return [currency, Object.fromEntries(Object.entries(sums).filter(([name, sum]) => sum !== 0 && !name.startsWith('disputes_opened')).sort())]
  }))
}

async function byTime ({ stats }: Stores, grain: 'day' | 'hour' | 'quarter'): Promise<Record<string, Figures>> {
  const recount = await stats.recount()
  return totals(await stats.read(byChange(grain, String(recount?.since)), '2020', '2030'))
}

/** Applies the events that wait. */
async function dispatch (stores: Stores): Promise<void> {
  const { run, end } = dispatcherOf(stores)
  await run()
  await end()
  if ((await allEvents(stores)).length > 0) throw new Error('events still wait')
}

/** Applies them as a version does that does not count by time. */
async function dispatchEarlier (stores: Stores): Promise<void> {
  await dispatch({ ...stores, stats: { ...stores.stats, recount: async () => null } })
}

t.test('older payments are counted as they are, and later ones by their events', async (t) => {
  const stores = earlierStores()
  const random = seeded(7)
  for (let index = 0; index < 250; index++) await liveOut(random, stores.payments, `pay_${index}`, '2025-12-01T00:00:00.000Z')
  await dispatchEarlier(stores)
  const { run, pauses, time } = recounting(stores)
  const progress: number[] = []
  t.equal(await run({ onProgress: (looked) => { progress.push(looked) } }), true)
  t.same(progress, [0, 100, 200, 250])
  t.same(pauses, [2 * MINUTE_MS], 'every node knows of the recount before it begins')
  t.match(await stores.stats.recount(), { since: laterBy(START, 2 * MINUTE_MS), isComplete: true, position: null, looked: 250 })
  for (let index = 0; index < 50; index++) await liveOut(random, stores.payments, `late_${index}`, time.clock())
  for (let index = 0; index < 250; index += 9) await stores.payments.update(`pay_${index}`, (before) => settle(before, { kind: 'dispute', disputeId: 'dp_9', amount: 5, status: 'lost' }, time.clock()))
  await dispatch(stores)
  for (const grain of ['day', 'hour', 'quarter'] as const) t.same(await byTime(stores, grain), totals(await byCreation(stores, '2020-01-01', '2030-01-01')), grain)
  t.equal(await run(), true)
  t.same(pauses.length, 1, 'once complete, it is complete')
})

t.test('an event of an older payment counts once, whether the recount or a dispatcher meets the payment first', async (t) => {
  const stores = earlierStores()
  const { run, time } = recounting(stores)
  const settled = { kind: 'canceled', reference: null } as const
  for (const paymentId of ['early', 'waiting', 'late']) await stores.payments.insert(payment(paymentId, { createdAt: START }))
  await dispatchEarlier(stores)
  const since = laterBy(START, 2 * MINUTE_MS)
  const recount: Recount = { since, isComplete: false, position: null, looked: 0 }
  await stores.stats.saveRecount(recount)
  await stores.payments.update('early', (before) => settle(before, settled, time.clock()))
  await dispatch(stores)
  t.same(await byTime(stores, 'day'), { TRY: { canceled_amount: 100, canceled_count: 1 } }, 'the dispatcher counts the whole payment')
  await stores.payments.update('waiting', (before) => settle(before, settled, time.clock()))
  await run()
  t.same(await byTime(stores, 'day'), { TRY: { canceled_amount: 200, canceled_count: 2, pending_amount: 100, pending_count: 1 } }, 'the event that waits is counted with its payment')
  await stores.payments.update('late', (before) => settle(before, settled, time.clock()))
  await dispatch(stores)
  t.same(await byTime(stores, 'day'), { TRY: { canceled_amount: 300, canceled_count: 3 } })
})

t.test('a payment that is stored behind the walk, as after an outage, is counted by the dispatcher', async (t) => {
  const stores = earlierStores()
  const { run } = recounting(stores)
  await run()
  await stores.payments.insert(payment('pay_1', { createdAt: laterBy(START, -60 * MINUTE_MS) }))
  await dispatch(stores)
  t.same(await byTime(stores, 'quarter'), { TRY: { pending_amount: 100, pending_count: 1 } })
})

t.test('it goes on where it was stopped', async (t) => {
  const stores = earlierStores()
  for (let index = 0; index < 350; index++) await stores.payments.insert(payment(`pay_${index}`, { createdAt: laterBy(START, -index * MINUTE_MS) }))
  await dispatchEarlier(stores)
  const { run, pauses } = recounting(stores)
  let runs = 0
  for (let done = false; !done; runs++) {
    const stop = new AbortController()
    let told = 0
    done = await run({ signal: stop.signal, onProgress: () => { if (++told === 2) stop.abort() } })
  }
  t.same([runs, pauses.length], [4, 1])
  t.same(await byTime(stores, 'hour'), { TRY: { pending_amount: 35_000, pending_count: 350 } })
  const stopped = new AbortController()
  stopped.abort()
  t.equal(await recounting(earlierStores()).run({ signal: stopped.signal }), false, 'a recount that has only begun')
})

t.test('after an earlier version has run once more, payments are counted again', async (t) => {
  const stores = earlierStores()
  const { run, time } = recounting(stores)
  await run()
  time.advance(MINUTE_MS)
  await stores.payments.insert(payment('pay_1', { createdAt: time.clock() }))
  await dispatchEarlier(stores)
  t.same(await byTime(stores, 'day'), {}, 'the event went by')
  const { since = '' } = await stores.stats.recount() ?? {}
  t.equal(await run({ again: true }), true)
  t.same(await byTime(stores, 'day'), { TRY: { pending_amount: 100, pending_count: 1 } })
  await t.rejects(makeRecountPayments({
    ...stores, clock: () => since, pause: async () => {}, stats: { ...stores.stats, recount: async () => ({ since, isComplete: false, position: null, looked: 0 }) },
  })({ again: false, signal: new AbortController().signal, onProgress: () => {} }), { message: 'a later recount has begun' })
})

/** The store, with pauses before and after its calls, in which others may run. */
function interleaved<Store extends object> (store: Store, random: Random): Store {
  const wait = async (): Promise<void> => { for (let turns = Math.floor(random() * 4); turns > 0; turns--) await Promise.resolve() }
  return new Proxy(store, {
    get: (target, name) => async (...args: unknown[]) => {
      await wait()
      const answer = await (Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>)(...args)
      await wait()
      return answer
    },
  })
}

t.test('recounts, dispatchers and payments at once count everything once', async (t) => {
  for (let seed = 1; seed <= 40; seed++) {
    const stores = earlierStores()
    const random = seeded(seed)
    const time = settableClock()
    const clock = (): Timestamp => { time.advance(pick(random, [0, 0, 500, 4000])); return time.clock() }
    const live = async (name: string, count: number, start: Timestamp) => await times(count, async (index) => await liveOut(seeded(seed * 1000 + index), stores.payments, `${name}_${index}`, start))
    const wrapped = { ...stores, stats: interleaved({ ...stores.stats }, random), outbox: stores.outbox }
    await live('old', 30, '2025-12-01T00:00:00.000Z')
    await dispatchEarlier(stores)
    await live('waiting', 10, '2025-12-01T00:00:00.000Z')
    const racing = [dispatcherOf(wrapped, { clock }), dispatcherOf(wrapped, { clock })]
    const recounts = [recounting(wrapped, time), recounting(wrapped, time)]
    await recounts[0]?.run({ signal: AbortSignal.abort() })
    await Promise.all([...recounts.map(async ({ run }) => await run()), ...racing.map(async ({ run }) => { await run() }), live('new', 20, laterBy(START, 10 * MINUTE_MS))])
    while ((await allEvents(stores)).length > 0) await Promise.all(racing.map(async ({ run }) => { await run() }))
    t.same(await byTime(stores, 'quarter'), totals(await byCreation(stores, '2020-01-01', '2030-01-01')), `seed ${seed}`)
  }
})
