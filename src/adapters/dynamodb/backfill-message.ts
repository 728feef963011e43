import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { lastMessageOf } from '../../domain/conversation.js'
import { messageKey, type Message } from '../../domain/message.js'
import { deadline, type Database } from './database.js'
import { unavailable } from './errors.js'
import { absent, allOf, compare, expression, present, type Changes, type Condition } from './expression.js'
import { textOrNull, type Row } from './row.js'
import { transact, type TransactionItem } from './transact.js'

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
  throw unavailable()
}

/** What the message changes on one person's side of its conversation, as long as that is as it was just read. */
async function sideItems ({ documents, tableNames }: Database, message: Message, userId: string): Promise<TransactionItem[]> {
  const Key = { userId, conversationId: message.conversationId }
  const { Item: side = {} } = await documents.send(new GetCommand({ TableName: tableNames.inbox, Key, ConsistentRead: true }))
  const update = changesTo(side, message, userId)
  if (Object.keys(update.set).length === 0) return []
  const condition = allOf(...['lastKey', 'lastReceivedKey', 'readKey'].map((attribute) => isStill(side, attribute)))
  return [{ Update: { TableName: tableNames.inbox, Key, ...expression({ condition, update }) } }]
}

/** Forward alone: what is newer stays. A message counts as unread where the reader's marker has not passed it. */
function changesTo (side: Row, message: Message, userId: string): Changes & Required<Pick<Changes, 'set'>> {
  const key = messageKey(message)
  const { senderId, receiverId } = message
  const isReceiver = receiverId === userId
  const isNewer = (attribute: string) => key > (textOrNull(side, attribute) ?? '')
  const isUnread = isReceiver && !message.read && isNewer('readKey')
  const otherUserId = isReceiver ? senderId : receiverId
  return {
    set: {
      ...(isNewer('lastKey') && { otherUserId, lastKey: key, lastMessage: lastMessageOf(message) }),
      ...(isReceiver && isNewer('lastReceivedKey') && { otherUserId, lastReceivedKey: key }),
      ...(isUnread && { otherUserId, unreadUser: userId }),
    },
    ...(isUnread && { add: { unread: 1 } }),
  }
}

function isStill (side: Row, attribute: string): Condition {
  const value = textOrNull(side, attribute)
  return value === null ? absent(attribute) : compare(attribute, '=', value)
}
