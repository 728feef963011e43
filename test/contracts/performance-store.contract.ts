import type { Test } from 'tap'
import { hourOf, ROW_KEPT_MS, type PerformanceRow } from '#domain/performance/performance-row.js'
import { laterBy } from '#domain/time.js'
import { at, open, pageCount, pages, spoil, times, type MakePersistence } from './fixtures.js'

function row (minute: number, processId = 'prc_1', count = 1): PerformanceRow {
  const slotAt = at(minute * 60)
  return {
    slotAt,
    processId,
    version: '1.0.0',
    figures: [{ kind: 'http', name: 'GET /', count, errors: 0, spentMs: 1.5, maxMs: 1.25, sketch: Uint8Array.of(80, count) }],
    slowest: [
      { at: slotAt, route: 'GET /', status: 200, ms: 1.25, requestId: 'req_1', traceId: '4bf92f3577b34da6a3ce929d0e0e4736' },
      { at: slotAt, route: 'GET /', status: 500, ms: 0.25, requestId: 'req_2', traceId: null },
    ],
    expiresAt: laterBy(slotAt, ROW_KEPT_MS),
  }
}

export function performanceStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('a row of the performance log is kept as it is, and a repeat takes its place', async (t) => {
    const { performanceRows } = await open(t, makePersistence)
    const list = async () => (await performanceRows.list(hourOf(at(0)), { before: null, limit: 10 })).items
    t.same(await list(), [])
    const given = row(0)
    await performanceRows.put(given)
    spoil(given)
    t.same(await list(), [row(0)])
    spoil((await list())[0] ?? {})
    t.same(await list(), [row(0)])
    await performanceRows.put(row(0, 'prc_1', 2))
    t.same(await list(), [row(0, 'prc_1', 2)])
  })

  t.test('the rows of an hour are listed page by page, the newest slot first, and those of no other hour', async (t) => {
    const { performanceRows } = await open(t, makePersistence)
    await times(6, async (index) => { await performanceRows.put(row(index * 5)) })
    for (const other of [row(5, 'prc_2'), row(60), row(-5)]) await performanceRows.put(other)
    const hour = [row(25), row(20), row(15), row(10), row(5, 'prc_2'), row(5), row(0)]
    for (const limit of [1, 3, 7, 8]) {
      const found = await pages(async (page) => await performanceRows.list(hourOf(at(0)), page), limit)
      t.same(found.flat(), hour)
      t.equal(found.length, pageCount(7, limit))
    }
    t.same((await performanceRows.list(hourOf(at(3600)), { before: null, limit: 5 })).items, [row(60)])
  })
}
