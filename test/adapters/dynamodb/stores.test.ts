// @own-process
import t from 'tap'
import { messageKey } from '#domain/messages/message.js'
import { message, times } from '../../contracts/fixtures.js'
import { persistenceContract } from '../../contracts/stores.contract.js'
import { startDynamoDb } from '../../support/dynamodb.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

t.test('messages that two processes send at once in one conversation are all stored, each at its own place', async (t) => {
  const tables = await dynamoDb.freshTables()
  const [one, other] = [dynamoDb.open(tables), dynamoDb.open(tables)]
  const results = await times(20, async (index) => await (index % 2 === 0 ? one : other).messages.insert(message(`m${index}`)))
  const { items } = await one.messages.listConversation('ayse#mehmet', { before: null, limit: 100 })
  t.same(items, results.map(({ stored }) => stored).sort((a, b) => messageKey(a) < messageKey(b) ? 1 : -1))
  t.equal(new Set(items.map(messageKey)).size, 20)
  t.equal(await one.conversations.unreadTotal('mehmet'), 20)
  await Promise.all([one.close(), other.close()])
})

const commands = new Set<string>()
const onRequest = (command: string) => { commands.add(command) }

persistenceContract(t, async () => await dynamoDb.openEmpty({ onRequest }))

t.test('no table was scanned by any of these tests', async (t) => {
  t.ok(commands.has('Query'))
  t.same([...commands].filter((command) => /scan|execute/i.test(command)), [])
})
