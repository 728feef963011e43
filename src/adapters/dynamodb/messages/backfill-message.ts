import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { lastMessageOf } from '#domain/messages/conversation.js'
import { messageKey, type Message } from '#domain/messages/message.js'
import { deadline, type Database } from '../engine/database.js'
import { busy } from '../engine/errors.js'
import { absent, allOf, compare, expression, present, type Condition } from '../engine/expression.js'
import { textOrNull, type Row } from '../engine/row.js'
import { transact, type TransactionItem } from '../engine/transact.js'

/** How long one message tries to get in while its conversation moves. */
const MESSAGE_DEADLINE_MS = 5000

/** Takes an earlier message into its conversation, in one step with the attributes that say so: never twice. */
export async function addKeys (database: Database, message: Message): Promise<void> {
  const { messageId, conversationId, senderId, receiverId } = message
  const keys: TransactionItem = {
    Update: {
      TableName: database.tableNames.messages,
      Key: { messageId },
      ...expression({
        condition: allOf(present('messageId'), absent('sortKey')),
        update: { set: { conversationId, sortKey: messageKey(message) } },
      }),
    },
  }
  // The earlier application let people write to themselves, which is no conversation.
  const people = senderId === receiverId ? [] : [senderId, receiverId]
  const expired = deadline(database, MESSAGE_DEADLINE_MS)
  do {
    const sides = await Promise.all(people.map(async (userId) => await sideItems(database, message, userId)))
    const checks = await transact(database, [keys, ...sides.flat()])
    if (checks === null || checks[0]?.failed === true) return
  } while (!expired())
  throw busy()
}

/**
 * What the message changes on one person's side of its conversation, as long as what that rests on is as it was just read.
 * Keys move forward alone; a message counts as unread where the reader's marker has not passed it.
 */
async function sideItems ({ documents, tableNames }: Database, message: Message, userId: string): Promise<TransactionItem[]> {
  const { conversationId, senderId, receiverId } = message
  const Key = { userId, conversationId }
  const { Item: side = {} } = await documents.send(new GetCommand({ TableName: tableNames.inbox, Key, ConsistentRead: true }))
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
      ...(isUnread && { unreadUser: userId }),
    },
    ...(isUnread && { add: { unread: 1 } }),
  }
  const condition = allOf(...restsOn.map((attribute) => isStill(side, attribute)))
  return [{ Update: { TableName: tableNames.inbox, Key, ...expression({ condition, update }) } }]
}

function isStill (side: Row, attribute: string): Condition {
  const value = textOrNull(side, attribute)
  return value === null ? absent(attribute) : compare(attribute, '=', value)
}
