import { UpdateTableCommand } from '@aws-sdk/client-dynamodb'
import t from 'tap'
import { described, openTables } from '../../../support/creating-tables.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { always, failure, fromPlans, inTurn } from '../../../support/dynamodb-proxy.js'

/** An engine of its own: DynamoDB Local builds no index beside many tables with expiry, which the tests of other files have. */
const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

t.test('several runs at once add an index once, and all end well', async (t) => {
  const { proxy, create, plan, database } = await openTables(t, dynamoDb, true)
  await create()
  const index = 'conversationId-sortKey-index'
  await database.documents.send(new UpdateTableCommand({ TableName: database.tableNames.messages, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: index } }] }))
  // DynamoDB refuses an index that it begins to add. The jar takes it again, and then may never end, so the proxy refuses it.
  let adds = 0
  proxy.plan = ({ operation, body }) => {
    if (operation !== 'UpdateTable' || !body.includes('"Create"')) return null
    adds++
    return adds === 3 ? null : failure(adds === 2 ? 'LimitExceededException' : 'ResourceInUseException')
  }
  const runs = await Promise.all([create(), create(), create()])
  proxy.plan = () => null
  t.equal(runs.flat().filter((line) => line.endsWith(`adding ${index}`)).length, 1)
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
