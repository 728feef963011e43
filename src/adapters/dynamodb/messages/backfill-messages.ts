import { lastMessageOf } from '#domain/messages/conversation.js'
import { messageKey, type Message } from '#domain/messages/message.js'
import type { Database } from '../engine/client.js'
import { absent, allOf, compare, expression, present, type Condition } from '../engine/expression.js'
import { getRow } from '../engine/read.js'
import { untilWritten } from '../engine/retry.js'
import { textOrNull, type Row } from '../engine/row.js'
import { transact, type TransactionItem } from '../engine/write.js'
import { backfill, type Backfilled, type BackfillOptions } from '../schema/backfill.js'
import { EARLIER_MESSAGES } from '../schema/migrations.js'
import { messageOf } from './message-row.js'

/** How long one message tries to get in while its conversation moves. */
const MESSAGE_DEADLINE_MS = 5000

/**
 * Gives messages of the earlier application the attributes of our indexes, and their conversations a place in the inbox. It changes each
 * message once. Run it when the earlier application no longer writes: afterwards the stores do not look for its rows.
 */
export async function backfillMessages (database: Database, options: BackfillOptions): Promise<Backfilled> {
  return await backfill(database, {
    name: EARLIER_MESSAGES,
    table: 'messages',
    lacking: 'sortKey',
    take: async (row) => {
      await addKeys(database, messageOf(row))
      return true
    },
  }, options)
}

/**
 * Takes an earlier message into its conversation, in one step with the attributes of our indexes, and so only once.
 * From then on it is ordered by its time in our form.
 */
export async function addKeys (database: Database, { orderedAt: _ofTheRow, ...message }: Message): Promise<void> {
  const { messageId, conversationId, senderId, receiverId, createdAt } = message
  const keys: TransactionItem = {
    Update: {
      TableName: database.tableNames.messages,
      Key: { messageId },
      ...expression({
        condition: allOf(present('messageId'), absent('sortKey')),
        update: { set: { conversationId, sortKey: messageKey(message), timestamp: createdAt } },
      }),
    },
  }
  // The earlier application let people write to themselves, which is no conversation.
  const people = senderId === receiverId ? [] : [senderId, receiverId]
  await untilWritten(database, async () => {
    const sides = await Promise.all(people.map(async (userId) => await sideItems(database, message, userId)))
    const checks = await transact(database, [keys, ...sides.flat()])
    return checks === null || checks[0]?.failed === true ? true : undefined
  }, MESSAGE_DEADLINE_MS)
}

/**
 * The change of one person's side of the conversation, on condition that the attributes it rests on are as they were just read.
 * Keys only move forward; a message counts as unread where the reader's marker has not passed it.
 */
async function sideItems (database: Database, message: Message, userId: string): Promise<TransactionItem[]> {
  const { conversationId, senderId, receiverId } = message
  const Key = { userId, conversationId }
  const side = await getRow(database, 'inbox', Key) ?? {}
  const key = messageKey(message)
  const isReceiver = receiverId === userId
  const isNewer = (attribute: string) => key > (textOrNull(side, attribute) ?? '')
  const moved = ['lastKey', ...(isReceiver ? ['lastReceivedKey'] : [])].filter(isNewer)
  const isUnread = isReceiver && !message.read && isNewer('readKey')
  const restsOn = [...moved, ...(isUnread ? ['readKey'] : [])]
  if (restsOn.length === 0) return []
  const update = {
    set: {
      otherUserId: isReceiver ? senderId : receiverId,
      ...Object.fromEntries(moved.map((attribute) => [attribute, key])),
      ...(moved.includes('lastKey') && { lastMessage: lastMessageOf(message) }),
      ...(isUnread && side['blocked'] !== true && { unreadUser: userId }),
    },
    ...(isUnread && { add: { unread: 1 } }),
  }
  const condition = allOf(...restsOn.map((attribute) => isStill(side, attribute)))
  return [{ Update: { TableName: database.tableNames.inbox, Key, ...expression({ condition, update }) } }]
}

function isStill (side: Row, attribute: string): Condition {
  const value = textOrNull(side, attribute)
  return value === null ? absent(attribute) : compare(attribute, '=', value)
}
