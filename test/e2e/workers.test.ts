// @own-process
import { Agent, request, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { TABLE_IDS, TABLES } from '#adapters/dynamodb/engine/tables.js'
import { startDynamoDb } from '../support/dynamodb.js'
import { failure, startFaultProxy } from '../support/dynamodb-proxy.js'
import { openStream } from '../support/live.js'
import { emptyFolder, startProgram, type Program } from '../support/process.js'
import { as, ENV, type Headers } from '../support/service.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

/** Far longer than any of these takes. */
const PATIENCE_MS = 150_000

interface Answer {
  readonly status: number
  readonly body: string
}

interface LogLine {
  readonly pid: number
  readonly msg: string
}

/** The log of all processes of a start. */
function logOf ({ child }: Program, before: string) {
  let stdout = before
  child.stdout.on('data', (more: string) => { stdout += more })
  const lines = (msg: string): LogLine[] => stdout.split('\n').filter((line) => /^\{.*\}$/.test(line)).map((line) => JSON.parse(line) as LogLine).filter((line) => line.msg.startsWith(msg))
  return {
    /** The processes that have said this, once there are so many lines with it. */
    pids: async (msg: string, count: number): Promise<number[]> => {
      const patience = AbortSignal.timeout(PATIENCE_MS)
      try {
        while (lines(msg).length < count) await once(child.stdout, 'data', { signal: patience })
      } catch (cause) {
        throw new Error(`the start has not said "${msg}" ${count} times:\n${stdout.split('\n').filter((line) => !line.includes('"msg":"request"')).slice(-40).join('\n')}`, { cause })
      }
      return [...new Set(lines(msg).map(({ pid }) => pid))]
    },
  }
}

const proxy = await startFaultProxy(dynamoDb.client.endpoint)
t.teardown(proxy.stop)
const tables = await dynamoDb.freshTables()
const names = Object.fromEntries(TABLE_IDS.map((id) => [TABLES[id].variable, tables[id]]))
const env = { ...ENV, ...names, USE_DYNAMODB: 'true', DYNAMODB_ENDPOINT: proxy.endpoint, DATA_DIR: emptyFolder(t), JWT_SECERT: 'x', RATE_LIMIT_MAX: '1000000', FIRST_MESSAGES_PER_DAY: '0' }
const program = startProgram(t, 'start', env, [], ['--workers', '2'])
const greeting = await program.says('BasVideo listens on')
const url = String(/BasVideo listens on (http:\S+)/.exec(greeting)?.[1])
const log = logOf(program, greeting)
const first = await log.pids('Server listening', 2)

/** One request, on a connection of its own where no agent keeps some. */
async function call (method: string, path: string, headers: Headers, body?: unknown, agent: Agent | false = false): Promise<Answer> {
  for (;;) {
    const answer = await callOnce(method, path, headers, body, agent)
    // A slow machine is more than a process can handle, and all write into one conversation. Both answers say that nothing was changed.
    if (answer.status !== 503 || !/"code":"(overloaded|store_busy)"/.test(answer.body)) return answer
  }
}

async function callOnce (method: string, path: string, headers: Headers, body: unknown, agent: Agent | false): Promise<Answer> {
  const outgoing = request(`${url}${path}`, { method, agent, headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) } })
  outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  const [response] = await once(outgoing, 'response').catch((error: unknown) => {
    // A kept connection may end while a request is on its way: as clients do, it is sent again.
    if (outgoing.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET') return []
    throw error
  }) as [IncomingMessage?]
  if (response === undefined) return await callOnce(method, path, headers, body, agent)
  return { status: Number(response.statusCode), body: await text(response) }
}

const send = async (id: string, agent: Agent | false = false): Promise<Answer> =>
  await call('POST', '/api/messages', as('ayse'), { receiverId: 'mehmet', message: 'merhaba', clientMessageId: id }, agent)

t.test('two workers share one port, the limits of people, live delivery and the metrics', async (t) => {
  const answers = await Promise.all(Array.from({ length: 20 }, async (_, index) => await send(`m-${index}`)))
  t.ok(answers.every(({ status }) => status === 201))
  t.same((await log.pids('request', 20)).sort(), first.sort())

  const asked: number[] = []
  // A few at once: where the primary is late, each worker counts alone.
  while (asked.length < 70) asked.push(...await Promise.all(Array.from({ length: 7 }, async () => (await call('POST', '/api/payments/installments', as('can'), {})).status)))
  t.equal(asked.filter((status) => status === 429).length, 10, 'a minute has room for sixty in all')

  const streams = await Promise.all(Array.from({ length: 10 }, async () => await openStream(`${url}/api/events`, as('mehmet'))))
  await Promise.all(streams.map(async ({ next }) => await next('hello')))
  t.equal((await call('GET', '/api/events', as('mehmet'))).status, 429, 'ten streams in all')
  await send('m-live')
  for (const { next } of streams) t.match((await next('message')).data, { type: 'message.sent' })
  for (const { close } of streams) close()
  const typed = await Promise.all([1, 2, 3].map(async () => (await call('POST', '/api/conversations/ayse/typing', as('mehmet'))).status))
  t.same(typed.sort(), [204, 429, 429], 'one sign of typing in three seconds, at whichever worker')

  const paid = await call('POST', '/api/payments/process', { ...as('ayse'), 'idempotency-key': 'k-1' }, { amount: 500, currency: 'TRY', orderId: 'order-1', paymentMethod: { token: 'tok_ok' } })
  t.equal(paid.status, 201)

  for (const { body } of await Promise.all([1, 2, 3].map(async () => await call('GET', '/metrics', {})))) {
    t.match(body, /basvideo_http_request_duration_seconds_count\{method="POST",route="\/api\/messages",status="201"\} 21\n/)
    t.match(body, /basvideo_live_bus_messages_total\{result="received"\} [1-9]/)
    t.match(body, /basvideo_build_info\{.*\} 1\n/)
  }
})

/** Takes DynamoDB away, and answers the ids of messages that the journals have taken. */
async function goAway (name: string): Promise<string[]> {
  proxy.plan = () => failure('InternalServerError', {}, 500)
  const acknowledged: string[] = []
  while (acknowledged.length < 20) {
    const { status, body } = await send(`${name}-${acknowledged.length}`)
    if (status === 201) acknowledged.push((JSON.parse(body) as { messageId: string }).messageId)
  }
  return acknowledged
}

t.test('a worker that dies in an outage loses nothing that it has acknowledged, and another takes its place', async (t) => {
  const acknowledged = await goAway('first')
  const [victim = 0] = first
  process.kill(victim, 'SIGKILL')
  const stored = dynamoDb.open(tables)
  t.teardown(stored.close)
  t.equal(await stored.messages.find(String(acknowledged[0])), null)
  await log.pids('a worker has ended', 1)
  await log.pids('Server listening', 3)
  proxy.plan = () => null
  for (const id of acknowledged) while (await stored.messages.find(id) === null);
  t.equal((await send('back')).status, 201)
})

t.test('SIGHUP replaces the workers one after the other, once their journals are empty, and answers every request, also on connections that are kept', async (t) => {
  await goAway('second')
  program.child.kill('SIGHUP')
  await log.pids('Server listening', 4)
  proxy.plan = () => null
  const agent = new Agent({ keepAlive: true, maxSockets: 2 })
  t.teardown(() => { agent.destroy() })
  const count = async (): Promise<number> => Number(/basvideo_http_request_duration_seconds_count\{method="POST",route="\/api\/messages",status="201"\} (\d+)\n/.exec((await call('GET', '/metrics', {})).body)?.[1])
  const before = await count()
  const failures: unknown[] = []
  const load = { sent: 0, isOver: false }
  const clients = Promise.all(([agent, agent, false, false] as const).map(async (one) => {
    while (!load.isOver) await send(`load-${load.sent++}`, one).then(({ status, body }) => { if (status !== 201) failures.push([status, body]) }, (error: unknown) => { failures.push(error) })
  }))
  await log.pids('all workers are replaced', 1).finally(() => { load.isOver = true })
  await clients
  t.same(failures, [])
  t.ok(load.sent > 30, `${load.sent} requests`)
  t.equal(await count(), before + load.sent, 'the sum keeps what workers have counted that are over')
  t.equal((await log.pids('Server listening', 5)).length, 5)
})

t.test('SIGTERM ends all workers in order, also one that ends already and one that has just begun', async (t) => {
  process.kill(Number((await log.pids('Server listening', 5)).at(-1)), 'SIGTERM')
  await log.pids('closing', 3)
  program.child.kill('SIGHUP')
  await log.pids('the workers are replaced', 2)
  const start = performance.now()
  program.child.kill('SIGTERM')
  const { code, stdout } = await program.exit
  t.equal(code, 0)
  t.ok(performance.now() - start < 10_000)
  t.equal(stdout.split('BasVideo listens on').length, 2, 'one greeting')
  t.equal(stdout.split('JWT_SECERT is not read').length, 2, 'one warning')
})
