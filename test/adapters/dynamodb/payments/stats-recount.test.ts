// @own-process
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import t, { type Test } from 'tap'
import { TABLES } from '#adapters/dynamodb/engine/tables.js'
import { PAYMENT_RECOUNT, readMigration } from '#adapters/dynamodb/schema/migrations.js'
import { byChange, RECOUNT_KNOWN_MS, type Recount } from '#application/ports/read-models.js'
import { laterBy } from '#domain/time.js'
import { payment, times } from '../../../contracts/fixtures.js'
import { byCreation, dispatcherOf } from '../../../support/dispatching.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { failure, inTurn, openBehindProxy } from '../../../support/dynamodb-proxy.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

const CREATED = '2026-03-01T21:30:00.000Z'

/** Stores on tables of version 0.1.0, which notes no recount. */
async function openEarlier (t: Test) {
  const tables = await dynamoDb.freshTables()
  const database = dynamoDb.database(tables)
  await database.documents.send(new DeleteCommand({ TableName: tables.migrations, Key: { name: PAYMENT_RECOUNT } }))
  let time = 0
  const stores = dynamoDb.open(tables, { now: () => time })
  t.teardown(async () => await stores.close())
  return { ...stores, tables, database, pass: (milliseconds: number) => { time += milliseconds } }
}

t.test('tables of an earlier version know of no recount until one has begun, and a node learns of it in a minute', async (t) => {
  const { stats, tables, pass } = await openEarlier(t)
  t.equal(await stats.recount(), null)
  const other = dynamoDb.open(tables)
  t.teardown(async () => await other.close())
  const recount: Recount = { since: CREATED, isComplete: false, position: null, looked: 0 }
  await other.stats.saveRecount(recount)
  t.same(await other.stats.recount(), recount, 'its own node knows at once')
  pass(RECOUNT_KNOWN_MS - 1)
  t.equal(await stats.recount(), null)
  pass(1)
  t.same(await stats.recount(), recount)
})

t.test('a look at the recount that failed is repeated', async (t) => {
  const { stats, proxy } = await openBehindProxy(t, dynamoDb)
  proxy.plan = inTurn('GetItem', failure('AccessDeniedException'))
  await t.rejects(stats.recount(), { code: 'store_unavailable', cause: { name: 'AccessDeniedException' } })
  t.match(await stats.recount(), { isComplete: true })
})

t.test('without a recount, events count by the creation of their payment alone', async (t) => {
  const stores = await openEarlier(t)
  await stores.payments.insert(payment('pay_1', { createdAt: CREATED }))
  await dispatcherOf(stores).run()
  t.match(await byCreation(stores, '2026-03-01'), [{ figures: { pending_count: 1 } }])
  const { documents } = stores.database
  const { Items: rows = [] } = await documents.send(new ScanCommand({ TableName: stores.tables.stats }))
  t.match(rows, { length: 1 })
})

t.test('the command counts older payments, shows progress and goes on where it was stopped', async (t) => {
  const stores = await openEarlier(t)
  await times(230, async (index) => await stores.payments.insert(payment(`pay_${index}`, { createdAt: laterBy(CREATED, index * 1000) })))
  await dispatcherOf(stores).run()
  const since = '2026-03-02T00:00:00.000Z'
  await stores.stats.saveRecount({ since, isComplete: false, position: `${laterBy(CREATED, 200_000)}#pay_200`, looked: 30 })
  const variables = Object.entries(TABLES).map(([id, { variable }]) => [variable, stores.tables[id as keyof typeof stores.tables]])
  const env = { ...process.env, DYNAMODB_ENDPOINT: dynamoDb.client.endpoint, ...Object.fromEntries(variables) as Record<string, string> }
  const start = async (...args: string[]) => {
    const child = spawn(process.execPath, [fileURLToPath(import.meta.resolve('#infrastructure/programs/backfill.js')), ...args], { env })
    const ends = Promise.all([once(child, 'exit') as Promise<[number | null]>, text(child.stderr)])
    return { child, ends }
  }
  const [[code], output] = await (await start()).ends
  t.equal(code, 0, output)
  t.match(output, /230 of about 230 payments/)
  t.match(output, /The back-fill is done/)
  t.match(await readMigration(stores.database, PAYMENT_RECOUNT), { since, isComplete: true, looked: 230 })
  t.match(await stores.stats.read(byChange('hour', since), '2026-03-01T21', '2026-03-01T22'), [{ figures: { pending_count: 200, pending_amount: 20_000 } }])

  const again = await start('--recount')
  // Once: a second signal ends the command at once.
  again.child.stderr.on('data', (data: Buffer) => { if (!again.child.killed && data.includes('of about 230 payments')) again.child.kill('SIGINT') })
  const [[stopped], told] = await again.ends
  t.equal(stopped, 130, told)
  t.match(told, /Stopped\. Run it again to go on/)
  t.match(await readMigration(stores.database, PAYMENT_RECOUNT), { isComplete: false, looked: 0 })
})
