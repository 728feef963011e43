import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join, dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../support/free-port.js'

const READY_MS = 30_000
const POLL_MS = 50

const MAIN = fileURLToPath(import.meta.resolve('#infrastructure/programs/start.js'))
const ENGINE = join(dirname(createRequire(import.meta.url).resolve('tap/package.json')), '..', '@dynoxide/linux-x64/dynoxide')

/** A program that is killed and started again, on the same port and with the same settings. */
export interface Restartable {
  readonly url: string
  readonly start: () => Promise<void>
  readonly signal: (signal: NodeJS.Signals) => void
  /** Ends it at once, as a crash does. */
  readonly kill: () => Promise<void>
  /** Asks it to end, and waits until it has. */
  readonly end: () => Promise<void>
}

/** A DynamoDB engine whose tables outlive it in a file. */
export async function engine (file: string): Promise<Restartable> {
  const port = await freePort()
  return restartable(`http://127.0.0.1:${port}`, '/', ENGINE, ['serve', '--host', '127.0.0.1', '--port', String(port), '--db-path', file], {})
}

/** The built service. */
export async function service (env: Readonly<Record<string, string>>): Promise<Restartable> {
  const port = await freePort()
  return restartable(`http://127.0.0.1:${port}`, '/api/health/live', process.execPath, [MAIN], { ...env, PORT: String(port) })
}

function restartable (url: string, path: string, program: string, args: readonly string[], env: Readonly<Record<string, string>>): Restartable {
  let child: ChildProcess | null = null
  process.once('exit', () => { child?.kill('SIGKILL') })
  const endBy = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  return {
    url,
    start: async () => {
      child = spawn(program, args, { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'ignore', 'inherit'] })
      const end = performance.now() + READY_MS
      // Whatever it answers, it is there.
      while (!await fetch(`${url}${path}`).then(() => true, () => false)) {
        if (performance.now() > end || child.exitCode !== null) throw new Error(`${program} ${args.join(' ')} does not answer`)
        await setTimeout(POLL_MS)
      }
    },
    signal: (signal) => { child?.kill(signal) },
    kill: async () => { await endBy('SIGKILL') },
    end: async () => { await endBy('SIGTERM') },
  }
}
