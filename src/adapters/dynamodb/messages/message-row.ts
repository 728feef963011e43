import { conversationIdOf, messageKey, orderedAtOf, type Message } from '#domain/messages/message.js'
import { momentIn } from '../engine/moment.js'
import { keeping, metadataOf, storedMetadata, text, textOrNull, word, flag, type Row } from '../engine/row.js'

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

const readMessage = keeping(['sortKey', 'timestamp', 'updatedAt'], (row): Message => {
  const senderId = text(row, 'senderId')
  const receiverId = text(row, 'receiverId')
  const createdAt = text(row, 'createdAt')
  const timestamp = text(row, 'timestamp')
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
    fingerprint: textOrNull(row, 'fingerprint'),
  }
})

/** What the earlier application calls a message that is sent. */
export const EARLIER_SENT = 'delivered'

/**
 * A message of ours, or of the earlier application: what a row of that one lacks has a default, and what it holds in a form of its own is
 * read as far as that is safe. Its times are shown in our form; its order stays that of the index, which holds them as they are.
 *
 * @param odd called where a default stands in place of what the row holds
 * @throws UnreadableRow for a row without a sender or a receiver
 */
export function messageOf (row: Row, odd: () => void = () => {}): Message {
  const mended = mend(row)
  if (Object.entries(mended).some(([attribute, value]) => row[attribute] !== undefined && row[attribute] !== value) || row['message'] == null) odd()
  const time = momentIn(row['timestamp'])
  const others = momentIn(row['createdAt']) ?? momentIn(row['updatedAt']) ?? NO_TIME
  // The row of another application may hold anything as `createdAt`.
  const createdAt = typeof row['fingerprint'] === 'string' ? others : time ?? others
  return readMessage({
    ...row,
    ...mended,
    status: mended.status === EARLIER_SENT ? 'sent' : mended.status,
    createdAt,
    timestamp: typeof row['timestamp'] === 'string' ? row['timestamp'] : createdAt,
  })
}

/** The time of a row without one: the oldest of all. */
const NO_TIME = '1970-01-01T00:00:00.000Z'

/** The attributes that an earlier row may lack, or hold in another form. */
function mend ({ message, type, metadata, status, read, readAt }: Row) {
  return {
    message: typeof message === 'string' ? message : typeof message === 'number' ? String(message) : '',
    type: typeof type === 'string' ? type : 'text',
    metadata: isMetadata(metadata) ? metadata : {},
    status: typeof status === 'string' ? status : 'sent',
    read: read === true || read === 'true',
    readAt: momentIn(readAt),
  }
}

function isMetadata (metadata: unknown): boolean {
  try {
    metadataOf({ metadata })
    return true
  } catch {
    return false
  }
}
