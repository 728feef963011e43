import { conversationIdOf, messageKey, type Message } from '#domain/messages/message.js'
import type { Timestamp } from '#domain/time.js'
import { flag, keeping, metadataOf, notOurs, storedMetadata, text, textOrNull, word, type Row } from '../engine/row.js'

/**
 * A message as its row: everything that a row of the earlier application has, so that both can work side by side,
 * and the keys of our own indexes.
 */
export function messageRow (message: Message): Row {
  return {
    ...message,
    metadata: storedMetadata(message.metadata),
    sortKey: messageKey(message),
    timestamp: message.createdAt,
    updatedAt: message.createdAt,
  }
}

/** What a row of the earlier application may leave out. */
const EARLIER_DEFAULTS = { type: 'text', metadata: {}, status: 'sent', read: false }

const readMessage = keeping(['sortKey', 'timestamp', 'updatedAt'], (row): Message => {
  const senderId = text(row, 'senderId')
  const receiverId = text(row, 'receiverId')
  return {
    messageId: text(row, 'messageId'),
    conversationId: conversationIdOf(senderId, receiverId),
    senderId,
    receiverId,
    message: text(row, 'message'),
    type: text(row, 'type'),
    metadata: metadataOf(row),
    status: word(row, 'status'),
    read: flag(row, 'read'),
    readAt: textOrNull(row, 'readAt'),
    createdAt: timestampOf(row),
    fingerprint: textOrNull(row, 'fingerprint'),
  }
})

/** @throws Error for a row that is neither a message of ours nor one of the earlier application */
export function messageOf (row: Row): Message {
  return readMessage({ ...EARLIER_DEFAULTS, ...row })
}

function timestampOf (row: Row): Timestamp {
  const timestamp = text(row, 'timestamp')
  return Number.isNaN(Date.parse(timestamp)) ? notOurs('timestamp') : timestamp
}
