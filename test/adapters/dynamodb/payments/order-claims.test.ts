// @own-process
import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import t from 'tap'
import { payment, times } from '../../../contracts/fixtures.js'
import { startDynamoDb } from '../../../support/dynamodb.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())
const ORDER = { orderId: 'order_1' }

t.test('of payments of one order that two processes store at once, one is stored', async (t) => {
  const tables = await dynamoDb.freshTables()
  const nodes = [dynamoDb.open(tables), dynamoDb.open(tables)] as const
  const results = await times(20, async (index) => await nodes[index % 2 === 0 ? 0 : 1].payments.insert(payment(`pay_${index}`, { ...ORDER, owner: `owner${index}` })))
  const [first, ...others] = results.filter(({ inserted }) => inserted).map(({ stored }) => stored)
  t.equal(others.length, 0)
  for (const { stored } of results) t.same(stored, first)
  const { documents, tableNames } = dynamoDb.database(tables)
  t.same((await documents.send(new ScanCommand({ TableName: tableNames.orderClaims }))).Items, [{ order: 'payer#ayse#order_1', paymentId: first?.paymentId }])
  await Promise.all(nodes.map(async ({ close }) => await close()))
})

t.test('a claim of a payment that a restored table does not hold is free', async (t) => {
  const tables = await dynamoDb.freshTables()
  const { payments, close } = dynamoDb.open(tables)
  const { documents, tableNames } = dynamoDb.database(tables)
  await payments.insert(payment('pay_1', ORDER))
  await documents.send(new DeleteCommand({ TableName: tableNames.payments, Key: { paymentId: 'pay_1' } }))
  t.match(await payments.insert(payment('pay_2', ORDER)), { inserted: true, stored: { paymentId: 'pay_2' } })
  t.match(await payments.insert(payment('pay_3', ORDER)), { inserted: false, stored: { paymentId: 'pay_2' } })
  await documents.send(new DeleteCommand({ TableName: tableNames.payments, Key: { paymentId: 'pay_2' } }))
  t.match(await payments.insert(payment('pay_2', ORDER)), { inserted: true }, 'the same payment once more')
  await close()
})
