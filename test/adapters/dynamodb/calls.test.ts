// @own-process
import t from 'tap'
import { readDocument } from '../../support/documents.js'
import { startDynamoDb } from '../../support/dynamodb.js'
import { adminUser, as, key, startService, type Body, type Headers } from '../../support/service.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

/** The table of the guide to performance, by its first column. */
function documented (): Record<string, string> {
  const [, section = ''] = readDocument('docs/performance.md').split('\n| in DynamoDB mode | requests to DynamoDB |\n')
  return Object.fromEntries([...(section.split('\n\n')[0] ?? '').matchAll(/^\| (.*?) \| (.*?) \|$/gm)].map(([, name = '', requests = '']) => [name, requests]))
}

t.test('each call of the API takes as many requests to DynamoDB as the document says', async (t) => {
  let requests = 0
  const openedStores = dynamoDb.open(await dynamoDb.freshTables(), { onRequest: () => { requests += 1 } })
  t.teardown(async () => await openedStores.close())
  // It does not listen, so that no job adds requests of its own.
  const service = await startService(t, { env: { ORDERS: 'open', RETURN_URL_ORIGINS: 'https://shop.example' }, replacements: { openedStores } })

  /** All calls once, with rows of their own, and the requests of each. */
  async function round (name: string): Promise<Record<string, string>> {
    const counts: Record<string, string> = {}
    const counted = async (what: string, method: string, url: string, headers: Headers, body?: unknown): Promise<Body> => {
      const before = requests
      const answer = await service.call(method, url, headers, body)
      t.ok(answer.status < 300, `${what}: ${answer.text}`)
      counts[what] = String(requests - before)
      return answer.body
    }
    const buyer = as('buyer')
    const seller = as('seller')
    const payment = { amount: 12500, currency: 'TRY', orderId: `order-${name}`, sellerId: 'seller', paymentMethod: { token: 'tok_ok+lost' } }
    const { messageId } = await counted('send a message', 'POST', '/api/messages', buyer, { receiverId: 'seller', message: 'merhaba' })
    await counted('a page of a conversation', 'GET', '/api/messages?otherUserId=buyer', seller)
    await counted('a page of all messages', 'GET', '/api/messages', seller)
    await counted('conversations with unread counts', 'GET', '/api/conversations', seller)
    await counted('mark as read', 'PUT', `/api/messages/${messageId}/read`, seller)
    const { paymentId } = await counted('process a payment', 'POST', '/api/payments/process', { ...buyer, ...key(name) }, payment)
    await counted('get a payment', 'GET', `/api/payments/${paymentId}`, buyer)
    await counted('a page of payments', 'GET', '/api/payments', buyer)
    await counted('refund', 'POST', `/api/payments/${paymentId}/refund`, { ...seller, ...key(name) }, {})
    await counted('statistics of payments', 'GET', '/api/admin/payments/stats?timeZone=Europe/Istanbul', adminUser)
    return counts
  }

  // The first calls of a process, of a day and of a conversation take more.
  await round('first')
  t.same(await round('second'), documented())
})
