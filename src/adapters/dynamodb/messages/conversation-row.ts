import { newConversation, type Conversation, type LastMessage } from '#domain/messages/conversation.js'
import { flag, integer, mapOrNull, text, textOrNull, type Row } from '../engine/row.js'

/**
 * A row of the inbox table. Attributes that say nothing are left out: the row of a conversation that holds no message
 * has no `lastKey`, so that the index of a user's list does not know it.
 *
 * @throws Error for a row that is not ours
 */
export function conversationOf (row: Row): Conversation {
  const blank = newConversation(text(row, 'userId'), text(row, 'otherUserId'))
  return {
    ...blank,
    conversationId: text(row, 'conversationId'),
    lastMessage: lastMessageIn(row),
    lastKey: textOrNull(row, 'lastKey'),
    lastReceivedKey: textOrNull(row, 'lastReceivedKey'),
    unread: row['unread'] === undefined ? blank.unread : integer(row, 'unread'),
    readKey: textOrNull(row, 'readKey'),
    readAt: textOrNull(row, 'readAt'),
    otherReadKey: textOrNull(row, 'otherReadKey'),
    otherReadAt: textOrNull(row, 'otherReadAt'),
    blocked: row['blocked'] === undefined ? blank.blocked : flag(row, 'blocked'),
  }
}

function lastMessageIn (row: Row): LastMessage | null {
  const last = mapOrNull(row, 'lastMessage')
  if (last === null) return null
  return {
    messageId: text(last, 'messageId'),
    senderId: text(last, 'senderId'),
    type: text(last, 'type'),
    preview: text(last, 'preview'),
    createdAt: text(last, 'createdAt'),
  }
}
