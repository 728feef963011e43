/** `npm run terminate`: the service gets SIGTERM under load and in an export (`--times 50`), answers all that has come in, and ends in time. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { adminToken, as, ENV, key } from '../support/service.js'
import { Load, send } from './load.js'
import { freePort } from '../support/free-port.js'

const TIMES = Number(parseArgs({ options: { times: { type: 'string', default: '50' } } }).values.times)
const RATE_PER_S = 500
const LOAD_MS = 500
const END_MAX_MS = 10_000
/** So many that their export is still being made when its first bytes arrive. */
const PAYMENTS = 5000
const PAYERS = 20
const main = fileURLToPath(import.meta.resolve('#infrastructure/programs/start.js'))

/** Each start finds what those before have written. */
const folder = mkdtempSync(join(tmpdir(), 'basvideo-terminate-'))
let [answered, dropped, exported, slowest] = [0, 0, 0, 0]
for (let time = 0; time < TIMES; time++) slowest = Math.max(slowest, await endOne(time === 0))
rmSync(folder, { recursive: true, force: true })
process.stdout.write(`${TIMES} times SIGTERM at ${RATE_PER_S} requests/s: ${answered} answered, ${dropped} dropped, ${exported} of ${TIMES} exports whole, slowest end ${Math.round(slowest)} ms\n`)
process.exitCode = dropped === 0 && exported === TIMES && slowest < END_MAX_MS ? 0 : 1

/** How long it took to end, in milliseconds. */
async function endOne (isFirst: boolean): Promise<number> {
  const port = await freePort()
  const env = { PATH: process.env['PATH'], ...ENV, DATA_DIR: folder, PORT: String(port), RATE_LIMIT_MAX: '1000000000', LOG_LEVEL: 'silent' }
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = once(child, 'exit')
  while (!await fetch(`http://127.0.0.1:${port}/api/health/live`).then(() => true, () => false)) await setTimeout(20)
  const agent = new Agent({ keepAlive: true })
  if (isFirst) await Promise.all(Array.from({ length: PAYERS }, async (_, payer) => { await pay(port, agent, `odeyen${payer}`) }))
  const load = new Load(port, agent, RATE_PER_S)
  await setTimeout(LOAD_MS)
  const file = await send({ port, path: '/api/admin/export?type=payments&format=ndjson', headers: adminToken })
  const start = performance.now()
  child.kill('SIGTERM')
  if (await isWhole(file)) exported++
  await ended
  const took = performance.now() - start
  await load.stop()
  agent.destroy()
  answered += load.answered
  dropped += load.dropped
  return took
}

async function pay (port: number, agent: Agent, payer: string): Promise<void> {
  for (let number = 0; number < PAYMENTS / PAYERS; number++) {
    const name = `${payer}-${number}`
    const body = { amount: 1000, currency: 'TRY', orderId: name, paymentMethod: { token: 'tok_ok' } }
    const answer = await send({ port, agent, method: 'POST', path: '/api/payments/process', headers: { ...as(payer), ...key(name) } }, body)
    if (answer.statusCode !== 201) throw new Error(`a payment before the load was answered ${answer.statusCode}`)
    answer.resume()
  }
}

/** Read at its own pace, to an end that the service has meant. */
async function isWhole (file: IncomingMessage): Promise<boolean> {
  let lines = 0
  try {
    for await (const chunk of file) lines += String(chunk).split('\n').length - 1
  } catch {
    return false
  }
  return file.complete && lines >= PAYMENTS
}
