import { makeCallers } from '../caller.js'
import { load, type Job } from '../load.js'
import { startServer } from '../server-process.js'
import { median } from '../throughput.js'

const CALLERS = 256
const CONNECTIONS = 64
const WARM_UP = 3000
const ROUNDS = 5
const ROUND = 2000

export interface WorkersFigures {
  readonly title: string
  /** Processor time of all processes of the start for a message, in microseconds. */
  readonly cpuUs: number
  readonly perSecond: number
  readonly p99: number
}

const STARTS = [
  { title: 'one process', args: [] },
  { title: 'one worker', args: ['--workers', '1'] },
  { title: 'two workers', args: ['--workers', '2'] },
] as const

/** Sends messages to starts of one process and of several, by turns. None is bound to a core: they share all of them with the load and the stub. */
export async function compareWorkers (settings: Readonly<Record<string, string>>): Promise<readonly WorkersFigures[]> {
  const callers = makeCallers(CALLERS)
  const running = await Promise.all(STARTS.map(async ({ args }) => await startServer('service', { ...settings, USE_DYNAMODB: 'true' }, undefined, { args, isBound: false })))
  const jobs = running.map(({ url }): Job => ({ url, operation: 'send', callers, paymentIds: [], connections: CONNECTIONS, seconds: 0, requests: ROUND, isBound: false }))
  for (const job of jobs) await load({ ...job, requests: WARM_UP }).catch(() => null)
  const figures: Array<Array<Omit<WorkersFigures, 'title'>>> = STARTS.map(() => [])
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, { cpuMs }] of running.entries()) {
      const before = cpuMs()
      const { successes, perSecond, p99 } = await load(jobs[index] as Job)
      figures[index]?.push({ cpuUs: 1000 * (cpuMs() - before) / successes, perSecond, p99 })
    }
  }
  await Promise.all(running.map(async ({ stop }) => { await stop() }))
  return STARTS.map(({ title }, index) => {
    const rounds = figures[index] ?? []
    return { title, cpuUs: median(rounds.map(({ cpuUs }) => cpuUs)), perSecond: median(rounds.map(({ perSecond }) => perSecond)), p99: median(rounds.map(({ p99 }) => p99)) }
  })
}
