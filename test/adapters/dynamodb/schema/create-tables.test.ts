// @own-process
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { CreateTableCommand, DescribeTimeToLiveCommand, type TableDescription } from '@aws-sdk/client-dynamodb'
import t from 'tap'
import { serverOptions } from '#adapters/dynamodb/engine/server.js'
import { readMigration } from '#adapters/dynamodb/schema/migrations.js'
import { TABLE_IDS, TABLES, tableNames, type TableDefinition } from '#adapters/dynamodb/engine/tables.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { always, failure, fromPlans, inTurn, startFaultProxy } from '../../../support/dynamodb-proxy.js'
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
    messageReports: 'basvideo-message-reports',
    orderClaims: 'basvideo-order-claims',
    billing: 'basvideo-billing',
    shipments: 'basvideo-shipments',
    shipmentAddresses: 'basvideo-shipment-addresses',
    webhookEvents: 'basvideo-webhook-events',
    outbox: 'basvideo-outbox',
    searchTerms: 'basvideo-search-terms',
    stats: 'basvideo-stats',
    attention: 'basvideo-attention',
    days: 'basvideo-days',
    notifications: 'basvideo-notifications',
    notificationPreferences: 'basvideo-notification-preferences',
    streamers: 'basvideo-streamers',
    ledger: 'basvideo-ledger',
    users: 'basvideo-users',
    registrations: 'basvideo-registrations',
    sessions: 'basvideo-sessions',
    attempts: 'basvideo-attempts',
    rooms: 'basvideo-rooms',
    events: 'basvideo-events',
    liveRooms: 'basvideo-live-rooms',
    roomMeters: 'basvideo-room-meters',
    channels: 'basvideo-channels',
    channelMembers: 'basvideo-channel-members',
    feeds: 'basvideo-feeds',
    audit: 'basvideo-audit',
    errors: 'basvideo-errors',
    performance: 'basvideo-performance',
    migrations: 'basvideo-migrations',
  })
  const named = { DYNAMODB_TABLE_MESSAGES: 'm', DYNAMODB_TABLE_PAYMENTS: 'p', DYNAMODB_TABLE_INBOX: 'i', DYNAMODB_TABLE_WEBHOOK_EVENTS: 'w', DYNAMODB_TABLE_OUTBOX: 'o', DYNAMODB_TABLE_MIGRATIONS: '' }
  t.same(tableNames(named), { messages: 'm', payments: 'p', inbox: 'i', messageReports: 'basvideo-message-reports', orderClaims: 'basvideo-order-claims', billing: 'basvideo-billing', shipments: 'basvideo-shipments', shipmentAddresses: 'basvideo-shipment-addresses', webhookEvents: 'w', outbox: 'o', events: 'basvideo-events', searchTerms: 'basvideo-search-terms', stats: 'basvideo-stats', attention: 'basvideo-attention', days: 'basvideo-days', notifications: 'basvideo-notifications', notificationPreferences: 'basvideo-notification-preferences', streamers: 'basvideo-streamers', ledger: 'basvideo-ledger', users: 'basvideo-users', registrations: 'basvideo-registrations', sessions: 'basvideo-sessions', attempts: 'basvideo-attempts', rooms: 'basvideo-rooms', liveRooms: 'basvideo-live-rooms', roomMeters: 'basvideo-room-meters', feeds: 'basvideo-feeds', channels: 'basvideo-channels', channelMembers: 'basvideo-channel-members', audit: 'basvideo-audit', errors: 'basvideo-errors', performance: 'basvideo-performance', migrations: 'basvideo-migrations' })
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
  const creating = { status: 200, body: { Table: { TableStatus: 'CREATING' } } }
  const building = { status: 200, body: { Table: { TableStatus: 'ACTIVE', GlobalSecondaryIndexes: [{ IndexName: 'x-index', IndexStatus: 'CREATING' }] } } }
  const deleting = { status: 200, body: { Table: { TableStatus: 'DELETING' } } }
  const absent = failure('ResourceNotFoundException')
  proxy.plan = fromPlans(
    inTurn('DescribeTable', deleting, deleting, absent, absent, creating, building),
    inTurn('UpdateContinuousBackups', failure('ContinuousBackupsUnavailableException'), failure('ResourceInUseException'), { status: 200, body: {} })
  )
  const lines = await create()
  t.match(lines.slice(0, 2), [/-migrations: waiting: the table is DELETING$/, /-migrations: creating/])
  t.notMatch(lines.slice(1), /DELETING/, 'a reason to wait is told once')
  t.match(lines.find((line) => line.includes('migrations: ready')), /-migrations: ready, with point-in-time recovery/)
  t.match(lines.at(-1), /ready \(this server has no point-in-time recovery\)$/)
  t.ok(await readMigration(database))
})

t.test('while DynamoDB is at work on a table, the command says on what, and goes on', async (t) => {
  const { proxy, create } = await openTables(t, dynamoDb)
  await create()
  const table = (TableStatus: string, index = 'ACTIVE') => ({ status: 200, body: { Table: { TableStatus, GlobalSecondaryIndexes: [{ IndexName: 'x-index', IndexStatus: index }] } } })
  proxy.plan = inTurn('DescribeTable', table('UPDATING'), table('ACTIVE', 'CREATING'))
  t.match((await create()).slice(0, 2), [/-migrations: waiting: the table is UPDATING$/, /-migrations: waiting: the index x-index is CREATING$/])
})

t.test('a table that cannot be made or reached is reported, and the others are made', async (t) => {
  const { proxy, create } = await openTables(t, dynamoDb)
  const isOfMessages = (body: string): boolean => /"TableName":"[^"]*-messages"/.test(body)
  const inaccessible = { status: 200, body: { Table: { TableStatus: 'INACCESSIBLE_ENCRYPTION_CREDENTIALS' } } }
  for (const [fault, text] of [[failure('AccessDeniedException'), 'AccessDeniedException: AccessDeniedException on purpose'], [inaccessible, 'Error: the table is INACCESSIBLE_ENCRYPTION_CREDENTIALS']] as const) {
    proxy.plan = ({ operation, body }) => operation === 'DescribeTable' && isOfMessages(body) ? fault : null
    const lines = await create(false)
    t.match(lines.filter((line) => line.includes('failed')), [RegExp(`-messages: failed: ${text}$`)])
    t.equal(lines.filter((line) => line.includes(': ready')).length, TABLE_IDS.length - 1)
  }
  proxy.plan = always('DescribeTable', failure('InternalServerError', {}, 500))
  await t.rejects(create(), { code: 'store_unavailable' }, 'a server that is not reached ends it')
})

t.test('expiry, recovery and protection that are denied are remarks, and the tables stand', async (t) => {
  const { proxy, create } = await openTables(t, dynamoDb)
  const denied = ['DescribeTimeToLive', 'UpdateContinuousBackups']
  proxy.plan = ({ operation }) => denied.includes(operation) ? failure('AccessDeniedException') : null
  const lines = await create()
  t.match(lines.find((line) => line.includes('-sessions: ready')), /ready \(without expiry: AccessDeniedException\) \(without point-in-time recovery: AccessDeniedException\)/)
  proxy.plan = fromPlans(inTurn('DescribeTimeToLive', { status: 200, body: {} }), inTurn('UpdateTimeToLive', failure('ValidationException')))
  await t.resolves(create(), 'another run was as quick')
  proxy.plan = fromPlans(inTurn('DescribeTimeToLive', { status: 200, body: {} }), inTurn('UpdateTimeToLive', failure('IdempotentParameterMismatchException')))
  await t.rejects(create(), { name: 'IdempotentParameterMismatchException' })
})

t.test('a table that vanishes meanwhile is not as defined', async (t) => {
  const { proxy, create, database } = await openTables(t, dynamoDb)
  await create()
  let looks = 0
  proxy.plan = ({ operation }) => operation === 'DescribeTable' && ++looks === 2 ? failure('ResourceNotFoundException') : null
  t.ok((await create(false)).includes(`${database.tableNames.migrations}: its key is , and name (S) is needed`))
})

t.test('tables are protected from deletion, also those that stood before', async (t) => {
  const { proxy, create, database } = await openTables(t, dynamoDb)
  await create()
  const created = proxy.requests.filter(({ operation }) => operation === 'CreateTable')
  t.ok(created.every(({ body }) => body.includes('"DeletionProtectionEnabled":true')))
  proxy.plan = ({ operation, body }) => operation === 'DescribeTable' ? { ask: body, adapt: (answer) => JSON.stringify({ Table: { ...(JSON.parse(answer) as { Table: object }).Table, DeletionProtectionEnabled: false } }) } : null
  proxy.requests.length = 0
  await create()
  t.same(proxy.requests.filter(({ operation }) => operation === 'UpdateTable').map(({ body }) => JSON.parse(body) as unknown), TABLE_IDS.map((id) => ({ TableName: database.tableNames[id], DeletionProtectionEnabled: true })))
})

t.test('what differs is reported and left as it is, and the plan changes nothing', async (t) => {
  const { proxy, create, plan, database } = await openTables(t, dynamoDb)
  const { whole, lines } = await plan()
  t.equal(whole, false)
  t.same(lines[0], `${database.tableNames.migrations}: would be created with 0 indexes`)
  t.equal(lines.length, TABLE_IDS.length)
  await database.documents.send(new CreateTableCommand({
    TableName: database.tableNames.audit,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  }))
  const difference = `${database.tableNames.audit}: its key is id (S), and register (S), createdKey (S) is needed`
  const made = await create(false)
  t.ok(made.includes(difference))
  t.notOk(made.some((line) => line.startsWith(`${database.tableNames.audit}: ready`)))
  proxy.requests.length = 0
  const after = await plan()
  t.equal(after.whole, false)
  t.ok(after.lines.includes(difference))
  t.ok(after.lines.includes(`${database.tableNames.payments}: is as defined`))
  t.same([...new Set(proxy.requests.map(({ operation }) => operation))], ['DescribeTable'])
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
  t.match(absent.stderr, /The tables could not be created: the store does not answer just now: .*ECONNREFUSED/)
  const planned = spawnSync(process.execPath, [fileURLToPath(import.meta.resolve('#infrastructure/programs/tables.js')), '--plan'], { env: { ...process.env, DYNAMODB_ENDPOINT: dynamoDb.client.endpoint, DYNAMODB_TABLE_MIGRATIONS: `test-${randomUUID()}` }, encoding: 'utf8' })
  t.equal(planned.status, 1)
  t.match(planned.stdout, /^test-[^:]*: would be created with 0 indexes$/m)
  const noServer = run({ DYNAMODB_ENDPOINT: '', AWS_REGION: 'nowhere', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' })
  t.match(noServer.stdout, /^DynamoDB of AWS, region nowhere\n/)
})
