/**
 * `npm run bench:dynamodb`: requests in DynamoDB mode beside Express and bare Fastify with lib-dynamodb and the same rows, and the service
 * with each transaction alone. Arguments choose: `stores`, `stub`, `slow` (the stub after 5 ms), `engine`, `contention`, `workers`, names of operations, and numbers of connections;
 * without them all. `tiny` sends a few requests to each, which shows that they work and measures nothing.
 */
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { TABLE_IDS, TABLES } from '#adapters/dynamodb/engine/tables.js'
import { startDynamoDb } from '../../test/support/dynamodb.js'
import { freePort } from '../../test/support/free-port.js'
import { makeCallers } from '../caller.js'
import { load, type Job, type Measured } from '../load.js'
import { OPERATION_NAMES, OPERATIONS, type OperationName } from '../operations.js'
import { canPin, onCore, startServer, type Peer } from '../server-process.js'
import { median, prepare } from '../throughput.js'
import { measureContention } from './contention.js'
import { SIZE } from './size.js'
import { compareWorkers } from './workers.js'

const CALLERS = 256
/** Fewer, because each needs something to read. */
const READING_CALLERS = 16
/** What a DynamoDB that keeps nothing can answer. */
const WRITES: readonly OperationName[] = ['send', 'process']
const READS: readonly OperationName[] = ['conversation', 'payment']
const chosen = process.argv.slice(2)
const numbers = chosen.map(Number).filter((number) => number > 0)
const connectionCounts = numbers.length > 0 ? numbers : [1, 8, 64, 256]
const named = OPERATION_NAMES.filter((name) => chosen.includes(name))

interface Contestant {
  readonly title: string
  readonly peer: Peer
  readonly settings: Readonly<Record<string, string>>
}

const CONTESTANTS: readonly Contestant[] = [
  { title: 'this service', peer: 'service', settings: {} },
  { title: 'each transaction alone', peer: 'service', settings: { DYNAMODB_GROUP_MAX: '1' } },
  { title: 'Express + SDK', peer: 'expressDynamodb', settings: {} },
  { title: 'bare Fastify + SDK', peer: 'fastifyDynamodb', settings: {} },
]

const print = (line: string): void => { process.stdout.write(`${line}\n`) }

interface Figures extends Measured {
  /** Processor time of the server for a request, in microseconds. */
  readonly cpuUs: number
}

/** Where the servers find their DynamoDB. */
type Settings = Readonly<Record<string, string>>

function printHead (title: string): void {
  print(`\n| ${title}: µs of the processor a request (requests/s, p50, p99 ms) | ${CONTESTANTS.map((one) => one.title).join(' | ')} | × alone | × Express | × Fastify |`)
  print(`|---|${CONTESTANTS.map(() => '---|').join('')}---|---|---|`)
}

/** Prints a row for each operation and number of connections. */
async function compare (settings: Settings, operations: readonly OperationName[]): Promise<void> {
  for (const operation of operations.filter((one) => named.length === 0 || named.includes(one))) {
    const callers = makeCallers(READS.includes(operation) ? READING_CALLERS : CALLERS)
    const running = await Promise.all(CONTESTANTS.map(async (one) => await startServer(one.peer, { ...settings, ...one.settings, USE_DYNAMODB: 'true' })))
    const prepared = await Promise.all(running.map(async (server) => await prepare(server, operation, callers)))
    for (const job of prepared) await load({ ...job, connections: 64, seconds: 0, requests: SIZE.warmUp }).catch(() => null)
    for (const connections of connectionCounts) {
      const figures: Figures[][] = running.map(() => [])
      const jobs = prepared.map((job): Job => ({ ...job, connections, seconds: 0, requests: Math.max(SIZE.round, connections) }))
      for (let round = 0; round < SIZE.rounds; round++) {
        for (const [index, server] of running.entries()) {
          const before = server.cpuMs()
          const measured = await load(jobs[index] as Job)
          figures[index]?.push({ ...measured, cpuUs: 1000 * (server.cpuMs() - before) / measured.successes })
        }
      }
      const medians = figures.map((rounds) => ({
        cpuUs: median(rounds.map(({ cpuUs }) => cpuUs)),
        perSecond: median(rounds.map(({ perSecond }) => perSecond)),
        p50: median(rounds.map(({ p50 }) => p50)),
        p99: median(rounds.map(({ p99 }) => p99)),
      }))
      const [own] = medians
      const cells = medians.map(({ cpuUs, perSecond, p50, p99 }) => `${cpuUs.toFixed(0)} (${perSecond.toFixed(0)}, ${p50.toFixed(1)}, ${p99.toFixed(0)})`)
      const ratios = medians.slice(1).map(({ cpuUs }) => (cpuUs / (own?.cpuUs ?? NaN)).toFixed(2))
      print(`| ${OPERATIONS[operation].title}, ${connections} | ${[...cells, ...ratios].join(' | ')} |`)
    }
    await Promise.all(running.map(async ({ stop }) => { await stop() }))
  }
}

interface StoreFigures {
  readonly message: number
  readonly intent: number
}

/** The stores alone: what a machine that is busy with other work disturbs least. */
async function compareStores (endpoint: string): Promise<void> {
  const figures: Record<'100' | '1', StoreFigures[]> = { 100: [], 1: [] }
  for (let round = 0; round < SIZE.rounds; round++) {
    for (const groupMax of ['100', '1'] as const) {
      const child = spawn(process.execPath, [fileURLToPath(import.meta.resolve('./store-process.js')), ...chosen], { env: { PATH: process.env['PATH'], DYNAMODB_ENDPOINT: endpoint, DYNAMODB_GROUP_MAX: groupMax }, stdio: ['ignore', 'pipe', 'inherit'] })
      figures[groupMax].push(JSON.parse(await text(child.stdout)) as StoreFigures)
    }
  }
  print('\n| stub, 64 at once: µs of the processor a write of a store | together | each transaction alone | × alone |\n|---|---|---|---|')
  for (const [title, name] of [['a message', 'message'], ['the intent of a payment', 'intent']] as const) {
    const [together, alone] = [median(figures[100].map((one) => one[name])), median(figures[1].map((one) => one[name]))]
    print(`| ${title} | ${together.toFixed(0)} | ${alone.toFixed(0)} | ${(alone / together).toFixed(1)} |`)
  }
}

interface StubOptions {
  /** Milliseconds after which it answers. */
  readonly delayMs: number
  readonly keepsPayments?: boolean
}

async function onStub ({ delayMs, keepsPayments = false }: StubOptions, run: (endpoint: string) => Promise<void>): Promise<void> {
  const port = String(await freePort())
  const [program, args] = onCore(1, fileURLToPath(import.meta.resolve('./stub.js')))
  const stub = spawn(program, args, { env: { PATH: process.env['PATH'], PORT: port, DELAY_MS: String(delayMs), KEEPS_PAYMENTS: String(keepsPayments) }, stdio: ['ignore', 'ignore', 'inherit'] })
  try {
    await run(`http://127.0.0.1:${port}`)
  } finally {
    stub.kill()
  }
}

async function onEngine (run: (settings: Settings, dynamoDb: Awaited<ReturnType<typeof startDynamoDb>>) => Promise<void>): Promise<void> {
  const dynamoDb = await startDynamoDb()
  const tables = await dynamoDb.freshTables()
  const names = Object.fromEntries(TABLE_IDS.map((id) => [TABLES[id].variable, tables[id]]))
  await run({ ...names, DYNAMODB_ENDPOINT: dynamoDb.client.endpoint }, dynamoDb)
  await dynamoDb.stop()
}

/** Webhooks have a stub of their own: to keep payments takes time that the other rows were measured without. */
async function compareOnStub (title: string, delayMs: number): Promise<void> {
  printHead(title)
  await onStub({ delayMs }, async (endpoint) => { await compare({ DYNAMODB_ENDPOINT: endpoint }, WRITES) })
  await onStub({ delayMs, keepsPayments: true }, async (endpoint) => { await compare({ DYNAMODB_ENDPOINT: endpoint }, ['webhook']) })
}

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  stores: async () => { await onStub({ delayMs: 0 }, compareStores) },
  stub: async () => { await compareOnStub('stub', 0) },
  slow: async () => { await compareOnStub('stub after 5 ms', 5) },
  engine: async () => {
    printHead('native engine')
    await onEngine(async (settings) => { await compare(settings, OPERATION_NAMES) })
  },
  workers: async () => {
    await onStub({ delayMs: 0 }, async (endpoint) => {
      const figures = await compareWorkers({ DYNAMODB_ENDPOINT: endpoint })
      const [alone, worker] = figures.map(({ capacity }) => capacity)
      print('\n| POST message on the stub: µs of the processor a message | workers | primary | share of the busiest worker | messages/s of as many cores as workers | × one process | × one worker |\n|---|---|---|---|---|---|---|')
      for (const { title, connections, servingUs, primaryUs, busiest, capacity } of figures) {
        const ratios = [alone, worker].map((other = NaN) => (capacity / other).toFixed(2))
        print(`| ${title}, ${connections} connections | ${servingUs.toFixed(0)} | ${primaryUs.toFixed(0)} | ${busiest.toFixed(2)} | ${capacity.toFixed(0)} | ${ratios.join(' | ')} |`)
      }
    })
  },
  contention: async () => {
    print('\n| two processes, 64 connections, a fifth into one conversation, a tenth repeated, a twentieth to people who block | messages/s | µs of the processor a message | busy | lost | doubled |\n|---|---|---|---|---|---|')
    // The first run compiles the code of the load, and is not shown.
    for (const [run, groupMax] of ['1', '100', '1', '100', '1'].entries()) {
      await onEngine(async (settings, dynamoDb) => {
        const { perSecond, cpuUs, busy, lost, doubled } = await measureContention(dynamoDb, { ...settings, DYNAMODB_GROUP_MAX: groupMax })
        if (run > 0) print(`| ${groupMax === '1' ? 'each transaction alone' : 'this service'} | ${perSecond.toFixed(0)} | ${cpuUs.toFixed(0)} | ${busy} | ${lost} | ${doubled} |`)
      })
    }
  },
}

print(`Node ${process.version}, ${availableParallelism()} cores, server ${canPin ? 'on core 0, load and stub on core 1' : 'not bound to a core'}; compare ratios, not absolute figures`)
const parts = Object.keys(PARTS).filter((name) => chosen.includes(name))
for (const [name, part] of Object.entries(PARTS)) if (parts.length === 0 || parts.includes(name)) await part()
