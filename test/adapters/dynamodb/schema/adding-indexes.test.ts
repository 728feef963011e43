import { UpdateTableCommand } from '@aws-sdk/client-dynamodb'
import t from 'tap'
import { described, openTables } from '../../../support/creating-tables.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { always, failure, fromPlans, inTurn } from '../../../support/dynamodb-proxy.js'

/** An engine of its own: DynamoDB Local builds no index any more once it holds some 40 tables. */
const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

t.test('several runs at once add an index once, and all end well', async (t) => {
  const { proxy, create, plan, database } = await openTables(t, dynamoDb)
  await create()
  const index = 'conversationId-sortKey-index'
  await database.documents.send(new UpdateTableCommand({ TableName: database.tableNames.messages, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: index } }] }))
  proxy.plan = inTurn('UpdateTable', failure('ResourceInUseException'), failure('LimitExceededException'))
  const runs = await Promise.all([create(), create(), create()])
  // The jar accepts an index again while it begins to add it, so more than one run may say that it adds it.
  t.ok(runs.flat().some((line) => line.endsWith(`adding ${index}`)))
  t.equal((await described(database, database.tableNames.messages)).GlobalSecondaryIndexes?.filter(({ IndexName }) => IndexName === index).length, 1)
  await database.documents.send(new UpdateTableCommand({ TableName: database.tableNames.messages, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: index } }] }))
  t.ok((await plan()).lines.includes(`${database.tableNames.messages}: ${index} would be added`))
  proxy.plan = always('UpdateTable', failure('ValidationException'))
  t.match((await create(false)).filter((line) => line.includes('failed')), [/-messages: failed: ValidationException/], 'what DynamoDB refuses twice is not tried for ever')
  proxy.plan = always('UpdateTable', failure('AccessDeniedException'))
  t.match((await create(false)).filter((line) => line.includes('failed')), [/-messages: failed: AccessDeniedException/])
  proxy.plan = fromPlans(inTurn('DescribeTable', failure('ResourceNotFoundException')), inTurn('CreateTable', failure('ResourceInUseException')))
  await t.resolves(create(), 'another process made the table in the meantime')
})
