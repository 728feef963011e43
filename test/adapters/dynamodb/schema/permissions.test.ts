import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import t from 'tap'
import type { Database } from '#adapters/dynamodb/engine/client.js'
import { TABLE_IDS } from '#adapters/dynamodb/engine/tables.js'
import { permissionsOf } from '#adapters/dynamodb/schema/permissions.js'
import { ACTIONS, PROGRAMS_OF_TABLES } from '#adapters/dynamodb/schema/policies.js'
import { reach } from '#adapters/dynamodb/schema/reach.js'
import { described, openTables } from '../../../support/creating-tables.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { always, failure, fromPlans } from '../../../support/dynamodb-proxy.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

/** No call shows it without a change. */
const UNSHOWN = 'UpdateContinuousBackups'

async function contentOf (database: Database) {
  return await Promise.all(TABLE_IDS.map(async (id) => {
    const TableName = database.tableNames[id]
    const { Items } = await database.documents.send(new ScanCommand({ TableName }))
    const { GlobalSecondaryIndexes, DeletionProtectionEnabled } = await described(database, TableName)
    return [TableName, Items, GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName).sort(), DeletionProtectionEnabled]
  }))
}

t.test('each action that a program needs is asked for by a call that changes nothing', async (t) => {
  const { database, proxy, create } = await openTables(t, dynamoDb)
  await create()
  const before = await contentOf(database)
  proxy.requests.length = 0
  t.same(await permissionsOf(database), PROGRAMS_OF_TABLES.map((program) => ({ program, denied: [], unshown: program === 'tables' ? [UNSHOWN] : [] })))
  const asked = new Set(proxy.requests.map(({ operation }) => operation === 'TransactWriteItems' ? 'ConditionCheckItem' : operation))
  t.same([...asked].sort(), [...new Set(Object.values(ACTIONS).flat())].filter((action) => action !== UNSHOWN).sort())
  t.same(await contentOf(database), before)
})

t.test('a denied action names its table, in the programs that need it and in no other', async (t) => {
  const { database, proxy, create } = await openTables(t, dynamoDb)
  await create()
  const { payments, users } = database.tableNames
  proxy.plan = ({ operation, body }) => {
    const isDenied = operation === 'DeleteItem' ? body.includes(users) : operation === 'Query' && body.includes('providerRef-index')
    return isDenied ? failure('AccessDeniedException') : null
  }
  const denied = Object.fromEntries((await permissionsOf(database)).map((its) => [its.program, its.denied]))
  const both = [`Query on ${payments}`, `DeleteItem on ${users}`]
  t.same(denied, { start: both, tables: [], backfill: both.slice(0, 1), drain: both })
})

t.test('to read from end to end is asked for where a program does so, and nowhere else', async (t) => {
  const { database, proxy, create } = await openTables(t, dynamoDb)
  await create()
  const { messages, payments, webhookEvents, audit } = database.tableNames
  proxy.requests.length = 0
  proxy.plan = always('Scan', failure('AccessDeniedException'))
  const denied = Object.fromEntries((await permissionsOf(database)).map((its) => [its.program, its.denied]))
  t.same(denied, { start: [`Scan on ${payments}`], tables: [], backfill: [messages, payments, webhookEvents, audit].map((table) => `Scan on ${table}`), drain: [`Scan on ${payments}`] })
  t.equal(proxy.requests.filter(({ operation }) => operation === 'Scan').length, 4)
})

t.test('what cannot be seen stays open, and what DynamoDB refuses for another reason is allowed', async (t) => {
  const { database, proxy } = await openTables(t, dynamoDb)
  const missing = await permissionsOf(database)
  t.same(missing.map(({ denied }) => denied), [[], [], [], []], 'a table that is missing denies nothing')
  t.same(missing[1]?.unshown.toSorted(), ['CreateTable', UNSHOWN, 'UpdateTimeToLive'])
  t.notOk(proxy.requests.some(({ operation }) => operation === 'CreateTable'), 'and is not created')
  proxy.plan = fromPlans(always('GetItem', failure('ThrottlingException')), always('DescribeTimeToLive', failure('AccessDeniedException')))
  const [start, tables] = await permissionsOf(database)
  t.same(start?.denied, [])
  t.equal(tables?.denied.filter((action) => action.startsWith('DescribeTimeToLive on')).length, TABLE_IDS.length)
  t.ok(tables?.unshown.includes('UpdateTimeToLive'))
})

t.test('a DynamoDB that goes away ends the look', async (t) => {
  const { database, proxy } = await openTables(t, dynamoDb)
  proxy.plan = always('DescribeTable', failure('InternalServerError', {}, 500))
  await t.rejects(permissionsOf(database), { code: 'store_unavailable' })
  proxy.plan = always('PutItem', failure('InternalServerError', {}, 500))
  await t.rejects(permissionsOf(database), { code: 'store_unavailable' })
})

t.test('DynamoDB is reached where it answers, and says what time it has and whether it takes our credentials', async (t) => {
  const { database, proxy } = await openTables(t, dynamoDb)
  const near = { serverMs: Number, refusal: null }
  t.match(await reach(database), near, 'a missing table is an answer')
  t.ok(Math.abs(Number((await reach(database)).serverMs) - Date.now()) < 60_000)
  proxy.plan = always('DescribeTable', failure('AccessDeniedException'))
  t.match(await reach(database), near, 'a denied look is an answer too: other requests may be taken')
  proxy.plan = always('DescribeTable', failure('UnrecognizedClientException'))
  t.match(await reach(database), { refusal: 'UnrecognizedClientException' })
  proxy.plan = always('DescribeTable', failure('InternalServerError', {}, 500))
  await t.rejects(reach(database), { code: 'store_unavailable' })
})
