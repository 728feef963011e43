import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { PerformanceBuffer } from '#application/performance/performance-buffer.js'
import { slotStart, SLOT_MS, type PerformanceRow } from '#domain/performance/performance-row.js'
import { adminToken, as, key, startService } from '../../../support/service.js'

/** A service whose slots pass at a word. */
async function started () {
  const clock = { nowMs: slotStart(Date.now()) - SLOT_MS }
  const stores = memoryStores()
  const performanceBuffer = new PerformanceBuffer({ nowMs: () => clock.nowMs, processId: 'prc_1', version: '1.0.0' })
  const service = await startService(t, { replacements: { openedStores: stores, performanceBuffer }, listen: true })
  const rows = async (): Promise<readonly PerformanceRow[]> => (await stores.performanceRows.list(new Date(clock.nowMs).toISOString().slice(0, 13), { before: null, limit: 100 })).items
  return { ...service, stores, rows }
}

t.test('requests, calls of stores and providers and jobs are in the performance log when the service has stopped', async (t) => {
  const { call, close, rows } = await started()
  await call('POST', '/api/messages', as('ayse'), { receiverId: 'mehmet', message: 'a text that is in no row' })
  const { headers } = await call('GET', '/api/payments/pay_secret', as('ayse'))
  await call('POST', '/api/payments/process', { ...as('ada'), ...key('k-1') }, { amount: 1, currency: 'TRY', orderId: 'order-1', paymentMethod: { token: 'tok_ok' } })
  await close()
  const [row, ...others] = await rows()
  t.same(others, [])
  const named = (kind: string, name: string) => row?.figures.find((one) => one.kind === kind && one.name === name)
  t.match(named('http', 'POST /api/messages'), { count: 1, errors: 0 })
  t.match(named('http', 'GET /api/payments/:paymentId'), { count: 1, errors: 0 }, 'an answer of 404 is no error')
  t.match(named('store', 'messages.insert'), { count: 1, errors: 0 })
  t.match(named('gateway', 'simulator.charge'), { count: 1, errors: 0 })
  t.ok(Number(named('work', 'complete payments')?.count) >= 1)
  t.match(row?.slowest.find(({ route }) => route === 'GET /api/payments/:paymentId'), { status: 404, requestId: headers['x-request-id'], traceId: /^[\da-f]{32}$/ })
  t.notMatch(JSON.stringify(row), /secret|text|ayse/)
})

t.test('administrators read the figures and the slowest requests', async (t) => {
  const { call, stores } = await started()
  const slotAt = new Date(slotStart(Date.now()) - SLOT_MS).toISOString()
  await stores.performanceRows.put({
    slotAt,
    processId: 'prc_2',
    version: '1.0.0',
    figures: [
      { kind: 'http', name: 'GET /api/messages', count: 2, errors: 1, spentMs: 30.12, maxMs: 20.06, sketch: Uint8Array.of(100, 2) },
      { kind: 'store', name: 'messages.find', count: 1, errors: 0, spentMs: 3, maxMs: 3, sketch: Uint8Array.of(104, 1) },
    ],
    slowest: [1, 2, 3].map((ms) => ({ at: slotAt, route: 'GET /api/messages', status: 200, ms: 10 - ms, requestId: `req_${ms}`, traceId: null })),
    expiresAt: new Date(Date.now() + SLOT_MS).toISOString(),
  })
  const read = async (query: string) => (await call('GET', `/api/admin/performance${query}`, adminToken)).body
  const figures = { count: 2, errors: 1, p50: 2.5, p95: 2.5, p99: 2.5, max: 20.1 }
  t.match(await read(''), { step: 300, asOf: String, total: figures, series: [{ at: slotAt, ...figures }], byName: [{ name: 'GET /api/messages', ...figures, spent: 30.1 }] })
  t.match(await read('?kind=store'), { total: { count: 1, max: 3 }, byName: [{ name: 'messages.find' }] })
  t.match(await read('?name=GET%20%2Fapi%2Frooms'), { total: { count: 0, p50: null, max: null }, series: [] })
  const slow = async (query: string) => (await call('GET', `/api/admin/performance/slow${query}`, adminToken)).body
  t.same((await slow('?limit=2')).items, [1, 2].map((ms) => ({ at: slotAt, route: 'GET /api/messages', status: 200, ms: 10 - ms, requestId: `req_${ms}`, traceId: null })))
  t.equal((await slow('')).items.length, 3)
  for (const path of ['/api/admin/performance', '/api/admin/performance/slow']) {
    const answer = async (query: string, headers = adminToken) => (await call('GET', path + query, headers)).body.code
    t.equal(await answer('?from=2026-01-01&to=2026-01-02'), 'invalid_range')
    t.equal(await answer('?from=2026-01-01&to=2026-01-01'), undefined)
    t.equal(await answer('?from=2026-01-01&timeZone=Mars/Base'), 'unknown_time_zone')
    t.equal(await answer('?from=never'), 'validation_failed')
    t.equal(await answer('?page=1'), 'validation_failed')
    t.equal(await answer('', as('ayse')), 'forbidden')
  }
  t.equal((await read('?kind=disk')).code, 'validation_failed')
  t.equal((await slow('?limit=101')).code, 'validation_failed')
})
