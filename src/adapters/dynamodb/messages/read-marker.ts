import { QueryCommand, type QueryCommandOutput } from '@aws-sdk/lib-dynamodb'
import { conversationIdOf } from '#domain/messages/message.js'
import type { Timestamp } from '#domain/time.js'
import type { ReadMarker } from '#application/ports/conversation-store.js'
import { deadline, type Database } from '../engine/database.js'
import { busy } from '../engine/errors.js'
import { absent, allOf, anyOf, between, compare, expression, present, type Changes, type Condition } from '../engine/expression.js'
import { integer, text, textOrNull, type Row } from '../engine/row.js'
import { transact, type TransactionItem } from '../engine/transact.js'

/** How long a marker tries to be set while others move. */
const MARKING_DEADLINE_MS = 3000

/**
 * Moves the reader's marker forward, on both sides of the conversation and on the message itself, in one step.
 * As long as the message is the newest received, nothing stays unread; else what stays is found by counting.
 */
export async function markRead (database: Database, marker: ReadMarker): Promise<Timestamp> {
  const expired = deadline(database, MARKING_DEADLINE_MS)
  let attempt = readAll(marker)
  do {
    const side = await write(database, marker, attempt)
    if (side === null) return marker.readAt
    const readKey = textOrNull(side, 'readKey')
    if (readKey !== null && readKey >= marker.messageKey) return text(side, 'readAt')
    attempt = await readSome(database, marker, side, readKey)
  } while (!expired())
  throw busy()
}

/** A change to the reader's side and the condition under which it holds. */
interface Attempt {
  readonly condition: Condition
  readonly update: Changes
}

function readAll ({ messageKey, ...marker }: ReadMarker): Attempt {
  return {
    condition: allOf(
      anyOf(absent('lastReceivedKey'), compare('lastReceivedKey', '<=', messageKey)),
      anyOf(absent('readKey'), compare('readKey', '<', messageKey))
    ),
    update: { set: { ...position(messageKey, marker.readAt), otherUserId: marker.senderId, unread: 0 }, remove: ['unreadUser'] },
  }
}

/** Takes what the marker passes off the count, which keeps what arrives meanwhile. */
async function readSome (database: Database, { messageKey, ...marker }: ReadMarker, side: Row, readKey: string | null): Promise<Attempt> {
  const passed = 1 + await countBetween(database, { messageKey, ...marker }, readKey)
  return {
    condition: readKey === null ? absent('readKey') : compare('readKey', '=', readKey),
    update: { set: position(messageKey, marker.readAt), add: { unread: -Math.min(passed, integer(side, 'unread')) } },
  }
}

/** How many messages the reader has received after `readKey` and before the marked message. */
async function countBetween ({ documents, tableNames }: Database, marker: ReadMarker, readKey: string | null): Promise<number> {
  const { senderId, receiverId, messageId, messageKey } = marker
  // Keys end in ids, which hold nothing below '!': so nothing lies between a key and the same with a '!'.
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

/** Null when it is written; else the reader's side as it stands. */
async function write (database: Database, marker: ReadMarker, reader: Attempt): Promise<Row | null> {
  const { messageId, messageKey, senderId, receiverId, readAt } = marker
  const { tableNames: { inbox, messages } } = database
  const conversationId = conversationIdOf(senderId, receiverId)
  const items: TransactionItem[] = [
    {
      Update: {
        TableName: inbox,
        Key: { userId: receiverId, conversationId },
        ...expression(reader),
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
    {
      Update: {
        TableName: messages,
        Key: { messageId },
        ...expression({
          condition: present('messageId'),
          update: { set: { read: true, readAt, status: 'read', updatedAt: readAt } },
        }),
      },
    },
  ]
  const checks = await transact(database, items)
  if (checks === null) return null
  const side = checks[0]?.row
  if (side == null) throw new Error('a message that is not stored can not be read')
  return side
}

function position (readKey: string, readAt: Timestamp): Record<string, string> {
  return { readKey, readAt }
}
