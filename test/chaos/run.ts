/** `npm run chaos`: two services, a store that fails in six ways under load, and nothing acknowledged may be lost. `--short` for a minute of it, `--outage 'black hole'` for that one alone. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createTables } from '#adapters/dynamodb/schema/create-tables.js'
import { openDatabase } from '#adapters/dynamodb/engine/client.js'
import { dynamoStores } from '#adapters/dynamodb/stores.js'
import { serverOptions } from '#adapters/dynamodb/engine/server.js'
import { tableNames } from '#adapters/dynamodb/engine/tables.js'
import { ENV } from '../support/service.js'
import { STRIPE_KEY, startStripeServer } from '../support/stripe-server.js'
import { chargesApart, repeatUnpaid } from './charges.js'
import { findingsOf } from './findings.js'
import { engine, service, type Restartable } from './processes.js'
import { faultProxy, type Network } from './proxy.js'
import { Traffic, type Acknowledged } from './traffic.js'

const { values: { short: isShort, outage: wanted } } = parseArgs({ options: { short: { type: 'boolean', default: false }, outage: { type: 'string', multiple: true } } })
const RATE_PER_S = isShort ? 100 : 200
const OUTAGE_MS = isShort ? 8000 : 60_000
const CALM_MS = 1000
const DRAIN_MAX_MS = 60_000
/** Nothing can be said of what is lost before all is carried out. */
const WAIT_MAX_MS = 300_000
/** The short form shares its machine with others. */
const P99_MAX_MS = isShort ? 1000 : 250

const folder = mkdtempSync(join(tmpdir(), 'basvideo-chaos-'))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { process.exit(130) })
const store = await engine(join(folder, 'tables.db'))
await store.start()
const tables = tableNames({})
const { database, close } = openDatabase({ ...serverOptions({ DYNAMODB_ENDPOINT: store.url }), tableNames: tables })
await createTables(database, { report: () => {} })
close()
const proxy = await faultProxy(store.url)
const ends: Array<() => unknown> = []
/** Both charge there, and no kill takes it along. */
const provider = await startStripeServer({ teardown: (end) => { ends.push(end) } })
const stripe = { PAYMENT_PROVIDERS: 'stripe', STRIPE_SECRET_KEY: STRIPE_KEY, STRIPE_WEBHOOK_SECRETS: 'whsec_of_a_provider_that_tells_nothing', STRIPE_BASE_URL: provider.url }
const optionsOf = (name: string) => ({
  ...ENV, ...stripe, USE_DYNAMODB: 'true', DYNAMODB_ENDPOINT: proxy.url, DATA_DIR: join(folder, name), RATE_LIMIT_MAX: '1000000000', LOG_LEVEL: 'silent',
})
const [one, other] = await Promise.all([service(optionsOf('one')), service(optionsOf('other'))])
const services = [one, other]
await Promise.all(services.map(async (each) => { await each.start() }))
const network = (fault: Network): [begin: () => Promise<void>, end: () => Promise<void>] => [async () => { await proxy.set(fault) }, async () => { await proxy.set('up') }]
const OUTAGES: Readonly<Record<string, [begin: () => Promise<void>, end: () => Promise<void>]>> = {
  'connections refused': network('refuse'),
  'black hole': network('black hole'),
  '5 s of latency': network('slow'),
  'reset after commit': network('reset after commit'),
  'engine killed and started': [async () => { await store.kill() }, async () => { await store.start() }],
  'engine frozen': [async () => { store.signal('SIGSTOP') }, async () => { store.signal('SIGCONT') }],
}

/** How long until both are as if nothing had been; null where they are not in time. */
async function backToNormal (): Promise<number | null> {
  const start = performance.now()
  while (performance.now() - start < WAIT_MAX_MS) {
    const modes = await Promise.all(services.map(async ({ url }) => await fetch(`${url}/api/health`).then(async (answer) => (await answer.json() as { mode: string }).mode, () => 'gone')))
    if (modes.every((mode) => mode === 'dynamodb')) return performance.now() - start
    await setTimeout(100)
  }
  return null
}

async function crash (victim: Restartable): Promise<void> {
  await victim.kill()
  await victim.start()
}

process.stdout.write(`${RATE_PER_S} writes/s to two services, outages of ${OUTAGE_MS / 1000} s; one service is killed in each outage, the other while it drains. Lost and doubled count over all so far.\n\n`)
process.stdout.write('| outage | acknowledged | refused | p99 without the store | back to normal | lost | doubled |\n|---|---|---|---|---|---|---|\n')
let violations = 0
const acknowledged: Acknowledged[] = []
const traffics: Traffic[] = []
for (const [name, [begin, end]] of Object.entries(OUTAGES).filter(([name]) => wanted?.includes(name) !== false)) {
  const traffic = new Traffic(services, RATE_PER_S, name, 'pm_card_visa')
  traffics.push(traffic)
  traffic.start()
  await setTimeout(CALM_MS)
  await begin()
  await setTimeout(OUTAGE_MS / 2)
  await crash(other)
  await setTimeout(OUTAGE_MS / 2)
  const p99 = traffic.p99(one)
  await end()
  await setTimeout(CALM_MS)
  await crash(one)
  await traffic.stop()
  const tookMs = await backToNormal()
  const stores = dynamoStores({ ...serverOptions({ DYNAMODB_ENDPOINT: store.url }), tableNames: tables })
  acknowledged.push(...traffic.acknowledged)
  const { lost, doubled } = await findingsOf(stores, acknowledged)
  await stores.close()
  violations += Number(lost > 0) + Number(doubled > 0) + Number((tookMs ?? Infinity) > DRAIN_MAX_MS) + Number((p99 ?? Infinity) > P99_MAX_MS)
  const cells = [name, traffic.acknowledged.length, traffic.refused, p99 === null ? '–' : `${Math.round(p99)} ms`, tookMs === null ? 'never' : `${(tookMs / 1000).toFixed(1)} s`, lost, doubled]
  process.stdout.write(`| ${cells.join(' | ')} |\n`)
}
const unpaid = await repeatUnpaid(traffics)
const stores = dynamoStores({ ...serverOptions({ DYNAMODB_ENDPOINT: store.url }), tableNames: tables })
const apart = await chargesApart(stores, new Set(acknowledged.map(({ person }) => person)), provider)
await stores.close()
const { charges } = provider.effects()
violations += Number(unpaid > 0) + Number(apart.length > 0) + Number(charges === 0)
process.stdout.write(`\nThe provider has charged ${charges} payments, of which ${apart.length} are recorded otherwise; ${unpaid} payers got no answer to any attempt.\n`)
await Promise.all(services.map(async (each) => { await each.kill() }))
proxy.close()
for (const end of ends) end()
await store.kill()
rmSync(folder, { recursive: true, force: true })
process.stdout.write(violations === 0 ? '\nNothing acknowledged was lost or doubled.\n' : `\n${violations} violations.\n`)
process.exitCode = violations === 0 ? 0 : 1
