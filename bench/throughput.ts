import { load, type Job, type Measured } from './load.js'
import { makeCallers, type Caller } from './caller.js'
import { ABOUT_PAYMENTS, CONVERSATION_LENGTH, once, OPERATIONS, type OperationName } from './operations.js'
import type { Paid } from './signed-event.js'
import { startServer, type Peer, type ServerProcess } from './server-process.js'

const CONNECTIONS = 32
/** So many that all of a server's code is compiled. */
const WARM_UP_REQUESTS = 20_000
const ROUNDS = 5
const ROUND_S = 3

export type Throughput<Contestant extends Peer> = Readonly<Record<Contestant, Pick<Measured, 'perSecond' | 'p99'>>>

/**
 * The medians of several rounds of one operation. The peers take turns, so that a slow moment of the machine slows down
 * all of them.
 */
export async function measureThroughput<Contestant extends Peer> (operation: OperationName, peers: readonly Contestant[]): Promise<Throughput<Contestant>> {
  const callers = makeCallers()
  const servers = await Promise.all(peers.map(async (peer) => ({ peer, server: await startServer(peer) })))
  const contestants = await Promise.all(servers.map(async ({ peer, server }) => ({ peer, job: await prepare(server, operation, callers) })))
  for (const { job } of contestants) await load({ ...job, requests: WARM_UP_REQUESTS })
  const measured = new Map<Peer, Measured[]>(peers.map((peer) => [peer, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const { peer, job } of contestants) measured.get(peer)?.push(await load(job))
  }
  await Promise.all(servers.map(async ({ server }) => { await server.stop() }))
  const medians = [...measured].map(([peer, rounds]) => [peer, {
    perSecond: median(rounds.map(({ perSecond }) => perSecond)),
    p99: median(rounds.map(({ p99 }) => p99)),
  }])
  return Object.fromEntries(medians) as Throughput<Contestant>
}

/** Stores the messages or payments that the operation reads, or is about. */
export async function prepare ({ url }: Pick<ServerProcess, 'url'>, operation: OperationName, callers: readonly Caller[]): Promise<Job> {
  const payments: Paid[] = []
  for (const caller of callers) {
    if (operation === 'conversation') for (let i = 0; i < CONVERSATION_LENGTH; i++) await once(url, OPERATIONS.send, caller)
    if (ABOUT_PAYMENTS.includes(operation)) {
      const { paymentId, providerReference } = await once(url, OPERATIONS.process, caller)
      payments.push({ paymentId: String(paymentId), providerReference: providerReference === null ? null : String(providerReference) })
    }
  }
  return { url, operation, callers, payments, connections: CONNECTIONS, seconds: ROUND_S }
}

export function median (values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}
