import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb'
import type { Static } from '@sinclair/typebox'
import type { Message, SendMessageBody } from '#adapters/http/messages/schemas.js'
import type { Payment, ProcessPaymentBody } from '#adapters/http/payments/schemas.js'
import { tableNames } from '#adapters/dynamodb/engine/tables.js'
import { conversationIdOf, makeAnswers, PAGE } from './answers.js'
import type { SignedWebhook } from './signed-webhook.js'

/** Seconds for which the row of a webhook is kept. */
const WEBHOOK_LIFETIME_S = 35 * 24 * 60 * 60

type Items = NonNullable<TransactWriteCommandInput['TransactItems']>

/** The answers of the service, after the rows that it writes and reads: lib-dynamodb as its guide shows it, and nothing else. Both peers answer from it. */
export function makeRows () {
  const { send, pay } = makeAnswers()
  const names = tableNames(process.env)
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({
    region: 'us-east-1',
    endpoint: String(process.env['DYNAMODB_ENDPOINT']),
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: { httpAgent: new Agent({ keepAlive: true, maxSockets: 256 }) },
  }), { marshallOptions: { removeUndefinedValues: true } })
  const write = async (items: Items): Promise<void> => { await documents.send(new TransactWriteCommand({ TransactItems: items })) }

  const event = (type: string, subjectId: string, data: object): Items[number] =>
    ({ Put: { TableName: names.outbox, Item: { shard: '0', eventId: randomUUID(), type, occurredAt: new Date().toISOString(), subjectId, data } } })

  const side = (userId: string, otherUserId: string, conversationId: string, key: string, text: string, unread: number): Items[number] => ({
    Update: {
      TableName: names.inbox,
      Key: { userId, conversationId },
      ConditionExpression: 'attribute_not_exists(#blocked) OR #blocked = :no',
      UpdateExpression: 'SET #lastKey = :key, #lastMessage = :last, #otherUserId = :other ADD #unread :unread',
      ExpressionAttributeNames: { '#blocked': 'blocked', '#lastKey': 'lastKey', '#lastMessage': 'lastMessage', '#otherUserId': 'otherUserId', '#unread': 'unread' },
      ExpressionAttributeValues: { ':no': false, ':key': key, ':last': { messageId: key, senderId: userId, message: text, type: 'text' }, ':other': otherUserId, ':unread': unread },
    },
  })

  return {
    send: async (senderId: string, body: Static<typeof SendMessageBody>) => {
      const message = send(senderId, body)
      const { messageId, conversationId, receiverId, createdAt, message: text } = message
      const key = `${createdAt}#${messageId}`
      await write([
        { Put: { TableName: names.messages, Item: { ...message, sortKey: key, timestamp: createdAt, updatedAt: createdAt, fingerprint: key }, ConditionExpression: 'attribute_not_exists(messageId)' } },
        side(senderId, receiverId, conversationId, key, text, 0),
        side(receiverId, senderId, conversationId, key, text, 1),
        event('message.sent', messageId, { senderId, receiverId, conversationId }),
      ])
      return message
    },

    pay: async (userId: string, body: Static<typeof ProcessPaymentBody>) => {
      const payment = pay(userId, body)
      const { paymentId, orderId, createdAt } = payment
      const keys = { createdKey: `${createdAt}#${paymentId}`, userStatus: `${userId}#pending`, adminBucket: `${createdAt.slice(0, 10)}#0`, writeToken: randomUUID() }
      await write([
        { Put: { TableName: names.payments, Item: { ...payment, ...keys, status: 'pending', version: 1 }, ConditionExpression: 'attribute_not_exists(paymentId)' } },
        { Put: { TableName: names.orderClaims, Item: { order: `${userId}#${orderId}`, paymentId }, ConditionExpression: 'attribute_not_exists(#order)', ExpressionAttributeNames: { '#order': 'order' } } },
        event('payment.created', paymentId, payment),
      ])
      await write([
        {
          Put: {
            TableName: names.payments,
            Item: { ...payment, ...keys, userStatus: `${userId}#succeeded`, version: 2 },
            ConditionExpression: '#version = :one',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':one': 1 },
          },
        },
        event('payment.succeeded', paymentId, payment),
      ])
      return payment
    },

    conversation: async (userId: string, otherUserId: string) => {
      const { Items = [] } = await documents.send(new QueryCommand({
        TableName: names.messages,
        IndexName: 'conversationId-sortKey-index',
        KeyConditionExpression: 'conversationId = :conversation',
        ExpressionAttributeValues: { ':conversation': conversationIdOf(userId, otherUserId) },
        ScanIndexForward: false,
        Limit: PAGE,
      }))
      const items = Items.map(({ sortKey, timestamp, updatedAt, fingerprint, ...message }) => message as Static<typeof Message>)
      return { items, nextCursor: items.at(-1)?.createdAt ?? null }
    },

    /** Reads the payment of the event, and stores the event if it is new. */
    receive: async ({ eventId, event: { type, data }, digest }: SignedWebhook): Promise<'applied' | 'duplicate' | 'ignored'> => {
      const { paymentId, reference, amount, currency } = data
      const { Item } = await documents.send(new GetCommand({ TableName: names.payments, Key: { paymentId }, ConsistentRead: true }))
      if (Item === undefined) return 'ignored'
      const [eventKey, receivedAt] = [`simulator#${eventId}`, new Date().toISOString()]
      const row = { eventKey, provider: 'simulator', type, state: 'applied', reason: null, tries: 0, paymentId, providerReference: reference, fact: { kind: 'succeeded', reference, amount, currency }, digest, receivedAt }
      const keys = { listPaymentId: paymentId, stateShard: 'applied#0', receivedKey: `${receivedAt}#${eventKey}`, expiresAt: Math.floor(Date.now() / 1000) + WEBHOOK_LIFETIME_S }
      try {
        await documents.send(new PutCommand({ TableName: names.webhookEvents, Item: { ...row, ...keys }, ConditionExpression: 'attribute_not_exists(eventKey)' }))
        return 'applied'
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return 'duplicate'
        throw error
      }
    },

    payment: async (paymentId: string) => {
      const { Item } = await documents.send(new GetCommand({ TableName: names.payments, Key: { paymentId }, ConsistentRead: true }))
      if (Item === undefined) return null
      const { createdKey, userStatus, adminBucket, writeToken, version, ...payment } = Item
      return payment as Static<typeof Payment>
    },
  }
}
