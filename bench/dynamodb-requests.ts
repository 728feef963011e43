import { TABLE_IDS, TABLES } from '#adapters/dynamodb/engine/tables.js'
import { startDynamoDb } from '../test/support/dynamodb.js'
import { adminTokenOf, tokenOf } from './caller.js'
import { startServer } from './server-process.js'

interface Step {
  readonly useCase: string
  readonly method: string
  readonly path: (ids: Ids) => string
  readonly caller: 'buyer' | 'seller' | 'admin'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** The answers of earlier steps, merged. */
type Ids = Readonly<Record<string, unknown>>

const pay = { amount: 12500, currency: 'TRY', sellerId: 'seller', paymentMethod: { token: 'tok_ok+lost' } }
/** The steps of one round; `key` holds its idempotency key. */
const stepsOf = (key: Readonly<Record<string, string>>): readonly Step[] => [
  { useCase: 'send a message', method: 'POST', path: () => '/api/messages', caller: 'buyer', body: { receiverId: 'seller', message: 'merhaba' } },
  { useCase: 'a page of a conversation', method: 'GET', path: () => '/api/messages?otherUserId=buyer', caller: 'seller' },
  { useCase: 'a page of all messages', method: 'GET', path: () => '/api/messages', caller: 'seller' },
  { useCase: 'conversations with unread counts', method: 'GET', path: () => '/api/conversations', caller: 'seller' },
  { useCase: 'mark as read', method: 'PUT', path: ({ messageId }) => `/api/messages/${String(messageId)}/read`, caller: 'seller' },
  { useCase: 'process a payment', method: 'POST', path: () => '/api/payments/process', caller: 'buyer', headers: key, body: { ...pay, orderId: key['idempotency-key'] } },
  { useCase: 'get a payment', method: 'GET', path: ({ paymentId }) => `/api/payments/${String(paymentId)}`, caller: 'buyer' },
  { useCase: 'a page of payments', method: 'GET', path: () => '/api/payments', caller: 'buyer' },
  { useCase: 'refund', method: 'POST', path: ({ paymentId }) => `/api/payments/${String(paymentId)}/refund`, caller: 'seller', headers: key, body: {} },
  { useCase: 'statistics of payments', method: 'GET', path: () => '/api/admin/payments/stats?timeZone=Europe/Istanbul', caller: 'admin' },
]

/** Background jobs also send requests now and then, so the round with the fewest shows the use case alone. */
const ROUNDS = 25
const METRICS_TOKEN = 'a benchmark needs no real token either'

/** The number of requests that each use case sends to DynamoDB, by the service's own metrics. */
export async function countDynamodbRequests (): Promise<Array<{ useCase: string, requests: number }>> {
  const dynamoDb = await startDynamoDb()
  const tables = await dynamoDb.freshTables()
  const names = Object.fromEntries(TABLE_IDS.map((id) => [TABLES[id].variable, tables[id]]))
  const server = await startServer('service', { ...names, USE_DYNAMODB: 'true', DYNAMODB_ENDPOINT: dynamoDb.client.endpoint, METRICS_TOKEN })
  const fewest = new Map<string, number>()
  let ids: Ids = {}
  const run = async ({ method, path, caller, headers = {}, body }: Step): Promise<void> => {
    const response = await fetch(`${server.url}${path(ids)}`, {
      method,
      headers: { authorization: `Bearer ${caller === 'admin' ? adminTokenOf(caller) : tokenOf(caller)}`, ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path(ids)}: ${response.status}`)
    ids = { ...ids, ...await response.json() as Ids }
  }
  // The first page of a conversation checks once whether rows of the earlier application are left.
  for (const step of stepsOf({}).slice(1, 2)) await run(step)
  for (let round = 0; round < ROUNDS; round++) {
    for (const step of stepsOf({ 'idempotency-key': `k-${round}` })) {
      const before = await requestsOf(server.url)
      await run(step)
      fewest.set(step.useCase, Math.min(fewest.get(step.useCase) ?? Infinity, await requestsOf(server.url) - before))
    }
  }
  await server.stop()
  await dynamoDb.stop()
  return [...fewest].map(([useCase, requests]) => ({ useCase, requests }))
}

async function requestsOf (url: string): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })
  const counts = [...(await response.text()).matchAll(/^basvideo_dynamodb_request_duration_seconds_count\{.*\} (\d+)$/gm)]
  if (counts.length === 0) throw new Error(`/metrics answers ${response.status} and counts no requests to DynamoDB`)
  return counts.reduce((total, [, count]) => total + Number(count), 0)
}
