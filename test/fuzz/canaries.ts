import fc from 'fast-check'
import { ErrorBuffer } from '#application/error-log/error-buffer.js'
import { mapStores, type OpenStores, type StoreName } from '#application/ports/stores.js'
import type { Occurrence } from '#domain/error-log/occurrence.js'
import { withMethods } from '#adapters/durability/proxy.js'
import { identity } from '#adapters/system/system.js'
import { PerformanceBuffer } from '#application/performance/performance-buffer.js'
import type { PerformanceRow } from '#domain/performance/performance-row.js'
import { emfLines } from '#adapters/cloudwatch/emf.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { Journal } from '#adapters/durability/journal/journal.js'
import { WRITE_CODEC } from '#adapters/durability/writes/journaled-write.js'
import { recordedStores } from '#adapters/durability/recording.js'
import { BadDisk } from '../support/bad-disk.js'
import { settableClock } from '../support/builders.js'
import { startCollector } from '../support/collector.js'
import { fieldsOf, replaced, valueAt } from '../support/fields.js'
import type { Lasting } from '../support/provider-server.js'
import { adminToken } from '../support/service.js'
import { fuzzRequest, type FuzzRequest } from './requests.js'
import { startTarget } from './target.js'

const AT_ONCE = 50
/** One call of so many fails while canaries are sent. */
const CALLS_A_FAILURE = 4
/** Whose calls fail: those that no task after an answer depends on. */
const FAILING = new Set<StoreName>(['messages', 'conversations', 'payments', 'streamers', 'rooms'])
const HEADERS = ['authorization', 'x-admin-token', 'cookie', 'user-agent', 'referer', 'x-forwarded-for', 'x-request-id', 'idempotency-key', 'origin', 'webhook-signature', 'x-api-key', 'traceparent', 'tracestate', 'baggage']
/** Names of places that hold ids of people, which may be long numbers. */
const PEOPLE = new Set(['otherUserId', 'receiverId', 'sellerId', 'userId'])
/** Names of places that hold credentials. */
const SECRET_PLACES = /password|token|authorization|cookie|signature|api-key/i

interface Canary {
  readonly request: FuzzRequest
  readonly text: string
  /** Whether no trace may remain. Other words may be stored, and shown to the users they are for. */
  readonly isSecret: boolean
}

/** A card number with the check digit of ISO/IEC 7812. */
function cardNumber (index: number): string {
  const digits = `4${String(index).padStart(6, '7')}${String(index * 7919).padStart(8, '3').slice(-8)}`
  const sum = [...digits].reduce((total, digit, at) => {
    const doubled = Number(digit) * (at % 2 === 0 ? 2 : 1)
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return `${digits}${(10 - sum % 10) % 10}`
}

const WORDS = ['kanarya', 'cvv-kanarya', 'sk_live_kanarya', 'key_kanarya', 'eyJkanarya', 'parola-kanarya']

/** The request with a canary in one place: a header, a parameter, a field of the body, or an additional field. */
function withCanary (request: FuzzRequest, index: number): Canary {
  const word = `${String(WORDS[index % WORDS.length])}${index}z`
  const fields = request.operation.body === null ? [] : fieldsOf(request.operation.body).filter(({ path, schema }) => path.length > 0 && [schema.type].flat().includes('string') && valueAt(request.body, path) !== undefined)
  const places: Array<[name: string, put: (text: string) => Partial<FuzzRequest>]> = [
    ...HEADERS.map((name): [string, (text: string) => Partial<FuzzRequest>] => [name, (text) => ({ more: { [name]: name === 'authorization' ? `Bearer ${text}` : text } })]),
    ...request.operation.parameters.map((parameter): [string, (text: string) => Partial<FuzzRequest>] => [parameter.name, (text) => ({ parameters: new Map(request.parameters).set(parameter, text) })]),
    ...fields.map(({ path }): [string, (text: string) => Partial<FuzzRequest>] => [path.join('.'), (text) => ({ body: replaced(request.body, path, text) })]),
    ['cardNumber', (text) => ({ body: { ...(request.body as object | undefined), cardNumber: text, [text]: 1 } })],
    ['the body', (text) => ({ payload: `{"message":"${text}` })],
  ]
  const [name, put] = places[(index >> 2) % places.length] ?? ['', () => ({})]
  // Callers choose the id of a request, and it is returned unless it holds a card number.
  const isCard = index % 3 === 0 || name === 'x-request-id'
  const text = isCard ? cardNumber(index) : word
  return { text, isSecret: (isCard && !PEOPLE.has(name)) || SECRET_PLACES.test(name), request: { ...request, ...put(text) } }
}

export interface CanaryReport {
  readonly sent: number
  /** Those in accepted requests. */
  readonly taken: number
  /** Spans that were sent. */
  readonly traced: number
  /** Characters of the log. */
  readonly logged: number
  /** Errors that the error log heard of. */
  readonly failed: number
  /** Places where one was found afterwards. */
  readonly found: readonly string[]
}

/** Sends this many secrets in every field and header, and searches answers, logs, metrics, the logs of errors and performance, spans, the journal, e-mails and exports for them. */
export async function sendCanaries (lasting: Lasting, count: number, seed: number): Promise<CanaryReport> {
  const disk = new BadDisk()
  const { clock } = settableClock()
  const store = await recordedStores(memoryStores(), await Journal.open({ codec: WRITE_CODEC, disk, clock }), () => {})
  const occurrences: Occurrence[] = []
  class HeardErrors extends ErrorBuffer {
    override record (occurrence: Occurrence): string {
      occurrences.push(occurrence)
      return super.record(occurrence)
    }
  }
  const errorBuffer = new HeardErrors({ clock, identity, version: '1.0.0' })
  const failure = failingNowAndThen(store)
  const performanceBuffer = new PerformanceBuffer({ nowMs: () => Date.parse(clock()), processId: 'prc_1', version: '1.0.0' })
  const collector = await startCollector(lasting)
  const env = { LOG_LEVEL: 'trace', OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_TRACES_SAMPLER: 'always_on' }
  const { service, operations, signIn, send } = await startTarget(lasting, { store: failure.store, performanceBuffer, errorBuffer, env })
  const each = Math.ceil(count / operations.length)
  const canaries = operations.flatMap((operation, number) =>
    fc.sample(fuzzRequest(operation, 'right'), { numRuns: each, seed: seed + number }).map((request, index) => withCanary(request, number * each + index)))
  const found: string[] = []
  let taken = 0
  for (let from = 0; from < canaries.length; from += AT_ONCE) {
    failure.every = Infinity
    if (from % (20 * AT_ONCE) === 0) await signIn()
    failure.every = CALLS_A_FAILURE
    await Promise.all(canaries.slice(from, from + AT_ONCE).map(async ({ request, text, isSecret }) => {
      const answer = await send(request)
      if (answer.status < 400) taken++
      const said = [answer.text, JSON.stringify(answer.headers)].some((one) => one.includes(text))
      // A declined payment is shown to its payer.
      if (said && (isSecret || (answer.status >= 400 && answer.status !== 402))) found.push(`${text} in an answer of ${request.operation.id}`)
    }))
  }
  failure.every = Infinity
  const look = (place: string, text: string, looked: readonly Canary[]): void => {
    const there = new Set(text.match(/[\w-]*kanarya\d+z|\d{16}/g))
    for (const canary of looked) if (there.has(canary.text)) found.push(`${canary.text} in ${place}, of ${canary.request.operation.id}`)
  }
  // The ids in signed webhooks are those of the provider.
  const secrets = canaries.filter(({ isSecret, request }) => isSecret && !request.operation.isSigned)
  const logged = service.logs.join('\n')
  look('the log', logged, canaries)
  look('the error log', JSON.stringify(occurrences), canaries)
  performanceBuffer.finish()
  const row = performanceBuffer.take() as PerformanceRow
  look('the performance log', JSON.stringify({ ...row, lines: emfLines(row) }), canaries)
  look('metrics', (await service.call('GET', '/metrics')).text, canaries)
  look('the journal', Buffer.concat([...disk.files.values()].map(({ bytes }) => bytes)).toString('utf8'), secrets)
  look('mails', JSON.stringify(service.enqueued()), secrets)
  for (const format of ['csv', 'ndjson']) look('an export', (await service.call('GET', `/api/admin/export?type=payments&format=${format}`, adminToken)).text, secrets)
  await service.close()
  look('spans', collector.bodies.join('\n'), canaries)
  return { sent: canaries.length, traced: collector.spans().length, taken, logged: logged.length, failed: occurrences.length, found }
}

/** The same stores. Each `every`th call of those of messages, payments and rooms fails with an error that no one expects, but for lists: an export that breaks has no answer. */
function failingNowAndThen (opened: OpenStores): { readonly store: OpenStores, every: number } {
  let calls = 0
  const failing = <T extends object>(store: T): T => withMethods(store, {}, (call, name) => async (...args) => {
    if (!/list/i.test(String(name)) && ++calls % failure.every === 0) throw new TypeError(`${String(name)} failed`)
    return await call(...args)
  })
  const failure = { store: mapStores(opened, (name, store) => FAILING.has(name) ? failing(store) : store), every: Infinity }
  return failure
}
