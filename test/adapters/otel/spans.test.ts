// @own-process
import t from 'tap'
import { openSpans, type Sampling } from '#adapters/otel/spans.js'
import { makeTracing } from '#infrastructure/runtime/tracing.js'
import { freePort } from '../../support/free-port.js'
import { attributesOf, ODD_ANSWERS, startCollector, type SentSpan } from '../../support/collector.js'
import { as, key, startService } from '../../support/service.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT = '00f067aa0ba902b7'
const [INTERNAL, SERVER, CLIENT] = [1, 2, 3]
const all = (endpoint: string) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER: 'always_on' })
/** For what is not to happen. */
const never = (): never => { throw new Error('it happened') }
const named = (spans: readonly SentSpan[], name: string) => spans.filter((span) => span.name === name)

t.test('a request is a span by its route, below the span of the caller, with spans of its calls', async (t) => {
  const collector = await startCollector(t)
  const { call, close } = await startService(t, { env: { ...all(`${collector.endpoint}/`), OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=kanarya' } })
  const traceparent = `00-${TRACE}-${PARENT}-01`
  const { headers } = await call('POST', '/api/payments/process?secret=kanarya', { ...as('kanarya'), ...key('kanarya'), traceparent, tracestate: 'kanarya=1', baggage: 'kanarya=1' }, {
    amount: 7777, currency: 'TRY', orderId: 'kanarya', description: 'kanarya', paymentMethod: { token: 'tok_ok' },
  })
  await call('GET', '/api/payments/pay_kanarya', { ...as('kanarya'), 'user-agent': 'kanarya' })
  await call('GET', '/kanarya')
  await close()
  t.same([...new Set(collector.requests)], ['POST /v1/traces kanarya'])
  t.same(collector.faults(), [])
  const spans = collector.spans()
  t.match(named(spans, 'POST /api/payments/process').map((span) => ({ ...span, attributes: attributesOf(span) })), [{
    traceId: TRACE,
    parentSpanId: PARENT,
    kind: SERVER,
    attributes: { 'http.request.method': 'POST', 'http.route': '/api/payments/process', 'http.response.status_code': 400, 'basvideo.request_id': headers['x-request-id'] },
  }])
  t.match(named(spans, 'GET /api/payments/:paymentId'), [{ kind: SERVER }])
  t.match(named(spans, 'GET none'), [{ kind: SERVER }])
  t.match(named(spans, 'payments.find').map(attributesOf), [{ 'basvideo.outcome': 'ok' }])
  t.equal(named(spans, 'payments.find')[0]?.parentSpanId, named(spans, 'GET /api/payments/:paymentId')[0]?.spanId)
  t.equal(named(spans, 'payments.find')[0]?.kind, CLIENT)
  t.notMatch(collector.bodies.join(), /kanarya|7777/)
})

t.test('calls of a provider are spans, and those that failed are marked without a text', async (t) => {
  const collector = await startCollector(t)
  const { call, close } = await startService(t, { env: all(collector.endpoint) })
  for (const [index, token] of ['tok_ok', 'tok_timeout_charged'].entries()) {
    await call('POST', '/api/payments/process', { ...as('ada'), ...key(`k-${index}`) }, { amount: 1, currency: 'TRY', orderId: `o-${index}`, paymentMethod: { token } })
  }
  await close()
  const charges = named(collector.spans(), 'simulator.charge')
  t.match(charges.map((span) => [attributesOf(span)['basvideo.outcome'], span.status?.code ?? 0]), [['succeeded', 0], ['unknown', 2]])
  t.ok(collector.spans().every(({ status, events = [] }) => status?.message === undefined && events.length === 0))
  t.ok(collector.spans().every(({ traceId }) => named(collector.spans(), 'POST /api/payments/process').some((request) => request.traceId === traceId)))
})

t.test('a piece of a job is a trace where it did something or failed, with its calls, and none where it was idle', async (t) => {
  const collector = await startCollector(t)
  const spans = openSpans({ endpoint: collector.endpoint, headers: {}, sampler: 'always_on', ratio: 1 }, '1.0.0')
  const { work, beginCall } = makeTracing(spans)
  const round = (answer: () => boolean) => async () => {
    beginCall('outbox.read')?.('ok', false)
    return answer()
  }
  t.equal(await work('idle', round(() => false), never), false)
  t.equal(await work('busy', round(() => true), never), true)
  const errors: unknown[] = []
  t.equal(await work('broken', round(() => { throw new Error('a text') }), (error) => { errors.push(error) }), false)
  t.match(errors, [{ message: 'a text' }])
  await work('many', async () => {
    for (let call = 0; call < 300; call++) beginCall('outbox.read')?.('ok', false)
    return true
  }, never)
  await spans.close()
  const sent = collector.spans()
  t.equal(beginCall('outside'), null)
  t.same(sent.filter(({ kind }) => kind === INTERNAL).map(({ name, status }) => [name, status?.code ?? 0]), [['busy', 0], ['broken', 2], ['many', 0]])
  t.equal(named(sent, 'outbox.read').length, 2 + 256)
  t.equal(named(sent, 'outbox.read')[0]?.parentSpanId, named(sent, 'busy')[0]?.spanId)
  t.notMatch(collector.bodies.join(), 'a text')
})

t.test('the sampler decides which traces are sent, and every span has ids', async (t) => {
  const collector = await startCollector(t)
  const sampled = async (sampler: Sampling, ratio: number, flags: string | null) => {
    const before = collector.spans().length
    const spans = openSpans({ endpoint: collector.endpoint, headers: {}, sampler, ratio }, '1.0.0')
    const { beginRequest } = makeTracing(spans)
    for (let index = 0; index < 40; index++) {
      const trace = beginRequest('GET /', flags === null ? undefined : `00-${TRACE}-${PARENT}-${flags}`)
      t.match(trace.traceId, flags === null ? /^[\da-f]{32}$/ : TRACE)
      trace.end({ failed: false, attributes: {} })
    }
    await spans.close()
    return (collector.spans().length - before) / 40
  }
  t.equal(await sampled('always_on', 0, null), 1)
  t.equal(await sampled('always_off', 1, '01'), 0)
  t.equal(await sampled('parentbased_always_off', 1, '01'), 1)
  t.equal(await sampled('parentbased_always_on', 0, '00'), 0)
  t.equal(await sampled('parentbased_traceidratio', 0, null), 0)
  t.equal(await sampled('traceidratio', 1, '00'), 1)
  const unsent = openSpans({ endpoint: collector.endpoint, headers: {}, sampler: 'always_off', ratio: 1 }, '1.0.0')
  const count = collector.spans().length
  t.equal(await makeTracing(unsent).work('busy', async () => true, never), true)
  await unsent.close()
  t.equal(collector.spans().length, count)
  const half = await sampled('parentbased_traceidratio', 0.5, null)
  t.ok(half > 0 && half < 1)
})

t.test('a collector that is gone or odd slows no request, and the service stops in time', async (t) => {
  const endpoints: Array<[string, string]> = [['refuses', `http://127.0.0.1:${await freePort()}`]]
  for (const [name, answer] of Object.entries(ODD_ANSWERS)) endpoints.push([name, (await startCollector(t, answer)).endpoint])
  await Promise.all(endpoints.map(async ([name, endpoint]) => {
    const { call, close } = await startService(t, { env: all(endpoint) })
    for (let index = 0; index < 300; index++) {
      const { status } = await call('POST', '/api/messages', as('ayse'), { receiverId: 'mehmet', message: `${index}` })
      if (status !== 201) t.fail(`${name}: ${status}`)
    }
    const start = performance.now()
    await close()
    t.ok(performance.now() - start < 6000, `${name} stopped after ${performance.now() - start} ms`)
  }))
})

t.test('spans beyond those that may wait are dropped', async (t) => {
  const answers: Array<() => void> = []
  let isHanging = true
  const collector = await startCollector(t, (_request, response) => {
    if (isHanging) answers.push(() => { response.end('{}') })
    else response.end('{}')
  })
  const spans = openSpans({ endpoint: collector.endpoint, headers: {}, sampler: 'always_on', ratio: 1 }, '1.0.0')
  for (let index = 0; index < 20_000; index++) spans.open('request', 'GET /', null).end({ failed: false, attributes: {} })
  isHanging = false
  for (const answer of answers) answer()
  await spans.close()
  t.ok(collector.spans().length <= 2048 + 512, String(collector.spans().length))
})
