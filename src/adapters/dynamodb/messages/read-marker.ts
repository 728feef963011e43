import { QueryCommand, type QueryCommandOutput } from '@aws-sdk/lib-dynamodb'
import { conversationRead } from '#domain/messages/conversation.js'
import { conversationIdOf, MESSAGE_STATUSES } from '#domain/messages/message.js'
import type { Timestamp } from '#domain/time.js'
import type { ReadMarker } from '#application/ports/conversation-store.js'
import type { Database } from '../engine/client.js'
import { absent, allOf, anyOf, between, compare, expression, present, type Changes, type Condition } from '../engine/expression.js'
import { untilWritten } from '../engine/retry.js'
import { integer, text, textOrNull, type Row } from '../engine/row.js'
import { transact, type Check, type TransactionItem } from '../engine/write.js'
import { outboxItems } from '../outbox/outbox-store.js'
import { EARLIER_SENT } from './message-row.js'

/**
 * Moves the reader's marker forward, on both sides of the conversation and on the message itself, in one step.
 * As long as the message is the newest received, nothing stays unread; otherwise counting finds what stays.
 */
export async function markRead (database: Database, marker: ReadMarker): Promise<Timestamp> {
  let attempt = readAll(marker)
  return await untilWritten(database, async () => {
    const checks = await transact(database, itemsOf(database, marker, attempt))
    if (checks === null) return marker.readAt
    const [reader = UNGUARDED, message = UNGUARDED] = [checks[0], checks.at(-1)]
    if (message.failed) {
      if (message.row === null) throw new Error('a message that is not stored cannot be read')
      attempt = { ...attempt, status: null }
    }
    if (reader.row === null) return undefined
    const readKey = textOrNull(reader.row, 'readKey')
    if (readKey !== null && readKey >= marker.messageKey) return text(reader.row, 'readAt')
    attempt = { ...await readSome(database, marker, reader.row, readKey), status: attempt.status }
    return undefined
  })
}

const UNGUARDED: Check = { failed: false, row: null }

/** A change to the reader's side and the condition under which it holds. */
interface SideChange {
  readonly condition: Condition
  readonly update: Changes
}

interface Attempt extends SideChange {
  /** The next status of the message; null keeps one that this version does not know. */
  readonly status: 'read' | null
}

function readAll ({ messageKey, ...marker }: ReadMarker): Attempt {
  return {
    condition: allOf(
      anyOf(absent('lastReceivedKey'), compare('lastReceivedKey', '<=', messageKey)),
      anyOf(absent('readKey'), compare('readKey', '<', messageKey))
    ),
    update: { set: { ...position(messageKey, marker.readAt), otherUserId: marker.senderId, unread: 0 }, remove: ['unreadUser'] },
    status: 'read',
  }
}

/** Subtracts what the marker passes from the count, which keeps what arrives meanwhile. */
async function readSome (database: Database, { messageKey, ...marker }: ReadMarker, side: Row, readKey: string | null): Promise<SideChange> {
  const passed = 1 + await countBetween(database, { messageKey, ...marker }, readKey)
  return {
    condition: readKey === null ? absent('readKey') : compare('readKey', '=', readKey),
    update: { set: position(messageKey, marker.readAt), add: { unread: -Math.min(passed, integer(side, 'unread')) } },
  }
}

/** How many messages the reader has received after `readKey` and before the marked message. */
async function countBetween ({ documents, tableNames }: Database, marker: ReadMarker, readKey: string | null): Promise<number> {
  const { senderId, receiverId, messageId, messageKey } = marker
  // Keys end in ids, which hold nothing below '!': no key lies between another key and the same with a '!'.
  const from = readKey === null ? '!' : `${readKey}!`
  let count = 0
  let ExclusiveStartKey: QueryCommandOutput['LastEvaluatedKey']
  do {
    const { Count = 0, LastEvaluatedKey }: QueryCommandOutput = await documents.send(new QueryCommand({
      TableName: tableNames.messages,
      IndexName: 'conversationId-sortKey-index',
      Select: 'COUNT',
      ExclusiveStartKey,
      ...expression({
        key: allOf(compare('conversationId', '=', conversationIdOf(senderId, receiverId)), between('sortKey', from, messageKey)),
        filter: allOf(compare('senderId', '=', senderId), compare('messageId', '<>', messageId), compare('read', '=', false)),
      }),
    }))
    count += Count
    ExclusiveStartKey = LastEvaluatedKey
  } while (ExclusiveStartKey !== undefined)
  return count
}

/** The reader's side first, the message last. */
function itemsOf (database: Database, marker: ReadMarker, { condition, update, status }: Attempt): TransactionItem[] {
  const { inbox, messages } = database.tableNames
  const { messageId, messageKey, senderId, receiverId, readAt } = marker
  const conversationId = conversationIdOf(senderId, receiverId)
  const read = { read: true, readAt, updatedAt: readAt }
  return [
    {
      Update: {
        TableName: inbox,
        Key: { userId: receiverId, conversationId },
        ...expression({ condition, update }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    },
    // The earlier application let people write to themselves; both sides are then one row.
    ...(senderId === receiverId
      ? []
      : [{
          Update: {
            TableName: inbox,
            Key: { userId: senderId, conversationId },
            ...expression({ update: { set: { otherUserId: receiverId, otherReadKey: messageKey, otherReadAt: readAt } } }),
          },
        }]),
    ...outboxItems(database, [conversationRead(receiverId, senderId, messageId, readAt)]),
    {
      Update: {
        TableName: messages,
        Key: { messageId },
        ...expression(status === null
          ? { condition: present('messageId'), update: { set: read } }
          : { condition: allOf(present('messageId'), anyOf(absent('status'), ...[...MESSAGE_STATUSES, EARLIER_SENT].map((known) => compare('status', '=', known)))), update: { set: { ...read, status } } }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    },
  ]
}

function position (readKey: string, readAt: Timestamp): Record<string, string> {
  return { readKey, readAt }
}
