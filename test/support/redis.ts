import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { freePort } from './free-port.js'

const MISSING = 'no redis-server: install one, such as Debian\'s redis-server'

/** A Redis for a test file, which stops it with `stop`. It keeps nothing. */
export interface RedisServer {
  readonly url: string
  /** Ends the server at once, with all connections. */
  readonly stop: () => Promise<void>
  /** Starts it anew at the same address. */
  readonly start: () => Promise<void>
  /** Lets it hang: it keeps its connections, and answers nothing. */
  readonly hang: () => void
  readonly wake: () => void
}

export async function startRedis (): Promise<RedisServer> {
  const port = await freePort()
  let child = await startOn(port)
  const kill = (): void => { child.kill('SIGKILL') }
  process.once('exit', kill)
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      process.off('exit', kill)
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      kill()
      await ended
    },
    start: async () => {
      child = await startOn(port)
      process.once('exit', kill)
    },
    hang: () => { child.kill('SIGSTOP') },
    wake: () => { child.kill('SIGCONT') },
  }
}

async function startOn (port: number): Promise<ChildProcess> {
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise<void>((resolve, reject) => {
    let text = ''
    child.once('error', () => { reject(new Error(MISSING)) })
    child.once('exit', () => { reject(new Error(`redis-server ended: ${text}`)) })
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more
      if (text.includes('eady to accept connections')) resolve()
    })
  })
  return child
}
