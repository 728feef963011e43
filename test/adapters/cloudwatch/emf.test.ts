import t from 'tap'
import { emfLines } from '#adapters/cloudwatch/emf.js'
import { PerformanceBuffer } from '#application/performance/performance-buffer.js'
import type { PerformanceRow } from '#domain/performance/performance-row.js'
import { START } from '../../support/builders.js'
import { emfFaults } from '../../support/emf.js'
import { adminToken, as, key, startService } from '../../support/service.js'

/** The row of requests that took so many milliseconds each. */
function rowOf (durations: readonly number[]): PerformanceRow {
  const buffer = new PerformanceBuffer({ nowMs: () => Date.parse(START), processId: 'prc_1', version: '1.0.0' })
  for (const ms of durations) buffer.observe('http', 'GET /', ms > 990, ms)
  buffer.finish()
  return buffer.take() ?? t.fail() as never
}

t.test('a line has the count, the errors and the durations of a route, in the form of the specification', async (t) => {
  const [line, ...others] = emfLines(rowOf([10, 20, 1000]))
  t.same(others, [])
  t.match(line, { _aws: { Timestamp: Date.parse(START) }, service: 'basvideo', route: 'GET /', Requests: 3, Errors: 1 })
  const latency = line?.['Latency'] as number[]
  t.equal(latency.length, 3)
  for (const [index, ms] of [10, 20, 1000].entries()) t.ok(Math.abs(Number(latency[index]) / ms - 1) <= 0.02)
  t.same(emfFaults(JSON.stringify(line), Date.parse(START)), [])
})

t.test('of many durations a line has a hundred quantiles, which have their percentiles', async (t) => {
  const [line] = emfLines(rowOf(Array.from({ length: 1000 }, (_, index) => index + 1)))
  const latency = line?.['Latency'] as number[]
  t.equal(latency.length, 100)
  t.same(latency, latency.toSorted((one, other) => one - other))
  for (const [index, ms] of latency.entries()) t.ok(Math.abs(ms / (index * 10 + 5) - 1) <= 0.021)
  t.equal(line?.['Requests'], 1000)
})

t.test('the validator of these tests finds what the specification forbids', async (t) => {
  const [line = { _aws: { Timestamp: 0, CloudWatchMetrics: [] } }] = emfLines(rowOf([1]))
  const { CloudWatchMetrics: [directive] } = line._aws
  const metrics = (count: number) => Array.from({ length: count }, () => ({ Name: 'Requests' }))
  const faulty: object[] = [
    {},
    { ...line, _aws: { Timestamp: 1.5, CloudWatchMetrics: [directive] } },
    { ...line, _aws: { Timestamp: 1, CloudWatchMetrics: [directive] } },
    { ...line, _aws: { ...line._aws, CloudWatchMetrics: [{ ...directive, Metrics: metrics(101) }] } },
    { ...line, _aws: { ...line._aws, CloudWatchMetrics: [{ ...directive, Metrics: [{ Name: 'Requests', Unit: 'Pieces' }] }] } },
    { ...line, _aws: { ...line._aws, CloudWatchMetrics: [{ ...directive, Dimensions: [['absent']] }] } },
    { ...line, route: 7 },
    { ...line, route: ' ' },
    { ...line, Requests: '7' },
    { ...line, Latency: [] },
    { ...line, Latency: Array.from({ length: 101 }, () => 1) },
    { ...line, text: 'x'.repeat(256 * 1024) },
  ]
  for (const one of faulty) t.equal(emfFaults(JSON.stringify(one), Date.parse(START)).length, 1, JSON.stringify(one).slice(0, 200))
})

t.test('of a whole run the lines with _aws are in the form of the specification, one a route and provider, and no other line has it', async (t) => {
  const { call, logs, close } = await startService(t, { env: { PERFORMANCE_LOG: 'emf', LOG_LEVEL: 'error' }, listen: true })
  for (let i = 0; i < 5; i++) await call('POST', '/api/messages', as('ayse'), { receiverId: 'mehmet', message: '{"_aws":{}}', metadata: { _aws: 1 } })
  await call('POST', '/api/payments/process', { ...as('ada'), ...key('k-1') }, { amount: 1, currency: 'TRY', orderId: '_aws', paymentMethod: { token: 'tok_ok' } })
  await call('GET', '/%5faws/"_aws":', as('_aws'))
  t.match((await call('GET', '/api/admin/performance', adminToken)).body, { total: { count: 0 } })
  await close()
  const lines = logs.filter((line) => line.includes('_aws'))
  for (const line of lines) t.same(emfFaults(line, Date.now()), [], line)
  const named = lines.map((line) => JSON.parse(line) as Record<string, unknown>).map(({ route, call: of, Requests }) => [route ?? of, Requests])
  for (const one of [['POST /api/messages', 5], ['POST /api/payments/process', 1], ['GET none', 1], ['simulator.charge', 1]]) t.same(named.filter(([name]) => name === one[0]), [one])
  t.notOk(named.some(([name]) => String(name).startsWith('messages.')), 'calls of stores are no metrics of CloudWatch')
})

t.test('without a performance log nothing is measured and no line is written', async (t) => {
  const performanceBuffer = new PerformanceBuffer({ nowMs: () => Date.now(), processId: 'prc_1', version: '1.0.0' })
  const { call, logs, close } = await startService(t, { env: { PERFORMANCE_LOG: 'none' }, replacements: { performanceBuffer }, listen: true })
  await call('GET', '/api/messages', as('ayse'))
  await close()
  performanceBuffer.finish()
  t.equal(performanceBuffer.take(), null)
  t.notOk(logs.some((line) => line.includes('_aws')))
})
