/**
 * `npm run bench:live`: what a delivery to a reader costs here and with other writers of streams, what a stream takes of memory, how late a room of
 * thousands is, and the pace of the dispatcher with and without the event log. Arguments choose: `writers`, `many`, `room`, `dispatcher`.
 */
import { availableParallelism, loadavg } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { TABLE_IDS, TABLES } from '#adapters/dynamodb/engine/tables.js'
import { startDynamoDb } from '../../test/support/dynamodb.js'
import { canPin, type ServerProcess, startServer } from '../server-process.js'
import { median } from '../throughput.js'
import { measureDispatchers } from './dispatcher.js'
import { paymentsMeanwhile } from './payments.js'
import { openReaders, type Readers, type Seen } from './readers.js'
import { openRoom } from './room.js'

const READERS = 2000
const MANY_READERS = 15_000
const ROOM_READERS = 5000
const ROUNDS = 3
const MESSAGES_A_ROUND = 50
const MESSAGES_PER_S = 10
/** With many readers: more than this would be more deliveries than a core has time for. */
const MANY_MESSAGES_PER_S = 2
const ROOM_MESSAGES_PER_S = 50
const ROOM_SECONDS = 20
/** With what stands around it, about 300 bytes in each stream. */
const TEXT_LENGTH = { service: 90, others: 270 }
const SETTLE_MS = 2000
const MIB = 1024 * 1024

const print = (line: string): void => { process.stdout.write(`${line}\n`) }
const SERVICE = { ROOM_RATE_MAX: '1000' }

interface Writer {
  readonly title: string
  readonly start: () => Promise<{ readonly server: ServerProcess, readonly path: string, readonly say: () => Promise<void> }>
  readonly isWebSocket?: boolean
}

const service: Writer = {
  title: 'this service: token, rights, log, order, store',
  start: async () => {
    const server = await startServer('service', SERVICE)
    const { path, say } = await openRoom(server.url)
    return { server, path, say: async () => { await say(TEXT_LENGTH.service) } }
  },
}

const broadcast = fileURLToPath(import.meta.resolve('./broadcast.js'))

function other (title: string, writer: string, isWebSocket = false): Writer {
  return {
    title,
    isWebSocket,
    start: async () => {
      const server = await startServer('fastify', { WRITER: writer }, broadcast)
      const { markedText } = await import('./marker.js')
      return { server, path: '/', say: async () => { await fetch(`${server.url}/say`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: markedText(TEXT_LENGTH.others) }) } }
    },
  }
}

const WRITERS: readonly Writer[] = [service, other('res.write', 'resWrite'), other('@fastify/sse', 'fastifySse'), other('better-sse', 'betterSse'), other('ws', 'ws', true)]

interface Open {
  readonly server: ServerProcess
  readonly readers: Readers
  readonly say: () => Promise<void>
  /** Of resident memory, for each stream. */
  readonly bytes: number
}

async function open ({ start, isWebSocket = false }: Writer, count: number): Promise<Open> {
  const { server, path, say } = await start()
  const before = server.rss()
  const readers = await openReaders({ url: server.url, path, count, isWebSocket, isSignedIn: path !== '/' })
  await delay(SETTLE_MS)
  return { server, readers, say, bytes: (server.rss() - before) / count }
}

interface Figures extends Seen {
  /** Processor time of the server for a delivery, in microseconds. */
  readonly cpuUs: number
}

/** So many messages, evenly, until each reader has each. */
async function measure ({ server, readers, say }: Open, count: number, messagesPerS = MESSAGES_PER_S): Promise<Figures> {
  await readers.seen()
  const before = server.cpuMs()
  const start = performance.now()
  for (let message = 0; message < MESSAGES_A_ROUND; message++) {
    await delay(Math.max(0, start + message * 1000 / messagesPerS - performance.now()))
    await say()
  }
  await delay(SETTLE_MS)
  const seen = await readers.seen()
  if (seen.deliveries !== MESSAGES_A_ROUND * count) throw new Error(`${seen.deliveries} of ${MESSAGES_A_ROUND * count} deliveries came`)
  return { ...seen, cpuUs: 1000 * (server.cpuMs() - before) / seen.deliveries }
}

function medians (rounds: readonly Figures[]): Figures {
  const of = (name: keyof Figures): number => median(rounds.map((round) => round[name]))
  return { deliveries: of('deliveries'), cpuUs: of('cpuUs'), p50: of('p50'), p99: of('p99'), most: of('most') }
}

const kB = (bytes: number): string => (bytes / 1024).toFixed(1)

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  writers: async () => {
    const all: Open[] = []
    for (const writer of WRITERS) all.push(await open(writer, READERS))
    const rounds: Figures[][] = all.map(() => [])
    for (let round = 0; round < ROUNDS; round++) for (const [index, one] of all.entries()) rounds[index]?.push(await measure(one, READERS))
    const [own, ...others] = rounds.map(medians)
    print(`| ${READERS} readers, ${MESSAGES_PER_S} messages of 300 bytes a second | µs of the processor a delivery | × this service | kB of memory a stream | sent to seen: p50, p99, most ms |\n|---|---|---|---|---|`)
    for (const [index, figures] of [own, ...others].entries()) {
      if (figures === undefined || own === undefined) continue
      print(`| ${WRITERS[index]?.title ?? ''} | ${figures.cpuUs.toFixed(1)} | ${(figures.cpuUs / own.cpuUs).toFixed(2)} | ${kB(all[index]?.bytes ?? NaN)} | ${figures.p50}, ${figures.p99}, ${figures.most} |`)
    }
    print('')
    const [first] = all
    if (first !== undefined) print(`| payments of this service, 20 a second | p50 ms | p99 ms |\n|---|---|---|\n${await paymentsMeanwhile(first.server.url, async () => { await measure(first, READERS) })}\n`)
    for (const { server, readers } of all) {
      await readers.stop()
      await server.stop()
    }
  },
  many: async () => {
    const one = await open(service, MANY_READERS)
    const { cpuUs, p50, p99, most } = await measure(one, MANY_READERS, MANY_MESSAGES_PER_S)
    print('| streams of one process | kB of memory a stream | µs of the processor a delivery | sent to seen: p50, p99, most ms |\n|---|---|---|---|')
    print(`| ${MANY_READERS} | ${kB(one.bytes)} | ${cpuUs.toFixed(1)} | ${p50}, ${p99}, ${most} |\n`)
    await one.readers.stop()
    await one.server.stop()
  },
  room: async () => {
    const dynamoDb = await startDynamoDb()
    const tables = await dynamoDb.freshTables()
    const names = Object.fromEntries(TABLE_IDS.map((id) => [TABLES[id].variable, tables[id]]))
    const server = await startServer('service', { ...SERVICE, ...names, USE_DYNAMODB: 'true', DYNAMODB_ENDPOINT: dynamoDb.client.endpoint })
    const { path, say } = await openRoom(server.url)
    const readers = await openReaders({ url: server.url, path, count: ROOM_READERS, isWebSocket: false, isSignedIn: true })
    const said: Array<Promise<void>> = []
    const start = performance.now()
    const before = server.cpuMs()
    for (let message = 0; message < ROOM_SECONDS * ROOM_MESSAGES_PER_S; message++) {
      await delay(Math.max(0, start + message * 1000 / ROOM_MESSAGES_PER_S - performance.now()))
      said.push(say(TEXT_LENGTH.service))
    }
    await Promise.all(said)
    await delay(SETTLE_MS)
    const { deliveries, p50, p99, most } = await readers.seen()
    const busy = (server.cpuMs() - before) / (performance.now() - start)
    print(`| a room of ${ROOM_READERS} readers on the native engine, ${ROOM_MESSAGES_PER_S} messages a second | sent to seen: p50, p99, most ms | messages seen | server's core busy |\n|---|---|---|---|`)
    print(`| ${ROOM_SECONDS} s | ${p50}, ${p99}, ${most} | ${deliveries} of ${said.length * ROOM_READERS} | ${(100 * busy).toFixed(0)} % |\n`)
    await readers.stop()
    await server.stop()
    await dynamoDb.stop()
  },
  dispatcher: async () => {
    const { without, with: withLog } = await measureDispatchers()
    print('| dispatcher on the native engine | events a second | × |\n|---|---|---|')
    print(`| without the event log | ${without.toFixed(0)} | 1 |\n| with it | ${withLog.toFixed(0)} | ${(withLog / without).toFixed(2)} |\n`)
  },
}

const chosen = process.argv.slice(2)
print(`Node ${process.version}, ${availableParallelism()} cores, server ${canPin ? 'on core 0, readers on core 1' : 'not bound to a core'}, load ${loadavg().map((load) => load.toFixed(1)).join(', ')}, ${(process.memoryUsage().rss / MIB).toFixed(0)} MiB here; compare ratios\n`)
for (const [name, part] of Object.entries(PARTS)) if (chosen.length === 0 || chosen.includes(name)) await part()
