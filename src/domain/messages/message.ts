import { DomainError } from '../errors.js'
import { checkMetadata, type JsonObject } from '../json.js'
import { showsSomething } from '../text.js'
import { createdAtOf, createdKey, laterBy, SECOND_MS, type Timestamp } from '../time.js'

export const MESSAGE_MAX_CHARACTERS = 4000

export const MESSAGE_STATUSES = ['sent', 'read'] as const
export type MessageStatus = typeof MESSAGE_STATUSES[number]

export interface Message {
  readonly messageId: string
  readonly conversationId: string
  readonly senderId: string
  readonly receiverId: string
  readonly message: string
  readonly type: string
  readonly metadata: JsonObject
  readonly status: MessageStatus
  readonly read: boolean
  readonly readAt: Timestamp | null
  readonly createdAt: Timestamp
  /** The moment by which the message is ordered, where `createdAt` is too far from it; see `placedAfter`. */
  readonly orderedAt?: Timestamp
  /** Digest of the request that created it; null for rows of the earlier application. */
  readonly fingerprint: string | null
}

/** Messages of one conversation, oldest first. */
export type MessageRun = readonly [Message, ...Message[]]

export interface MessageDraft {
  readonly senderId: string
  readonly receiverId: string
  readonly message: string
  readonly type: string
  readonly metadata: JsonObject
}

/** The id of the conversation of two users, in whichever order. User ids hold no `#`. */
export function conversationIdOf (oneUserId: string, otherUserId: string): string {
  return oneUserId < otherUserId ? `${oneUserId}#${otherUserId}` : `${otherUserId}#${oneUserId}`
}

/** @throws self_message, message_length, metadata_too_large */
export function newMessage (draft: MessageDraft, messageId: string, fingerprint: string, now: Timestamp): Message {
  if (draft.senderId === draft.receiverId) throw new DomainError('self_message', 'you cannot message yourself')
  if (!showsSomething(draft.message) || exceeds(draft.message, MESSAGE_MAX_CHARACTERS)) {
    throw new DomainError('message_length', `a message has 1 to ${MESSAGE_MAX_CHARACTERS} characters, of which one shows`)
  }
  checkMetadata(draft.metadata)
  return {
    messageId,
    conversationId: conversationIdOf(draft.senderId, draft.receiverId),
    ...draft,
    status: 'sent',
    read: false,
    readAt: null,
    createdAt: now,
    fingerprint,
  }
}

/** Counts code points, as JSON Schema does, and only when the cheaper count of UTF-16 units does not decide. */
function exceeds (text: string, characters: number): boolean {
  return text.length > characters && Array.from(text).length > characters
}

export function messageKey (message: Message): string {
  return createdKey(orderedAtOf(message), message.messageId)
}

/** The moment by which the message is ordered. */
export function orderedAtOf ({ orderedAt, createdAt }: Message): Timestamp {
  return orderedAt ?? createdAt
}

/** How far a message may be dated after the clock of its node, to stand behind the message before it. */
const AHEAD_MAX_MS = 10 * SECOND_MS

/**
 * The message, moved behind the newest message of its conversation if the clock of a node is behind. So the order of a conversation
 * never changes for a reader: no page skips a message, and no read marker covers an unseen one. If the clock of another node was far
 * ahead, only the place moves: the message keeps its time, which is then before that of the message above it.
 */
export function placedAfter (message: Message, lastKey: string | null): Message {
  if (lastKey === null || messageKey(message) > lastKey) return message
  const orderedAt = laterBy(createdAtOf(lastKey), 1)
  return orderedAt <= laterBy(message.createdAt, AHEAD_MAX_MS) ? { ...message, createdAt: orderedAt } : { ...message, orderedAt }
}

/** The messages in their order, the first one behind the newest message that either side knows. */
export function placedInOrder ([first, ...others]: MessageRun, lastKeys: ReadonlyArray<string | null>): MessageRun {
  let last = lastKeys.reduce(placedAfter, first)
  const placed: [Message, ...Message[]] = [last]
  for (const message of others) {
    last = placedAfter(message, messageKey(last))
    placed.push(last)
  }
  return placed
}

/** The event of a sent message. It carries ids and never the text. */
export interface MessageEvent {
  readonly eventId: string
  readonly type: 'message.sent'
  readonly occurredAt: Timestamp
  readonly subjectId: string
  readonly data: {
    readonly conversationId: string
    readonly senderId: string
    readonly receiverId: string
    readonly type: string
  }
}

export function messageSent (message: Message): MessageEvent {
  return {
    eventId: messageKey(message),
    type: 'message.sent',
    occurredAt: message.createdAt,
    subjectId: message.messageId,
    data: {
      conversationId: message.conversationId,
      senderId: message.senderId,
      receiverId: message.receiverId,
      type: message.type,
    },
  }
}
