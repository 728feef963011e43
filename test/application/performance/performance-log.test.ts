import t from 'tap'
import { PerformanceBuffer } from '#application/performance/performance-buffer.js'
import { makePerformanceUseCases } from '#application/performance/use-cases.js'
import { makeWritePerformance } from '#application/performance/write-performance.js'
import { MemoryPerformanceStore } from '#adapters/memory/performance/performance-store.js'
import { ROW_KEPT_MS, SLOT_MS, type PerformanceRow } from '#domain/performance/performance-row.js'
import { HOUR_MS, laterBy } from '#domain/time.js'
import { settableClock, START } from '../../support/builders.js'
import { faultyPorts } from '../../support/faulty-store.js'

const trace = (requestId: string) => ({ status: 200, requestId, traceId: null })

/** The world at the beginning of a slot. */
function world () {
  const { clock, advance } = settableClock(START)
  const faults = faultyPorts()
  const performanceRows = faults.wrap(new MemoryPerformanceStore())
  const performanceBuffer = new PerformanceBuffer({ nowMs: () => Date.parse(clock()), processId: 'prc_1', version: '1.0.0' })
  const write = makeWritePerformance({ performanceBuffer, write: async (row) => { await performanceRows.put(row) } })
  const useCases = makePerformanceUseCases({ performanceRows, clock })
  const rows = async () => (await performanceRows.list(START.slice(0, 13), { before: null, limit: 100 })).items
  return { advance, clock, faults, performanceRows, performanceBuffer, write, rows, ...useCases }
}

t.test('a slot is one row once it is over, whatever the traffic', async (t) => {
  const { advance, performanceBuffer, write, rows } = world()
  for (let i = 0; i < 600; i++) performanceBuffer.observe('http', 'GET /', i === 0, 2)
  performanceBuffer.observe('store', 'messages.find', false, 1)
  advance(SLOT_MS - 1)
  await write()
  t.same(await rows(), [], 'the slot is not over')
  advance(1)
  performanceBuffer.observe('http', 'GET /', false, 8)
  await write()
  await write()
  t.match(await rows(), [{
    slotAt: START,
    processId: 'prc_1',
    version: '1.0.0',
    figures: [{ kind: 'http', name: 'GET /', count: 600, errors: 1, spentMs: 1200, maxMs: 2 }, { kind: 'store', name: 'messages.find', count: 1, errors: 0 }],
    slowest: [],
    expiresAt: laterBy(START, ROW_KEPT_MS),
  }])
  advance(SLOT_MS)
  await write()
  t.match((await rows()).map(({ slotAt, figures }) => [slotAt, figures.length]), [[laterBy(START, SLOT_MS), 1], [START, 2]])
})

t.test('a slot without traffic writes nothing, and an early end writes what there is', async (t) => {
  const { advance, performanceBuffer, write, rows } = world()
  advance(3 * SLOT_MS)
  await write()
  t.same(await rows(), [])
  performanceBuffer.observe('work', 'drain', false, 1)
  performanceBuffer.finish()
  performanceBuffer.finish()
  await write()
  t.match(await rows(), [{ slotAt: laterBy(START, 3 * SLOT_MS), figures: [{ kind: 'work', name: 'drain', count: 1 }] }])
})

t.test('what cannot be written waits, and of many slots the oldest are dropped and counted', async (t) => {
  const { advance, performanceBuffer, faults, write, rows } = world()
  for (let slot = 0; slot < 5; slot++) {
    performanceBuffer.observe('http', `GET /${slot}`, false, 1)
    advance(SLOT_MS)
    faults.plan({ call: 1, when: 'before' })
    await t.rejects(write(), { code: 'store_unavailable' })
  }
  t.equal(performanceBuffer.dropped, 2)
  await write()
  t.same((await rows()).map(({ figures: [first] }) => first?.name), ['GET /4', 'GET /3', 'GET /2'])
  t.equal(performanceBuffer.dropped, 2)
  t.equal(performanceBuffer.take(), null)
})

t.test('names beyond 200 are counted under one name of their kind', async (t) => {
  const { performanceBuffer } = world()
  for (let i = 0; i < 250; i++) performanceBuffer.observe('http', `GET /${i}`, false, 1)
  for (const kind of ['store', 'http'] as const) performanceBuffer.observe(kind, 'late', false, 1)
  performanceBuffer.finish()
  const { figures = [] } = performanceBuffer.take() ?? {}
  t.equal(figures.length, 202)
  t.match(figures.slice(200), [{ kind: 'http', name: 'other', count: 51 }, { kind: 'store', name: 'other', count: 1 }])
})

t.test('the five slowest requests of a slot are kept with their ids, and those of the next slot are others', async (t) => {
  const { performanceBuffer, advance, clock } = world()
  for (const ms of [3, 9, 1, 7, 5, 8, 2]) performanceBuffer.observe('http', 'GET /', false, ms, trace(`req_${ms}`))
  performanceBuffer.observe('store', 'messages.find', false, 100)
  advance(SLOT_MS)
  performanceBuffer.observe('http', 'POST /', true, 1.26, { status: 500, requestId: 'req_late', traceId: '4bf92f3577b34da6a3ce929d0e0e4736' })
  t.same(performanceBuffer.take()?.slowest.map(({ requestId }) => requestId), ['req_9', 'req_8', 'req_7', 'req_5', 'req_3'])
  performanceBuffer.finish()
  t.same(performanceBuffer.take()?.slowest, [{ at: clock(), route: 'POST /', ms: 1.26, status: 500, requestId: 'req_late', traceId: '4bf92f3577b34da6a3ce929d0e0e4736' }])
})

t.test('a clock that goes back counts on in the running slot', async (t) => {
  const { performanceBuffer, advance } = world()
  performanceBuffer.observe('http', 'GET /', false, 1)
  advance(-2 * SLOT_MS)
  performanceBuffer.observe('http', 'GET /', false, 1)
  t.equal(performanceBuffer.take(), null)
  performanceBuffer.finish()
  t.match(performanceBuffer.take(), { slotAt: START, figures: [{ count: 2 }] })
})

/** Writes a row for each of these slots before now, and ends the time at the last one's end. */
async function filled () {
  const built = world()
  for (const [slot, [name, ms]] of ([['GET /', 10], ['GET /', 30], ['POST /', 100]] as const).entries()) {
    for (let i = 0; i < 3; i++) built.performanceBuffer.observe('http', name, i === 0, ms + slot, trace(`req_${slot}${i}`))
    built.performanceBuffer.observe('store', 'messages.find', false, 1)
    built.advance(SLOT_MS)
    await built.write()
  }
  return built
}

t.test('the figures of a kind have a series, a total, and the names that took most time first', async (t) => {
  const { readPerformance, advance } = await filled()
  const all = await readPerformance({ kind: 'http', name: null, from: null, to: null })
  t.match(all.total, { count: 9, errors: 3, max: 102 })
  t.match(all.series.map(({ at, count }) => [at, count]), [0, 1, 2].map((slot) => [laterBy(START, slot * SLOT_MS), 3]))
  t.match(all.byName, [{ name: 'POST /', count: 3, spent: 306 }, { name: 'GET /', count: 6, spent: 123, max: 31 }])
  t.equal(all.byName.length, 2)
  t.equal(all.asOf, laterBy(START, 2 * SLOT_MS), 'the rows of the last slot may not be written yet')
  advance(15_000)
  const post = await readPerformance({ kind: 'http', name: 'POST /', from: null, to: null })
  t.match(post, { total: { count: 3 }, series: [{ at: laterBy(START, 2 * SLOT_MS) }], byName: [{ name: 'POST /' }], asOf: laterBy(START, 3 * SLOT_MS) })
  t.equal(post.series.length, 1)
  t.match(await readPerformance({ kind: 'gateway', name: null, from: null, to: null }), { total: { count: 0, p50: null, max: null }, series: [], byName: [] })
})

t.test('at most 50 names are shown', async (t) => {
  const { performanceBuffer, advance, write, readPerformance } = world()
  for (let i = 0; i < 60; i++) performanceBuffer.observe('http', `GET /${i}`, false, i)
  advance(SLOT_MS)
  await write()
  const { byName, total } = await readPerformance({ kind: 'http', name: null, from: null, to: null })
  t.equal(byName.length, 50)
  t.equal(byName[0]?.name, 'GET /59')
  t.equal(total.count, 60)
})

t.test('a range holds the slots that began in it, over hours and pages, and none that has expired', async (t) => {
  const { performanceRows, readPerformance, listSlowRequests, advance } = await filled()
  const count = async (from: string | null, to: string | null) => (await readPerformance({ kind: 'http', name: null, from, to })).total.count
  t.equal(await count(START, laterBy(START, SLOT_MS)), 3)
  t.equal(await count(laterBy(START, 1), laterBy(START, SLOT_MS + 1)), 3)
  t.equal(await count(null, laterBy(START, SLOT_MS)), 3)
  t.equal(await count(laterBy(START, 24 * HOUR_MS), null), 0, 'a range that ends before it begins is empty')
  const slow = await listSlowRequests({ from: null, to: null }, 4)
  t.same(slow.map(({ ms, requestId }) => [ms, requestId]), [[102, 'req_20'], [102, 'req_21'], [102, 'req_22'], [31, 'req_10']])
  const [row] = (await performanceRows.list(START.slice(0, 13), { before: null, limit: 1 })).items
  for (let i = 0; i < 120; i++) await performanceRows.put({ ...row, processId: `prc_${i}x` } as PerformanceRow)
  t.equal(await count(laterBy(START, 2 * SLOT_MS), null), 3 + 120 * 3)
  t.equal(await count(laterBy(START, -20 * HOUR_MS), laterBy(START, 2 * HOUR_MS)), 9 + 120 * 3)
  advance(ROW_KEPT_MS)
  t.equal(await count(START, laterBy(START, SLOT_MS)), 0)
})

t.test('a range of more than a day is refused, and one with too many rows', async (t) => {
  const { performanceRows, readPerformance, listSlowRequests } = await filled()
  t.equal((await readPerformance({ kind: 'http', name: null, from: laterBy(START, -25 * HOUR_MS), to: null })).total.count, 0, 'a range without an end is a day')
  const reads: ReadonlyArray<(from: string) => Promise<unknown>> = [
    async (from) => await readPerformance({ kind: 'http', name: null, from, to: START }),
    async (from) => await listSlowRequests({ from, to: START }, 5),
  ]
  for (const read of reads) {
    await t.resolves(read(laterBy(START, -25 * HOUR_MS)))
    await t.rejects(read(laterBy(START, -25 * HOUR_MS - 1)), { code: 'invalid_range' })
  }
  const [row] = (await performanceRows.list(START.slice(0, 13), { before: null, limit: 1 })).items
  const figures = [{ kind: 'http', name: 'GET /', count: 1, errors: 0, spentMs: 1, maxMs: 1, sketch: new Uint8Array(30_000_000) }]
  for (const processId of ['prc_2', 'prc_3']) await performanceRows.put({ ...row, processId, figures } as PerformanceRow)
  await t.rejects(readPerformance({ kind: 'http', name: null, from: null, to: null }), { code: 'invalid_range', message: /shorter/ })
})

t.test('memory keeps the rows of 24 hours', async (t) => {
  const { performanceRows, rows } = await filled()
  const [row] = await rows()
  await performanceRows.put({ ...row, slotAt: laterBy(START, 24 * HOUR_MS + SLOT_MS) } as PerformanceRow)
  t.same((await rows()).map(({ slotAt }) => slotAt), [2, 1].map((slot) => laterBy(START, slot * SLOT_MS)))
})
