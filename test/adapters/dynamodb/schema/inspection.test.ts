// @own-process
import { UpdateTableCommand } from '@aws-sdk/client-dynamodb'
import type { TableDescription } from '@aws-sdk/client-dynamodb'
import t from 'tap'
import { connect } from '#adapters/dynamodb/engine/client.js'
import { TABLES, tableNames } from '#adapters/dynamodb/engine/tables.js'
import { differencesOf } from '#adapters/dynamodb/schema/differences.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { always, failure, openBehindProxy } from '../../../support/dynamodb-proxy.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

const INDEX = 'conversationId-sortKey-index'

t.test('tables that have all lack nothing, and are looked at once', async (t) => {
  const { inspect, count } = await openBehindProxy(t, dynamoDb)
  t.same(await inspect(), [])
  const looks = count('DescribeTable')
  t.equal(looks, Object.keys(TABLES).length)
  t.same(await inspect(), [])
  t.equal(count('DescribeTable'), looks)
})

t.test('an index that goes missing is found once a query meets it, and looked for until it is back', async (t) => {
  let time = 0
  const { inspect, messages, tables, proxy, count } = await openBehindProxy(t, dynamoDb, { now: () => time })
  await inspect()
  const { documents, close } = connect(dynamoDb.client)
  t.teardown(close)
  await documents.send(new UpdateTableCommand({ TableName: tables.messages, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: INDEX } }] }))
  t.same(await inspect(), [], 'no query has met it')
  proxy.plan = always('Query', failure('ValidationException', { message: `The table does not have the specified index: ${INDEX}` }))
  await t.rejects(messages.listConversation('c1', { before: null, limit: 1 }), { code: 'store_unavailable' })
  const lack = `${tables.messages} has no index ${INDEX}: npx --no basvideo tables makes what is missing`
  t.same(await inspect(), [lack])
  const looks = count('DescribeTable')
  t.same(await inspect(), [lack])
  t.equal(count('DescribeTable'), looks, 'a moment later it is not looked for again')
  time += 5000
  proxy.plan = ({ operation, body }) => operation === 'DescribeTable' ? { ask: body, adapt: (answer) => answer.replace(/"IndexName":"receiverId-timestamp-index"/, `"IndexName":"${INDEX}"`) } : null
  t.match(await inspect(), [RegExp(`${tables.messages}: the key of ${INDEX} is receiverId \\(S\\), timestamp \\(S\\), and conversationId \\(S\\), sortKey \\(S\\) is needed`), /has no index receiverId-timestamp-index/])
})

t.test('a table that is missing is named, one that may not be looked at is not, and a store that is away says nothing', async (t) => {
  const { inspect, close } = dynamoDb.open(tableNames({}, 'no-such-'))
  t.match((await inspect())[0], /^no-such-migrations is missing: npx --no basvideo tables/)
  await close()
  const behind = await openBehindProxy(t, dynamoDb)
  behind.proxy.plan = always('DescribeTable', failure('AccessDeniedException'))
  t.same(await behind.inspect(), [])
  const away = await openBehindProxy(t, dynamoDb)
  away.proxy.plan = always('DescribeTable', failure('InternalServerError', {}, 500))
  await t.rejects(away.inspect(), { code: 'store_unavailable' })
})

t.test('a table differs by its key, its types, and the keys and the contents of its indexes', async (t) => {
  const key = (hash: string, range?: string) => [{ AttributeName: hash, KeyType: 'HASH' as const }, ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' as const }])]
  const definition = {
    suffix: 's', variable: 'V', hash: 'id',
    indexes: [
      { name: 'all', hash: 'a', projection: 'ALL' },
      { name: 'some', hash: 'a', range: 'b', projection: ['x', 'y'] },
      { name: 'keys', hash: 'a', projection: 'KEYS_ONLY' },
    ],
  } as const
  const right: TableDescription = {
    KeySchema: key('id'),
    AttributeDefinitions: ['id', 'a', 'b'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: [
      { IndexName: 'all', IndexStatus: 'ACTIVE', KeySchema: key('a'), Projection: { ProjectionType: 'ALL' } },
      { IndexName: 'some', IndexStatus: 'ACTIVE', KeySchema: key('a', 'b'), Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['y', 'x'] } },
      { IndexName: 'keys', IndexStatus: 'ACTIVE', KeySchema: key('a'), Projection: { ProjectionType: 'ALL' } },
    ],
  }
  t.same(differencesOf(right, definition), { unlike: [], missing: [], unfilled: [] })
  t.same(differencesOf({ ...right, KeySchema: key('id', 'at') }, definition).unlike, ['its key is id (S), at (?), and id (S) is needed'])
  t.same(differencesOf({ ...right, AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }] }, definition).unlike[0], 'its key is id (N), and id (S) is needed')
  const [all, some, keys] = right.GlobalSecondaryIndexes ?? []
  t.same(differencesOf({ ...right, GlobalSecondaryIndexes: [{ ...all, Projection: { ProjectionType: 'KEYS_ONLY' } }, { ...some, Projection: { ProjectionType: 'INCLUDE' } }, { ...keys, IndexStatus: 'CREATING' }] }, definition), {
    unlike: ['all holds KEYS_ONLY, and ALL is needed', 'some holds INCLUDE , and INCLUDE x, y is needed'],
    missing: [],
    unfilled: ['keys'],
  })
  const bare = { ...right, GlobalSecondaryIndexes: [] }
  t.same(differencesOf(bare, definition).missing.map(({ name }) => name), ['all', 'some', 'keys'])
  t.same(differencesOf({ ...bare, KeySchema: key('other') }, definition).missing, [], 'a table with another key gets no indexes')
})
