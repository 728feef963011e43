import t from 'tap'
import { idsAlone } from '#adapters/system/trace-ids.js'
import { startJob } from '#infrastructure/runtime/job.js'
import { makeLogger } from '#infrastructure/runtime/logger.js'
import { currentIds, makeTracing, tracedJob } from '#infrastructure/runtime/tracing.js'
import { as, key, startService } from '../../support/service.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT = '00f067aa0ba902b7'
const IDS = { traceId: /^[\da-f]{32}$/, spanId: /^[\da-f]{16}$/ }

/** The lines of a log that hold a text, as objects. */
const linesWith = (logs: readonly string[], text: string) => logs.filter((line) => line.includes(text)).map((line) => JSON.parse(line) as Record<string, unknown>)

t.test('each request has a trace of its own, and what it does belongs to it, whatever else runs', async (t) => {
  const tracing = makeTracing(idsAlone)
  t.same(currentIds(), {})
  const seen = await Promise.all(['a', 'b'].map(async (name) => {
    const trace = tracing.beginRequest(name, undefined)
    return await new Promise<unknown[]>((resolve) => {
      trace.run(() => { setImmediate(() => { resolve([currentIds().traceId, trace.traceId]) }) })
    })
  }))
  for (const [inside, own] of seen) t.equal(inside, own)
  t.not(seen[0]?.[0], seen[1]?.[0])
  t.equal(tracing.beginRequest('c', `00-${TRACE}-${PARENT}-01`).traceId, TRACE)
  t.equal(new Set(Array.from({ length: 1000 }, () => tracing.beginRequest('d', undefined).traceId)).size, 1000)
})

t.test('each piece of a job has a trace, and so has the line about its failure', async (t) => {
  const tracing = makeTracing(idsAlone)
  const seen: unknown[] = []
  const failed = new Promise<void>((resolve) => {
    const onError = (name: string): void => {
      seen.push([name, currentIds().traceId])
      resolve()
    }
    const run = async (): Promise<boolean> => {
      seen.push(currentIds().traceId)
      if (seen.length < 2) return true
      throw new Error('no')
    }
    const { stop } = startJob(tracedJob({ name: 'drain', pauseMs: 60_000, run }, tracing, onError), () => { t.fail('the job failed beside its trace') })
    t.teardown(stop)
  })
  await failed
  t.match(seen, [IDS.traceId, IDS.traceId, ['drain', IDS.traceId]])
  t.not(seen[0], seen[1])
  t.equal((seen[2] as unknown[])[1], seen[1])
})

t.test('a line of the log has the ids of the trace it belongs to, and none outside of one', async (t) => {
  const lines: string[] = []
  const logger = makeLogger({ level: 'info', secrets: [], write: (line) => { lines.push(line) } })
  logger.info('outside')
  const trace = makeTracing(idsAlone).beginRequest('a', undefined)
  trace.run(() => { logger.child({ requestId: 'r' }).warn({ a: 1 }, 'inside') })
  t.notOk('traceId' in (linesWith(lines, 'outside')[0] ?? {}))
  t.match(linesWith(lines, 'inside'), [{ traceId: trace.traceId, spanId: IDS.spanId, a: 1, requestId: 'r' }])
})

t.test('every line about a request has the id of its trace, which goes on with that of the caller, without a collector', async (t) => {
  const { call, logs } = await startService(t, { env: { LOG_LEVEL: 'info' } })
  const traceparent = `00-${TRACE}-${PARENT}-00`
  await call('POST', '/api/payments/process', { ...as('ada'), ...key('k-1'), traceparent }, { amount: 1, currency: 'TRY', orderId: 'o-1', paymentMethod: { token: 'tok_timeout_charged' } })
  await call('GET', '/api/messages', { traceparent })
  await call('GET', '/api/messages', as('ayse'))
  const about = linesWith(logs, 'a payment provider did not say')
  t.match(about, [{ traceId: TRACE, spanId: IDS.spanId }], 'a line that knows nothing of the request')
  const requests = linesWith(logs, '"msg":"request"')
  t.match(requests, [{ traceId: TRACE }, { traceId: TRACE }, { traceId: IDS.traceId }])
  t.not(requests[2]?.['traceId'], TRACE)
  await call('GET', '/api/admin/errors', { 'x-admin-token': 'wrong', traceparent })
  t.match(linesWith(logs, '"log":"security"'), [{ traceId: TRACE, spanId: IDS.spanId }], 'a line after the answer')
})

t.test('an address that no hook sees is answered and logged all the same', async (t) => {
  const { app, logs } = await startService(t)
  t.equal((await app.inject({ url: '/%' })).statusCode, 400)
  t.ok(logs.every((line) => JSON.parse(line) !== null))
})
