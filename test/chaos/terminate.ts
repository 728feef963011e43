/** `npm run terminate`: the service gets SIGTERM under load (`--times 50`), answers all that has come in, and ends in time. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { as, ENV } from '../support/service.js'
import { freePort } from './processes.js'

const TIMES = Number(parseArgs({ options: { times: { type: 'string', default: '50' } } }).values.times)
const RATE_PER_S = 500
const LOAD_MS = 500
const END_MAX_MS = 10_000
const main = fileURLToPath(import.meta.resolve('../../src/infrastructure/main.js'))

let [answered, dropped, slowest] = [0, 0, 0]
for (let time = 0; time < TIMES; time++) slowest = Math.max(slowest, await endOne())
process.stdout.write(`${TIMES} times SIGTERM at ${RATE_PER_S} requests/s: ${answered} answered, ${dropped} dropped, slowest end ${Math.round(slowest)} ms\n`)
process.exitCode = dropped === 0 && slowest < END_MAX_MS ? 0 : 1

/** How long it took to end, in milliseconds. */
async function endOne (): Promise<number> {
  const port = await freePort()
  const child = spawn(process.execPath, [main], { env: { PATH: process.env['PATH'], ...ENV, PORT: String(port), RATE_LIMIT_MAX: '1000000000', LOG_LEVEL: 'silent' }, stdio: 'ignore' })
  const ended = once(child, 'exit')
  while (!await fetch(`http://127.0.0.1:${port}/api/health/live`).then(() => true, () => false)) await setTimeout(20)
  const agent = new Agent({ keepAlive: true })
  const open = new Set<Promise<void>>()
  const load = { stopped: false }
  const running = (async () => {
    const start = performance.now()
    for (let sent = 0; !load.stopped; await setTimeout(5)) {
      for (const due = (performance.now() - start) * RATE_PER_S / 1000; sent < due; sent++) {
        const one: Promise<void> = send(port, agent, sent).finally(() => { open.delete(one) })
        open.add(one)
      }
    }
  })()
  await setTimeout(LOAD_MS)
  const start = performance.now()
  child.kill('SIGTERM')
  await ended
  const took = performance.now() - start
  load.stopped = true
  await running
  await Promise.all(open)
  agent.destroy()
  return took
}

/** Who finds the door closed goes to another node; whose request was taken in has to be answered. */
async function send (port: number, agent: Agent, number: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const body = JSON.stringify({ receiverId: 'mehmet', message: 'merhaba', clientMessageId: `m-${number}` })
    const headers = { ...as(`ayse${number % 50}`), 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const sent = request({ port, host: '127.0.0.1', method: 'POST', path: '/api/messages', agent, headers }, (response) => {
      response.resume().on('end', () => { answered++; resolve() }).on('error', () => { dropped++; resolve() })
    })
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNREFUSED') dropped++
      resolve()
    })
    sent.end(body)
  })
}
