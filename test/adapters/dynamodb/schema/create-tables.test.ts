// @own-process
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { DescribeTimeToLiveCommand, type TableDescription } from '@aws-sdk/client-dynamodb'
import t from 'tap'
import { serverOptions } from '#adapters/dynamodb/engine/server.js'
import { readMigration } from '#adapters/dynamodb/schema/migrations.js'
import { TABLE_IDS, TABLES, tableNames, type TableDefinition } from '#adapters/dynamodb/engine/tables.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { failure, inTurn, startFaultProxy, type FaultProxy } from '../../../support/dynamodb-proxy.js'
import { described, openTables } from '../../../support/creating-tables.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

const keysOf = ({ KeySchema = [] }: Pick<TableDescription, 'KeySchema'>) => KeySchema.map(({ AttributeName }) => AttributeName)

t.test('all tables and indexes are made as they are defined', async (t) => {
  const { database, create } = await openTables(t, dynamoDb)
  const lines = await create()
  t.match(lines[0], /-migrations: creating with 0 indexes$/)
  t.equal(lines.length, 2 * TABLE_IDS.length)
  for (const id of TABLE_IDS) {
    const definition: TableDefinition = TABLES[id]
    const name = database.tableNames[id]
    const table = await described(database, name)
    t.equal(table.TableStatus, 'ACTIVE')
    t.equal(table.BillingModeSummary?.BillingMode, 'PAY_PER_REQUEST')
    t.same(keysOf(table), [definition.hash, ...(definition.range === undefined ? [] : [definition.range])], name)
    const indexes = new Map((table.GlobalSecondaryIndexes ?? []).map((index) => [index.IndexName, index]))
    t.equal(indexes.size, definition.indexes.length)
    for (const { name, hash, range, projection } of definition.indexes) {
      const index = indexes.get(name)
      t.same(keysOf(index ?? {}), [hash, ...(range === undefined ? [] : [range])], name)
      t.same(index?.Projection?.NonKeyAttributes ?? index?.Projection?.ProjectionType, projection)
    }
    const { TimeToLiveDescription } = await database.documents.send(new DescribeTimeToLiveCommand({ TableName: name }))
    t.equal(TimeToLiveDescription?.AttributeName, definition.expiry)
  }
  t.same(await readMigration(database), { name: 'earlier-messages', state: 'done' }, 'new tables hold no earlier rows')
})

t.test('the names and keys that the system fixes are kept to the letter', async (t) => {
  t.same(tableNames({}), {
    messages: 'basvideo-messages',
    payments: 'basvideo-payments',
    inbox: 'basvideo-inbox',
    orderClaims: 'basvideo-order-claims',
    billing: 'basvideo-billing',
    webhookEvents: 'basvideo-webhook-events',
    outbox: 'basvideo-outbox',
    searchTerms: 'basvideo-search-terms',
    stats: 'basvideo-stats',
    days: 'basvideo-days',
    notifications: 'basvideo-notifications',
    notificationPreferences: 'basvideo-notification-preferences',
    streamers: 'basvideo-streamers',
    ledger: 'basvideo-ledger',
    users: 'basvideo-users',
    registrations: 'basvideo-registrations',
    sessions: 'basvideo-sessions',
    attempts: 'basvideo-attempts',
    audit: 'basvideo-audit',
    migrations: 'basvideo-migrations',
  })
  const named = { DYNAMODB_TABLE_MESSAGES: 'm', DYNAMODB_TABLE_PAYMENTS: 'p', DYNAMODB_TABLE_INBOX: 'i', DYNAMODB_TABLE_WEBHOOK_EVENTS: 'w', DYNAMODB_TABLE_OUTBOX: 'o', DYNAMODB_TABLE_MIGRATIONS: '' }
  t.same(tableNames(named), { messages: 'm', payments: 'p', inbox: 'i', orderClaims: 'basvideo-order-claims', billing: 'basvideo-billing', webhookEvents: 'w', outbox: 'o', searchTerms: 'basvideo-search-terms', stats: 'basvideo-stats', days: 'basvideo-days', notifications: 'basvideo-notifications', notificationPreferences: 'basvideo-notification-preferences', streamers: 'basvideo-streamers', ledger: 'basvideo-ledger', users: 'basvideo-users', registrations: 'basvideo-registrations', sessions: 'basvideo-sessions', attempts: 'basvideo-attempts', audit: 'basvideo-audit', migrations: 'basvideo-migrations' })
  t.match(TABLES.users, { hash: 'email', range: undefined })
  t.match(TABLES.messages, { hash: 'messageId', indexes: [{ name: 'senderId-receiverId-index', hash: 'senderId', range: 'receiverId' }] })
  t.match(TABLES.payments, { hash: 'paymentId', indexes: [{ name: 'userId-index', hash: 'userId', range: undefined }, { name: 'userId-status-index', hash: 'userId', range: 'status' }] })
})

t.test('a second run changes nothing', async (t) => {
  const { proxy, create } = await openTables(t, dynamoDb)
  await create()
  proxy.requests.length = 0
  const lines = await create()
  t.equal(lines.length, TABLE_IDS.length)
  t.ok(lines.every((line) => line.includes(': ready')))
  const changing = ['CreateTable', 'UpdateTable', 'UpdateTimeToLive', 'PutItem']
  t.same(proxy.requests.filter(({ operation }) => changing.includes(operation)), [])
})

t.test('point-in-time recovery is turned on at AWS, and left out at a server without it', async (t) => {
  const { database, proxy, create } = await openTables(t, dynamoDb)
  const fromPlans = (...plans: Array<FaultProxy['plan']>): FaultProxy['plan'] => (request) => {
    for (const plan of plans) {
      const fault = plan(request)
      if (fault !== null) return fault
    }
    return null
  }
  const creating = { status: 200, body: { Table: { TableStatus: 'CREATING' } } }
  const building = { status: 200, body: { Table: { TableStatus: 'ACTIVE', GlobalSecondaryIndexes: [{ IndexStatus: 'CREATING' }] } } }
  const absent = failure('ResourceNotFoundException')
  proxy.plan = fromPlans(
    inTurn('DescribeTable', absent, absent, creating, building),
    inTurn('UpdateContinuousBackups', failure('ContinuousBackupsUnavailableException'), { status: 200, body: {} })
  )
  const lines = await create()
  t.match(lines.slice(0, 2), [/-migrations: creating/, /-migrations: ready, with point-in-time recovery$/])
  t.match(lines.at(-1), /ready \(this server has no point-in-time recovery\)$/)

  proxy.plan = inTurn('DescribeTable', absent)
  await t.resolves(create(), 'another process made the table in the meantime')
  for (const operation of ['DescribeTable', 'UpdateContinuousBackups']) {
    proxy.plan = inTurn(operation, failure('AccessDeniedException'))
    await t.rejects(create(), { name: 'AccessDeniedException' })
  }
  proxy.plan = fromPlans(inTurn('DescribeTable', absent), inTurn('CreateTable', failure('LimitExceededException'), failure('AccessDeniedException')))
  await t.rejects(create(), { name: 'AccessDeniedException' })
  t.ok(await readMigration(database))
})

t.test('an environment names the server and its credentials', async (t) => {
  t.same(serverOptions({ AWS_REGION: '' }), { region: 'us-east-1', endpoint: undefined, credentials: undefined })
  const local = { accessKeyId: 'local', secretAccessKey: 'local' }
  t.match(serverOptions({ AWS_REGION: 'eu-central-1', DYNAMODB_ENDPOINT: 'http://127.0.0.1:8000' }), { region: 'eu-central-1', credentials: local })
  for (const environment of [
    { DYNAMODB_ENDPOINT: 'https://vpce-1.dynamodb.us-east-1.vpce.amazonaws.com' },
    { DYNAMODB_ENDPOINT: 'http://127.0.0.1:8000', AWS_ACCESS_KEY_ID: 'mine' },
    { DYNAMODB_ENDPOINT: 'http://127.0.0.1:8000', AWS_PROFILE: 'mine' },
  ]) t.same(serverOptions(environment), { region: 'us-east-1', endpoint: environment.DYNAMODB_ENDPOINT, credentials: undefined })
})

t.test('the command makes the tables, or reports why it cannot', async (t) => {
  const run = (variables: NodeJS.ProcessEnv) => spawnSync(process.execPath, [fileURLToPath(import.meta.resolve('#infrastructure/programs/tables.js'))], {
    env: { ...process.env, ...variables }, encoding: 'utf8',
  })
  const names = tableNames({}, `test-${randomUUID()}-`)
  const variables = Object.fromEntries(TABLE_IDS.map((id) => [TABLES[id].variable, names[id]]))
  const made = run({ ...variables, DYNAMODB_ENDPOINT: dynamoDb.client.endpoint })
  t.equal(made.status, 0, made.stderr)
  t.match(made.stdout, `DynamoDB ${dynamoDb.client.endpoint}\n${names.migrations}: creating with 0 indexes\n`)
  t.equal((await described(dynamoDb.database(names), names.outbox)).TableStatus, 'ACTIVE')

  const proxy = await startFaultProxy(dynamoDb.client.endpoint)
  await proxy.stop()
  const absent = run({ DYNAMODB_ENDPOINT: proxy.endpoint })
  t.equal(absent.status, 1)
  t.match(absent.stderr, /The tables could not be created: the store does not answer just now \(.*ECONNREFUSED/)
  const refused = run({ DYNAMODB_ENDPOINT: dynamoDb.client.endpoint, DYNAMODB_TABLE_MIGRATIONS: 'a b' })
  t.equal(refused.status, 1)
  t.match(refused.stderr, /The tables could not be created: .*\n$/)
  const noServer = run({ DYNAMODB_ENDPOINT: '', AWS_REGION: 'nowhere', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' })
  t.match(noServer.stdout, /^DynamoDB of AWS, region nowhere\n/)
})
