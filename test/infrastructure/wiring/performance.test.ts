import t from 'tap'
import { PerformanceBuffer } from '#application/performance/performance-buffer.js'
import { makeMetrics } from '#adapters/prometheus/metrics.js'
import { makePerformanceLogJob, timedJob, withPerformanceLog } from '#infrastructure/wiring/performance.js'

const bufferOf = () => new PerformanceBuffer({ nowMs: () => 0, processId: 'prc_1', version: '1.0.0' })
const { signal } = new AbortController()

/** What the buffer has counted: `kind name`, count and errors. */
function counted (buffer: PerformanceBuffer): unknown[] {
  buffer.finish()
  return buffer.take()?.figures.map(({ kind, name, count, errors }) => [kind, name, count, errors]) ?? []
}

t.test('what the metrics observe, the performance log observes too', async (t) => {
  const buffer = bufferOf()
  const inner = makeMetrics()
  const metrics = withPerformanceLog(inner, buffer)
  for (const status of [200, 499, 500, 503]) metrics.observeRequest({ method: 'GET', route: '/', status, refusal: null, seconds: 0.002, requestId: 'req_1', traceId: '4bf92f3577b34da6a3ce929d0e0e4736' })
  for (const outcome of ['ok', 'error'] as const) metrics.observeStoreCall('messages', 'find', outcome, 0.001)
  for (const outcome of ['succeeded', 'failed', 'error', 'refused', 'unknown']) metrics.observeGatewayCall('stripe', 'charge', outcome, 0.3)
  t.same(counted(buffer), [['http', 'GET /', 4, 2], ['store', 'messages.find', 2, 1], ['gateway', 'stripe.charge', 5, 3]])
  const { body } = await inner.render()
  for (const line of [/^basvideo_http_request_duration_seconds_count\{method="GET",route="\/",status="503"\} 1$/m, /operation="find",outcome="error"\} 1$/m, /outcome="refused"\} 1$/m]) t.match(body, line)
})

t.test('a job is timed whether it fails or not, and its answer passes through', async (t) => {
  const buffer = bufferOf()
  const job = timedJob({ name: 'drain', pauseMs: 1, run: async () => true }, buffer)
  t.equal(await job.run(signal), true)
  await t.rejects(timedJob({ name: 'drain', pauseMs: 1, run: async () => { throw new Error('no') } }, buffer).run(signal), { message: 'no' })
  t.same(counted(buffer), [['work', 'drain', 2, 1]])
})

t.test('the end of the job writes what was measured, and waits no longer than a second for a store that hangs', async (t) => {
  const buffer = bufferOf()
  const written: unknown[] = []
  const { end = async () => {}, run } = makePerformanceLogJob({ performanceBuffer: buffer, write: async ({ figures }) => { written.push(figures.length) } })
  buffer.observe('http', 'GET /', false, 1)
  t.equal(await run(signal), false)
  t.same(written, [])
  await end()
  t.same(written, [1])
  buffer.observe('http', 'GET /', false, 1)
  const start = performance.now()
  await makePerformanceLogJob({ performanceBuffer: buffer, write: async () => await new Promise(() => {}) }).end?.()
  t.ok(performance.now() - start < 5000)
})
