/**
 * `npm run bench:dynamodb`: writes in DynamoDB mode beside Express and bare Fastify with lib-dynamodb and the same rows, and the service
 * with each transaction alone. Arguments choose: `stub`, `slow` (the stub after 5 ms), `engine`, `contention`; without them all.
 */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { TABLE_IDS, TABLES } from '#adapters/dynamodb/engine/tables.js'
import { startDynamoDb } from '../../test/support/dynamodb.js'
import { makeCallers } from '../caller.js'
import { load, type Job, type Measured } from '../load.js'
import { OPERATIONS } from '../operations.js'
import { canPin, freePort, onCore, startServer, type Peer } from '../server-process.js'
import { median } from '../throughput.js'
import { measureContention } from './contention.js'

const CONNECTIONS = [1, 8, 64, 256]
const CALLERS = 256
const WARM_UP_S = 1
const ROUNDS = 3
const ROUND_S = 2

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

async function compare (title: string, settings: Settings): Promise<void> {
  print(`\n| ${title}: µs of the processor a request (requests/s, p50, p99 ms) | ${CONTESTANTS.map((one) => one.title).join(' | ')} | × alone | × Express | × Fastify |`)
  print(`|---|${CONTESTANTS.map(() => '---|').join('')}---|---|---|`)
  for (const operation of ['send', 'process'] as const) {
    const callers = makeCallers(CALLERS)
    const running = await Promise.all(CONTESTANTS.map(async (one) => await startServer(one.peer, { ...settings, ...one.settings, USE_DYNAMODB: 'true' })))
    for (const connections of CONNECTIONS) {
      const figures: Figures[][] = running.map(() => [])
      const jobs = running.map(({ url }): Job => ({ url, operation, callers, paymentIds: [], connections, seconds: ROUND_S }))
      for (const job of jobs) await load({ ...job, seconds: WARM_UP_S })
      for (let round = 0; round < ROUNDS; round++) {
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

async function onStub (title: string, delayMs: number): Promise<void> {
  const port = String(await freePort())
  const [program, args] = onCore(1, fileURLToPath(import.meta.resolve('./stub.js')))
  const stub = spawn(program, args, { env: { PATH: process.env['PATH'], PORT: port, DELAY_MS: String(delayMs) }, stdio: ['ignore', 'ignore', 'inherit'] })
  try {
    await compare(title, { DYNAMODB_ENDPOINT: `http://127.0.0.1:${port}` })
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

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  stub: async () => { await onStub('stub', 0) },
  slow: async () => { await onStub('stub after 5 ms', 5) },
  engine: async () => { await onEngine(async (settings) => { await compare('native engine', settings) }) },
  contention: async () => {
    print('\n| two processes, 64 connections, a fifth into one conversation, a tenth repeated, a twentieth to people who block | messages/s | µs of the processor a message | lost | doubled |\n|---|---|---|---|---|')
    for (const groupMax of ['100', '1', '100', '1']) {
      await onEngine(async (settings, dynamoDb) => {
        const { perSecond, cpuUs, lost, doubled } = await measureContention(dynamoDb, { ...settings, DYNAMODB_GROUP_MAX: groupMax })
        print(`| ${groupMax === '1' ? 'each transaction alone' : 'this service'} | ${perSecond.toFixed(0)} | ${cpuUs.toFixed(0)} | ${lost} | ${doubled} |`)
      })
    }
  },
}

print(`Node ${process.version}, ${availableParallelism()} cores, server ${canPin ? 'on core 0, load and stub on core 1' : 'not bound to a core'}; compare ratios, not absolute figures`)
const chosen = process.argv.slice(2)
for (const [name, part] of Object.entries(PARTS)) if (chosen.length === 0 || chosen.includes(name)) await part()
