import { conversationIdOf, messageKey, orderedAtOf, type Message } from '#domain/messages/message.js'
import type { Timestamp } from '#domain/time.js'
import { flag, keeping, metadataOf, notOurs, storedMetadata, text, textOrNull, word, type Row } from '../engine/row.js'

/**
 * A message as its row: everything that a row of the earlier application has, so that both can work side by side,
 * and the keys of our own indexes.
 */
export function messageRow (message: Message): Row {
  const { orderedAt, ...shown } = message
  return {
    ...shown,
    metadata: storedMetadata(message.metadata),
    sortKey: messageKey(message),
    timestamp: orderedAtOf(message),
    updatedAt: message.createdAt,
  }
}

/** What a row of the earlier application may leave out. */
const EARLIER_DEFAULTS = { type: 'text', metadata: {}, status: 'sent', read: false }

const readMessage = keeping(['sortKey', 'timestamp', 'updatedAt'], (row): Message => {
  const senderId = text(row, 'senderId')
  const receiverId = text(row, 'receiverId')
  const timestamp = timestampOf(row)
  const fingerprint = textOrNull(row, 'fingerprint')
  // The row of another application may hold anything as `createdAt`.
  const createdAt = fingerprint === null ? timestamp : text(row, 'createdAt')
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
    createdAt,
    ...(createdAt === timestamp ? {} : { orderedAt: timestamp }),
    fingerprint,
  }
})

/** What the earlier application calls a message that is sent. */
export const EARLIER_SENT = 'delivered'

/** @throws Error for a row that is neither a message of ours nor one of the earlier application */
export function messageOf (row: Row): Message {
  const known = { ...EARLIER_DEFAULTS, ...row }
  return readMessage(known.status === EARLIER_SENT ? { ...known, status: 'sent' } : known)
}

function timestampOf (row: Row): Timestamp {
  const timestamp = text(row, 'timestamp')
  return Number.isNaN(Date.parse(timestamp)) ? notOurs('timestamp') : timestamp
}
