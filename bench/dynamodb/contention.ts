import { paginateScan } from '@aws-sdk/lib-dynamodb'
import { tableNames } from '#adapters/dynamodb/engine/tables.js'
import type { DynamoDb } from '../../test/support/dynamodb.js'
import { makeCallers, tokenOf, type Caller } from '../caller.js'
import { startServer, type ServerProcess } from '../server-process.js'
import { SIZE } from './size.js'

const CONNECTIONS = 64
const CALLERS = 100
const BLOCKING = 'blocking'

export interface Contention {
  /** Messages that were stored. */
  readonly perSecond: number
  readonly cpuUs: number
  /** Requests that were answered 503. */
  readonly busy: number
  /** Acknowledged messages that are not in the table. */
  readonly lost: number
  /** Messages by which a conversation counts more than its messages, and answers of a repeat with another message. */
  readonly doubled: number
}

/** Sends messages to two processes on the same tables: a fifth into one conversation, a tenth repeats, a twentieth to a person who blocks the sender. */
export async function measureContention (dynamoDb: DynamoDb, settings: Readonly<Record<string, string>>): Promise<Contention> {
  const servers = [await startServer('service', { ...settings, USE_DYNAMODB: 'true' }), await startServer('service', { ...settings, USE_DYNAMODB: 'true' })] as const
  const callers = makeCallers(CALLERS)
  const blocking = { userId: BLOCKING, otherUserId: '', headers: { authorization: `Bearer ${tokenOf(BLOCKING)}`, 'x-forwarded-for': '10.255.255.1' } }
  for (const { userId } of callers) await expectOk(await call(servers[0], blocking, 'PUT', `/api/conversations/${userId}/block`))
  const acknowledged = new Map<string, string>()
  let doubled = 0
  let busy = 0
  const before = servers.map((server) => server.cpuMs())
  const end = performance.now() + SIZE.contentionS * 1000
  await Promise.all(Array.from({ length: CONNECTIONS }, async (_, connection) => {
    const own = callers[connection % CALLERS] as Caller
    const shared = callers[0] as Caller
    for (let number = 0; performance.now() < end; number++) {
      const server = servers[(connection + number) % 2] as ServerProcess
      const isShared = number % 5 === 0
      const isRepeat = number % 10 === 9
      const receiverId = number % 20 === 7 ? BLOCKING : isShared ? shared.otherUserId : `to-${connection}-${number % 7}`
      const clientMessageId = `c-${connection}-${isRepeat ? number - 1 : number}`
      // A repeat is the same request as the one before.
      const to = isRepeat ? `to-${connection}-${(number - 1) % 7}` : receiverId
      const response = await call(server, isShared ? shared : own, 'POST', '/api/messages', { receiverId: to, message: `text ${clientMessageId}`, clientMessageId })
      const { messageId } = await response.json() as { messageId?: string }
      if (receiverId === BLOCKING && response.status === 403) continue
      if (response.status === 503) {
        busy++
        continue
      }
      if (!response.ok || messageId === undefined) throw new Error(`a message was answered ${response.status}`)
      if (acknowledged.has(clientMessageId) && acknowledged.get(clientMessageId) !== messageId) doubled++
      acknowledged.set(clientMessageId, messageId)
    }
  }))
  const cpuMs = servers.reduce((sum, server, index) => sum + server.cpuMs() - (before[index] ?? NaN), 0)
  const { stored, counted } = await rowsOf(dynamoDb, settings)
  for (const { stop } of servers) await stop()
  const lost = [...acknowledged.values()].filter((id) => !stored.has(id)).length
  return { perSecond: stored.size / SIZE.contentionS, cpuUs: 1000 * cpuMs / stored.size, busy, lost, doubled: doubled + Math.abs(counted - stored.size) }
}

/** The ids of all messages, and how many messages the receivers' sides count as unread. */
async function rowsOf ({ database }: DynamoDb, settings: Readonly<Record<string, string>>) {
  const { documents, tableNames: names } = database(tableNames(settings))
  const stored = new Set<string>()
  let counted = 0
  for await (const { Items = [] } of paginateScan({ client: documents }, { TableName: names.messages, ProjectionExpression: 'messageId' })) for (const { messageId } of Items) stored.add(String(messageId))
  for await (const { Items = [] } of paginateScan({ client: documents }, { TableName: names.inbox, ProjectionExpression: 'unread' })) for (const { unread = 0 } of Items) counted += Number(unread)
  return { stored, counted }
}

async function call ({ url }: ServerProcess, { headers: own }: Caller, method: string, path: string, body?: object): Promise<Response> {
  const headers = { ...own, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
  return await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
}

async function expectOk (response: Response): Promise<void> {
  await response.text()
  if (!response.ok) throw new Error(`answered ${response.status}`)
}
