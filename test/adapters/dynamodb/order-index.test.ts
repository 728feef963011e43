import t from 'tap'
import { termItems } from '../../../src/adapters/dynamodb/search-term-row.js'
import { transact } from '../../../src/adapters/dynamodb/transact.js'
import { orderIndexContract } from '../../contracts/order-index.contract.js'
import { startDynamoDb } from '../../support/dynamodb.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

orderIndexContract(t, async (t) => {
  const tables = await dynamoDb.freshTables()
  const { orderIndex, close } = dynamoDb.open(tables)
  t.teardown(async () => await close())
  const database = dynamoDb.database(tables)
  return { orderIndex, write: async (writes) => { t.equal(await transact(database, termItems(database, writes)), null) } }
})
