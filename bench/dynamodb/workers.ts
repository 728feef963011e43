import { makeCallers } from '../caller.js'
import { load, type Job } from '../load.js'
import { startServer, type ServerProcess } from '../server-process.js'
import { median } from '../throughput.js'
import { SIZE } from './size.js'

const CALLERS = 256
const CONNECTIONS = 64

interface Start {
  readonly title: string
  readonly args: readonly string[]
  /** The processes that serve requests. Each can have a core of its own. */
  readonly serving: number
}

const PROCESS: Start = { title: 'one process', args: [], serving: 1 }
const ONE: Start = { title: 'one worker', args: ['--workers', '1'], serving: 1 }
const TWO: Start = { title: 'two workers', args: ['--workers', '2'], serving: 2 }

interface Round {
  /** Processor time for a message, in microseconds: of the processes that serve requests, together. */
  readonly servingUs: number
  /** Of the primary, which serves none. */
  readonly primaryUs: number
  /** The part of `servingUs` that the busiest process has taken. */
  readonly busiest: number
}

export interface WorkersFigures extends Round {
  readonly title: string
  readonly connections: number
  /** Messages a second that so many cores carry as there are serving processes, with the time of the primary, while nothing else runs on them. */
  readonly capacity: number
}

/**
 * Sends messages to one process, one worker and two, by turns, and counts the processor time that they take for one. All are on core 0, and load and stub on
 * core 1, so that neither the load nor the wait for a core is in that time.
 */
export async function compareWorkers (settings: Readonly<Record<string, string>>): Promise<readonly WorkersFigures[]> {
  const callers = makeCallers(CALLERS)
  const running = new Map<Start, ServerProcess>()
  for (const start of [PROCESS, ONE, TWO]) running.set(start, await startServer('service', { ...settings, USE_DYNAMODB: 'true' }, undefined, start.args))
  const jobOf = ({ url }: ServerProcess, connections: number): Job => ({ url, operation: 'send', callers, payments: [], connections, seconds: 0, requests: SIZE.workersRound })
  for (const [{ serving }, server] of running) await load({ ...jobOf(server, CONNECTIONS), requests: serving * SIZE.workersWarmUp }).catch(() => null)
  // Two workers have as many connections as one, and then each as many: fewer share fewer transactions.
  const rows = [...running, [TWO, running.get(TWO)] as const].map(([start, server], index) =>
    ({ start, server: server as ServerProcess, connections: index < running.size ? CONNECTIONS : start.serving * CONNECTIONS, rounds: [] as Round[] }))
  for (let round = 0; round < SIZE.workersRounds; round++) {
    for (const { server, connections, rounds } of rows) {
      const before = server.cpuMsOfEach()
      const { successes } = await load(jobOf(server, connections))
      rounds.push(roundOf(before, server.cpuMsOfEach(), successes))
    }
  }
  await Promise.all([...running.values()].map(async ({ stop }) => { await stop() }))
  return rows.map(({ start: { title, serving }, connections, rounds }) => {
    const middle = (name: keyof Round): number => median(rounds.map((round) => round[name]))
    const [servingUs, primaryUs, busiest] = [middle('servingUs'), middle('primaryUs'), middle('busiest')]
    return { title, connections, servingUs, primaryUs, busiest, capacity: serving * 1e6 / (servingUs + primaryUs) }
  })
}

/** @param before of each process; the one that was started comes first, and serves requests where it is alone */
function roundOf (before: readonly number[], after: readonly number[], messages: number): Round {
  if (after.length !== before.length) throw new Error('a worker has ended')
  const each = after.map((cpuMs, index) => 1000 * (cpuMs - (before[index] ?? NaN)) / messages)
  const serving = each.length === 1 ? each : each.slice(1)
  const servingUs = serving.reduce((sum, one) => sum + one, 0)
  return { servingUs, primaryUs: each.length === 1 ? 0 : each[0] ?? NaN, busiest: Math.max(...serving) / servingUs }
}
