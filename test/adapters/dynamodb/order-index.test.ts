import t from 'tap'
import { projectionItems } from '../../../src/adapters/dynamodb/projection.js'
import { transact } from '../../../src/adapters/dynamodb/transact.js'
import { merged } from '../../../src/application/outbox/merge.js'
import { orderIndexContract } from '../../contracts/order-index.contract.js'
import { startDynamoDb } from '../../support/dynamodb.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

orderIndexContract(t, async (t) => {
  const tables = await dynamoDb.freshTables()
  const { orderIndex, close } = dynamoDb.open(tables)
  t.teardown(async () => await close())
  const database = dynamoDb.database(tables)
  return { orderIndex, write: async (writes) => { t.equal(await transact(database, projectionItems(database, 0, merged(writes))), null) } }
})
