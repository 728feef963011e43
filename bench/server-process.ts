import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../test/support/free-port.js'
import { ISSUER } from './caller.js'

const START_MAX_MS = 20_000
const POLL_MS = 5

const programs = {
  service: fileURLToPath(import.meta.resolve('#infrastructure/programs/start.js')),
  fastify: fileURLToPath(import.meta.resolve('./peers/fastify.js')),
  express: fileURLToPath(import.meta.resolve('./peers/express.js')),
  mapStore: fileURLToPath(import.meta.resolve('./peers/map-store.js')),
  fastifyDynamodb: fileURLToPath(import.meta.resolve('./peers/fastify-dynamodb.js')),
  expressDynamodb: fileURLToPath(import.meta.resolve('./peers/express-dynamodb.js')),
} as const

export type Peer = keyof typeof programs

/** Whether this machine can bind a process to a core. */
export const canPin = spawnSync('taskset', ['--version']).status === 0

/** The program and arguments that run a script on one core, where processes can be bound to one. */
export function onCore (core: number, ...script: readonly string[]): [program: string, args: string[]] {
  return canPin ? ['taskset', ['-c', String(core), process.execPath, ...script]] : [process.execPath, [...script]]
}

export const SIMULATOR_SECRET = `whsec_${Buffer.from('a benchmark needs no real secret').toString('base64')}`

/** Production settings in memory mode, behind a proxy, with a rate limit that no benchmark reaches. */
const MEMORY_MODE = {
  NODE_ENV: 'production',
  USE_DYNAMODB: 'false',
  ALLOW_MEMORY: 'true',
  ALLOW_SIMULATOR: 'true',
  ORDERS: 'open',
  TRUST_PROXY: '127.0.0.1',
  RATE_LIMIT_MAX: '1000000000',
  FIRST_MESSAGES_PER_DAY: '0',
  JWT_SECRET: ISSUER.secret,
  JWT_ISSUER: ISSUER.issuer,
  JWT_AUDIENCE: ISSUER.audience,
  SIMULATOR_WEBHOOK_SECRET: SIMULATOR_SECRET,
}

export interface ServerProcess {
  readonly url: string
  /** Milliseconds from the start of the process to its first answer. */
  readonly startMs: number
  /** Processor time of all threads so far, also of its workers, in milliseconds; NaN where /proc is missing. */
  readonly cpuMs: () => number
  /** The same of each process: the one that was started, then its workers. */
  readonly cpuMsOfEach: () => readonly number[]
  /** Resident memory in bytes; NaN where /proc is missing. */
  readonly rss: () => number
  readonly stop: () => Promise<void>
}

/** Starts a server on core 0 with its log discarded, and waits for its first answer. `path`: another program in its place; `words`: its arguments. @throws Error when none comes */
export async function startServer (peer: Peer, settings: Readonly<Record<string, string>> = {}, path: string = programs[peer], words: readonly string[] = []): Promise<ServerProcess> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const [program, args] = onCore(0, path, ...words)
  const start = performance.now()
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], ...MEMORY_MODE, PORT: String(port), ...settings },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const pid = String(child.pid)
  const kill = (): void => { child.kill('SIGKILL') }
  process.once('exit', kill)
  child.once('close', () => { process.off('exit', kill) })
  await answers(child, `${url}/api/health/live`)
  const cpuMsOfEach = (): number[] => [pid, ...proc(pid, `task/${pid}/children`).split(' ').filter((worker) => worker !== '')].map(cpuMsOf)
  return {
    url,
    startMs: performance.now() - start,
    cpuMs: () => cpuMsOfEach().reduce((sum, one) => sum + one, 0),
    cpuMsOfEach,
    rss: () => 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(proc(pid, 'status'))?.[1]),
    stop: async () => {
      const closed = once(child, 'close')
      child.kill()
      await closed
    },
  }
}

async function answers (child: ChildProcess, url: string): Promise<void> {
  const end = performance.now() + START_MAX_MS
  while (child.exitCode === null && performance.now() < end) {
    // Any answer counts, because the peers have no health route.
    if (await fetch(url).then(async (response) => await response.text(), () => null) !== null) return
    await delay(POLL_MS)
  }
  child.kill()
  throw new Error(`no answer from ${child.spawnargs.join(' ')}`)
}

function proc (pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

/** Fields 14 and 15 of /proc/PID/stat are user and system time in hundredths of a second; field 2 is a name in brackets. */
function cpuMsOf (pid: string): number {
  const fields = proc(pid, 'stat').replace(/^.*\) /, '').split(' ')
  return 10 * (Number(fields[11]) + Number(fields[12]))
}
