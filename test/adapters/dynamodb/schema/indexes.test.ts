import { PutCommand } from '@aws-sdk/lib-dynamodb'
import t from 'tap'
import { messageKey, type Message } from '#domain/messages/message.js'
import { messageRow } from '#adapters/dynamodb/messages/message-row.js'
import { at, message, pages, times } from '../../../contracts/fixtures.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { openBehindProxy, type Fault } from '../../../support/dynamodb-proxy.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

/** Answers a query as an index may: rows of one timestamp in the order that suits us least, cut off where the limit falls. */
function unordered (body: string): Fault {
  interface Row { readonly timestamp: { readonly S: string }, readonly messageId: { readonly S: string } }
  const { Limit, ...rest } = JSON.parse(body) as { Limit: number }
  const sortKey = ({ timestamp, messageId }: Row) => `${timestamp.S}#${Array.from(messageId.S, (letter) => String.fromCharCode(255 - letter.charCodeAt(0))).join('')}`
  return {
    ask: JSON.stringify(rest),
    adapt: (answer) => {
      const { Items } = JSON.parse(answer) as { Items: Row[] }
      const Shown = Items.sort((one, other) => sortKey(one) < sortKey(other) ? 1 : -1).slice(0, Limit)
      const last = Items.length > Limit ? { LastEvaluatedKey: { messageId: { S: 'any' } } } : {}
      return JSON.stringify({ Items: Shown, Count: Shown.length, ...last })
    },
  }
}

t.test('pages are whole where the index leaves messages of one millisecond in any order', async (t) => {
  const { messages, proxy } = await openBehindProxy(t, dynamoDb)
  await times(20, async (index) => await messages.insert(message(`m${index + 10}`, { receiverId: `user${index}`, createdAt: at(index < 12 ? 0 : 1) })))
  proxy.plan = ({ operation, body }) => operation === 'Query' && body.includes('timestamp-index') ? unordered(body) : null
  for (const limit of [1, 2, 5, 7, 20]) {
    const ids = (await pages(async (page) => await messages.listOfUser('ayse', page), limit)).flat().map(({ messageId }) => messageId)
    t.same(ids, Array.from({ length: 20 }, (_, index) => `m${29 - index}`), `${limit} a page`)
  }
})

t.test('an index that does not know yet what was just read makes no difference', async (t) => {
  const { messages, conversations, tables } = await openBehindProxy(t, dynamoDb)
  const sent = [message('m1', { createdAt: at(1) }), message('m2', { createdAt: at(2) }), message('m3', { createdAt: at(3) })]
  for (const one of sent) await messages.insert(one)
  const marker = (one: Message, second: number) =>
    ({ messageId: one.messageId, messageKey: messageKey(one), senderId: 'ayse', receiverId: 'mehmet', readAt: at(second) })
  const [m1, m2] = sent as [Message, Message]
  await conversations.markRead(marker(m1, 10))
  await dynamoDb.database(tables).documents.send(new PutCommand({ TableName: tables.messages, Item: { ...messageRow(m1) } }))
  await conversations.markRead(marker(m2, 11))
  t.equal(await conversations.unreadTotal('mehmet'), 1)
})
