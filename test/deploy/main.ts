/**
 * Holds what operators load to a real Prometheus: `npm run wall`. Each alert fires and is silent as its tests say, no alert passes its tests without its
 * expression, and each query of the dashboards answers on a service that has been scraped. It ends with `N passed, N failed`.
 */
import { execFile, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { engine, service, type Restartable } from '../chaos/processes.js'
import { freePort } from '../support/free-port.js'
import { makeSecretTokenSigner } from '#adapters/tokens/own-tokens.js'
import { signedWebhook, webhookBody } from '../support/signed-webhook.js'
import { alerts, dashboardOf, DASHBOARDS, FOLDER, queriesOf, ruleTests } from './wall.js'

const run = promisify(execFile)
const RULES = 'basvideo.rules.yaml'
const RULE_TESTS = 'basvideo.rules.test.yaml'
const ANSWERS_WITHIN_MS = 150_000
const POLL_MS = 500
/** Of the dashboards' ranges. Prometheus scrapes each second here. */
const RATE_INTERVAL = '10s'
const JWT_SECRET = 'a secret for the wall that is long enough'
const WEBHOOK_SECRET = `whsec_${Buffer.from('a webhook secret for the wall, long enough').toString('base64')}`

const folder = mkdtempSync(join(tmpdir(), 'basvideo-wall-'))
const failures: string[] = []
let passed = 0

function check (what: string, isRight: boolean): void {
  if (isRight) passed += 1
  else failures.push(what)
}

/** Whether promtool is content with a command. */
async function promtool (...args: readonly string[]): Promise<boolean> {
  return await run('promtool', args, { cwd: folder }).then(() => true, () => false)
}

async function checkAlerts (): Promise<void> {
  cpSync(fileURLToPath(new URL('prometheus', FOLDER)), folder, { recursive: true })
  check('promtool reads the configuration', await promtool('check', 'config', 'prometheus.yaml'))
  const { tests } = ruleTests()
  for (const rule of alerts()) {
    const { alert } = rule
    // JSON is YAML.
    writeFileSync(join(folder, RULE_TESTS), JSON.stringify({ rule_files: [RULES], evaluation_interval: '1m', tests: tests.filter(({ name }) => name.startsWith(`${alert} `)) }))
    for (const [how, expr] of [['as it is', rule.expr], ['never firing', 'vector(0) > 1'], ['always firing', 'vector(1)']]) {
      writeFileSync(join(folder, RULES), JSON.stringify({ groups: [{ name: 'one', rules: [{ ...rule, expr }] }] }))
      check(`the tests of ${alert} know it ${how}`, await promtool('test', 'rules', RULE_TESTS) === (how === 'as it is'))
    }
  }
}

/** What a shop does in a minute, and what goes wrong in it. */
async function traffic ({ url }: Restartable, round: number): Promise<void> {
  const sign = makeSecretTokenSigner({ secret: JWT_SECRET, issuer: 'basvideo', audience: 'basvideo-api' }, 600_000)
  const call = async (method: string, path: string, body: string, headers: Record<string, string> = {}): Promise<void> => {
    const answer = await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${sign({ sub: 'ada', email: 'ada@shop.example' })}`, 'content-type': 'application/json', ...headers }, body })
    await answer.arrayBuffer()
  }
  const pay = async (token: string): Promise<void> => {
    const body = { amount: 500, currency: 'TRY', orderId: `order-${token}-${round}`, sellerId: 'sela', paymentMethod: { token } }
    await call('POST', '/api/payments/process', JSON.stringify(body), { 'idempotency-key': `${token}-${round}` })
  }
  await Promise.all([pay('tok_ok'), pay('tok_declined')])
  await call('POST', '/api/messages', JSON.stringify({ receiverId: 'bora', message: 'merhaba' }))
  await call('POST', '/api/messages', '{')
  const webhook = webhookBody('payment.succeeded', { paymentId: `none-${round}` })
  await call('POST', '/api/payments/webhook', webhook, signedWebhook(webhook, { secret: WEBHOOK_SECRET, id: `evt_${round}` }))
}

interface Answer {
  readonly data: { readonly result: ReadonlyArray<{ readonly value: readonly [number, string] }> }
}

/** Whether Prometheus answers a query with at least one number. */
async function answers (prometheus: string, expr: string): Promise<boolean> {
  const query = expr.replaceAll('$__rate_interval', RATE_INTERVAL)
  const answer = await fetch(`${prometheus}/api/v1/query?${new URLSearchParams({ query }).toString()}`).catch(() => null)
  if (answer?.ok !== true) return false
  const { data: { result } } = await answer.json() as Answer
  return result.some(({ value: [, number] }) => Number.isFinite(Number(number)))
}

async function checkDashboards (): Promise<void> {
  const store = await engine(join(folder, 'tables'))
  const metricsPort = await freePort()
  const shop = await service({
    DYNAMODB_ENDPOINT: store.url, DATA_DIR: folder, JWT_SECRET, ORDERS: 'open', ALLOW_SIMULATOR: 'true', SIMULATOR_WEBHOOK_SECRET: WEBHOOK_SECRET, METRICS_PORT: String(metricsPort), LOG_LEVEL: 'silent',
  })
  const port = await freePort()
  const scrapes = { global: { scrape_interval: '1s' }, scrape_configs: [{ job_name: 'basvideo', static_configs: [{ targets: [`127.0.0.1:${metricsPort}`] }] }] }
  writeFileSync(join(folder, 'scrape.json'), JSON.stringify(scrapes))
  await store.start()
  await run(process.execPath, [fileURLToPath(import.meta.resolve('#infrastructure/programs/tables.js'))], { env: { PATH: process.env['PATH'], DYNAMODB_ENDPOINT: store.url } })
  await shop.start()
  const prometheus = spawn('prometheus', [`--config.file=${join(folder, 'scrape.json')}`, `--storage.tsdb.path=${join(folder, 'tsdb')}`, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' })
  try {
    const waiting = new Map(DASHBOARDS.flatMap((name) => queriesOf(dashboardOf(name))).map(({ panel, expr }) => [expr, panel]))
    const end = performance.now() + ANSWERS_WITHIN_MS
    for (let round = 0; waiting.size > 0 && performance.now() < end; round++) {
      await traffic(shop, round)
      for (const [expr, panel] of waiting) {
        if (!await answers(`http://127.0.0.1:${port}`, expr)) continue
        check(panel, true)
        waiting.delete(expr)
      }
      await setTimeout(POLL_MS)
    }
    for (const [expr, panel] of waiting) check(`${panel} answers: ${expr}`, false)
  } finally {
    prometheus.kill('SIGKILL')
    await shop.kill()
    await store.kill()
  }
}

try {
  if (!await promtool('--version')) throw new Error('promtool and prometheus are not here: Debian has both in its package prometheus')
  await checkAlerts()
  await checkDashboards()
} catch (error) {
  failures.push((error as Error).message)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
for (const failure of failures) process.stdout.write(`not so: ${failure}\n`)
process.stdout.write(`${passed} passed, ${failures.length} failed\n`)
process.exitCode = failures.length === 0 ? 0 : 1
