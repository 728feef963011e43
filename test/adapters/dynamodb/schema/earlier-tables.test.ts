import { CreateTableCommand } from '@aws-sdk/client-dynamodb'
import t from 'tap'
import { readMigration } from '#adapters/dynamodb/schema/migrations.js'
import { TABLES } from '#adapters/dynamodb/engine/tables.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { earlierRow, putEarlierRows } from '../../../support/dynamodb-earlier.js'
import { described, openTables } from '../../../support/creating-tables.js'

/** An engine of its own: DynamoDB Local builds no index beside many tables with expiry, which the tests of other files have. */
const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

/** The messages table as the earlier application had it. */
const EARLIER_TABLE = {
  KeySchema: [{ AttributeName: 'messageId', KeyType: 'HASH' as const }],
  AttributeDefinitions: ['messageId', 'senderId', 'receiverId'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
}
const EARLIER_INDEX = {
  IndexName: 'senderId-receiverId-index',
  KeySchema: [{ AttributeName: 'senderId', KeyType: 'HASH' as const }, { AttributeName: 'receiverId', KeyType: 'RANGE' as const }],
  Projection: { ProjectionType: 'ALL' as const },
}

t.test('a table of the earlier application gets the indexes that it lacks, one at a time, and keeps its rows', async (t) => {
  const { database, proxy, create } = await openTables(t, dynamoDb, true)
  const TableName = database.tableNames.messages
  await database.documents.send(new CreateTableCommand({
    TableName, BillingMode: 'PAY_PER_REQUEST', ...EARLIER_TABLE, GlobalSecondaryIndexes: [EARLIER_INDEX],
  }))
  const lines = await create()
  t.same(lines.filter((line) => line.includes('adding')), [
    `${TableName}: adding conversationId-sortKey-index`, `${TableName}: adding senderId-timestamp-index`, `${TableName}: adding receiverId-timestamp-index`,
  ])
  const indexes = (await described(database, TableName)).GlobalSecondaryIndexes ?? []
  t.same(new Set(indexes.map(({ IndexName, IndexStatus }) => `${IndexName} ${IndexStatus}`)), new Set(TABLES.messages.indexes.map(({ name }) => `${name} ACTIVE`)))
  const updates = proxy.requests.filter(({ operation, body }) => operation === 'UpdateTable' && body.includes('GlobalSecondaryIndexUpdates'))
  t.same(updates.map(({ body }) => (JSON.parse(body) as { GlobalSecondaryIndexUpdates: unknown[] }).GlobalSecondaryIndexUpdates.length), [1, 1, 1])
  t.equal(await readMigration(database), null, 'its rows wait for the back-fill')
  await putEarlierRows(database, [earlierRow('e1', 1)])
  const { messages, close } = dynamoDb.open(database.tableNames)
  t.equal((await messages.listOfUser('mehmet', { before: null, limit: 10 })).items.length, 1)
  await close()
})

t.test('an index of a table with provisioned capacity gets the capacity of its table', async (t) => {
  const { database, proxy, create } = await openTables(t, dynamoDb, true)
  const TableName = database.tableNames.messages
  const ProvisionedThroughput = { ReadCapacityUnits: 7, WriteCapacityUnits: 3 }
  await database.documents.send(new CreateTableCommand({
    TableName, ProvisionedThroughput, ...EARLIER_TABLE, GlobalSecondaryIndexes: [{ ...EARLIER_INDEX, ProvisionedThroughput }],
  }))
  await create()
  const added = proxy.requests.filter(({ operation, body }) => operation === 'UpdateTable' && body.includes('GlobalSecondaryIndexUpdates'))
    .map(({ body }) => (JSON.parse(body) as { GlobalSecondaryIndexUpdates: Array<{ Create: object }> }).GlobalSecondaryIndexUpdates[0]?.Create)
  t.equal(added.length, TABLES.messages.indexes.length - 1)
  for (const index of added) t.match(index, { ProvisionedThroughput })
})
