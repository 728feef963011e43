import t from 'tap'
import { persistenceContract } from '../../contracts/persistence.contract.js'
import { startDynamoDb } from '../../support/dynamodb.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

persistenceContract(t, async () => dynamoDb.open(await dynamoDb.freshTables()))
