// @own-process
import { Agent, request } from 'node:http'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { TABLE_IDS, TABLES } from '#adapters/dynamodb/engine/tables.js'
import { startDynamoDb } from '../support/dynamodb.js'
import { failure, startFaultProxy } from '../support/dynamodb-proxy.js'
import { openStream } from '../support/live.js'
import { emptyFolder, startProgram, type Program } from '../support/process.js'
import { as, ENV, type Headers } from '../support/service.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

interface Answer {
  readonly status: number
  readonly body: string
}

/** A start of two workers, behind a proxy before DynamoDB. */
async function startWorkers (t: Test, dataDir = emptyFolder(t)) {
  const proxy = await startFaultProxy(dynamoDb.client.endpoint)
  t.teardown(proxy.stop)
  const tables = await dynamoDb.freshTables()
  const names = Object.fromEntries(TABLE_IDS.map((id) => [TABLES[id].variable, tables[id]]))
  const env = { ...ENV, ...names, USE_DYNAMODB: 'true', DYNAMODB_ENDPOINT: proxy.endpoint, DATA_DIR: dataDir, PORT: '0', RATE_LIMIT_MAX: '1000000', FIRST_MESSAGES_PER_DAY: '0' }
  const program = startProgram(t, 'start', env, [], ['--workers', '2'])
  const greeting = await program.says('BasVideo listens on')
  const url = String(/BasVideo listens on (http:\S+)/.exec(greeting)?.[1])
  return { program, url, proxy, tables, dataDir, log: watch(program) }
}

interface LogLine {
  readonly pid: number
  readonly msg: string
  readonly [field: string]: unknown
}

/** The lines of the log of all processes, and the wait for so many of one kind. */
function watch ({ child, says }: Program) {
  let stdout = ''
  const lines = (msg: string): LogLine[] => stdout.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}')).map((line) => JSON.parse(line) as LogLine).filter((line) => line.msg.startsWith(msg))
  child.stdout.on('data', (more: string) => { stdout += more })
  return {
    lines,
    until: async (msg: string, count: number): Promise<LogLine[]> => {
      while (lines(msg).length < count) await once(child.stdout, 'data')
      return lines(msg)
    },
    before: (all: string): void => { stdout = all + stdout },
    says,
  }
}

/** One request, on a connection of its own where no agent keeps some. */
async function call (url: string, method: string, path: string, headers: Headers, body?: unknown, agent: Agent | false = false): Promise<Answer> {
  const outgoing = request(`${url}${path}`, { method, agent, headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) } })
  outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  const [response] = await once(outgoing, 'response')
  return { status: response.statusCode, body: await text(response) }
}

const send = async (url: string, id: string, agent: Agent | false = false): Promise<Answer> =>
  await call(url, 'POST', '/api/messages', as('ayse'), { receiverId: 'mehmet', message: 'merhaba', clientMessageId: id }, agent)

t.test('two workers share a port, the limits of people, and their metrics', async (t) => {
  const { program, url, log } = await startWorkers(t)
  t.teardown(() => { program.child.kill('SIGKILL') })
  const answers = await Promise.all(Array.from({ length: 20 }, async (_, index) => await send(url, `m-${index}`)))
  t.ok(answers.every(({ status }) => status === 201))
  const requests = await log.until('request', 20)
  t.equal(new Set(requests.map(({ pid }) => pid)).size, 2)

  const exported = await Promise.all(Array.from({ length: 70 }, async () => (await call(url, 'GET', '/api/users/me/export', as('can'))).status))
  t.equal(exported.filter((status) => status === 429).length, 10, 'a minute has room for sixty in all')

  const streams = await Promise.all(Array.from({ length: 10 }, async () => await openStream(`${url}/api/events`, as('mehmet'))))
  await Promise.all(streams.map(async ({ next }) => await next('hello')))
  t.equal((await call(url, 'GET', '/api/events', as('mehmet'))).status, 429, 'ten streams in all')
  await send(url, 'm-live')
  const heard = await Promise.all(streams.map(async ({ next }) => (await next('message')).data))
  t.equal(heard.length, 10)
  for (const { close } of streams) close()

  const scrapes = await Promise.all([1, 2, 3].map(async () => (await call(url, 'GET', '/metrics', {})).body))
  for (const body of scrapes) {
    t.match(body, /basvideo_http_request_duration_seconds_count\{method="POST",route="\/api\/messages",status="201"\} 21\n/)
    t.match(body, /basvideo_live_bus_messages_total\{result="received"\} [1-9]/)
    t.match(body, /basvideo_build_info\{.*\} 1\n/)
  }
  program.child.kill('SIGTERM')
  const { code, stdout } = await program.exit
  t.equal(code, 0)
  t.equal(stdout.split('BasVideo listens on').length, 2, 'one greeting')
})

t.test('a worker that dies in an outage loses nothing that it has acknowledged, and another takes its place', async (t) => {
  const { program, url, log, proxy, tables } = await startWorkers(t)
  const [victim] = (await log.says('Server listening'), [...new Set((await program.says('')).match(/"pid":\d+(?=[^\n]*Server listening)/g))]).map((pid) => Number(pid.slice(6)))
  await send(url, 'first')
  proxy.plan = () => failure('InternalServerError', {}, 500)
  const acknowledged: string[] = []
  for (let index = 0; index < 60; index++) {
    const { status, body } = await send(url, `m-${index}`)
    if (status === 201) acknowledged.push((JSON.parse(body) as { messageId: string }).messageId)
  }
  t.ok(acknowledged.length > 20, 'the journals take writes')
  process.kill(Number(victim), 'SIGKILL')
  await log.until('a worker has ended', 1)
  proxy.plan = () => null
  const stored = dynamoDb.open(tables)
  t.teardown(stored.close)
  for (const id of acknowledged) while (await stored.messages.find(id) === null);
  t.equal(new Set((await log.until('Server listening', 1)).map(({ pid }) => pid)).has(Number(victim)), false)
})

t.test('SIGHUP replaces the workers one after the other and fails no request, also on connections that are kept', async (t) => {
  const { program, url, log } = await startWorkers(t)
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  t.teardown(() => { agent.destroy() })
  const failures: unknown[] = []
  let [sent, isOver] = [0, false]
  const load = Promise.all(Array.from({ length: 8 }, async (_, client) => {
    while (!isOver) {
      const kept = client < 4
      await send(url, `m-${sent++}`, kept && agent).then(({ status, body }) => { if (status !== 201) failures.push([status, body]) }, (error: unknown) => { failures.push(error) })
    }
  }))
  program.child.kill('SIGHUP')
  await log.until('all workers are replaced', 1)
  isOver = true
  await load
  t.same(failures, [])
  t.ok(sent > 50, `${sent} requests`)
  program.child.kill('SIGTERM')
  const { code, stdout } = await program.exit
  t.equal(code, 0)
  t.equal(new Set(stdout.match(/"pid":\d+(?=[^\n]*Server listening)/g)).size, 4)
})
