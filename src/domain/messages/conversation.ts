import { conversationIdOf, MESSAGE_STATUSES, messageKey, type Message } from './message.js'
import { beginningOf } from '../text.js'
import { createdKey, type Timestamp } from '../time.js'

/** One side of a conversation: one person's view of it. */
export interface Conversation {
  readonly conversationId: string
  readonly userId: string
  readonly otherUserId: string
  readonly lastMessage: LastMessage | null
  /** The created key of the newest message, and of the newest that this user received. */
  readonly lastKey: string | null
  readonly lastReceivedKey: string | null
  readonly unread: number
  /** The read marker: the created key up to which this user has read the received messages, and since when. */
  readonly readKey: string | null
  readonly readAt: Timestamp | null
  /** The read marker of the other side. */
  readonly otherReadKey: string | null
  readonly otherReadAt: Timestamp | null
  /** Whether this user accepts no messages from the other. */
  readonly blocked: boolean
  /** Null until the user was told of unread messages by a notification. */
  readonly told: Told | null
}

/** That a person was told of the unread messages of a conversation. */
export interface Told {
  /** The notification that tells, and may do so again after a failed try. */
  readonly by: string
  readonly at: Timestamp
  /** The newest received message of which it tells. */
  readonly key: string
}

export interface LastMessage {
  readonly messageId: string
  readonly senderId: string
  readonly type: string
  /** The beginning of the text. */
  readonly preview: string
  readonly createdAt: Timestamp
}

export const PREVIEW_MAX_CHARACTERS = 140

export function newConversation (userId: string, otherUserId: string): Conversation {
  return {
    conversationId: conversationIdOf(userId, otherUserId),
    userId,
    otherUserId,
    lastMessage: null,
    lastKey: null,
    lastReceivedKey: null,
    unread: 0,
    readKey: null,
    readAt: null,
    otherReadKey: null,
    otherReadAt: null,
    blocked: false,
    told: null,
  }
}

export function lastMessageOf (message: Message): LastMessage {
  return {
    messageId: message.messageId,
    senderId: message.senderId,
    type: message.type,
    preview: beginningOf(message.message, PREVIEW_MAX_CHARACTERS),
    createdAt: message.createdAt,
  }
}

/** The side with messages of the conversation that it does not count yet. */
export function withMessages (side: Conversation, messages: readonly Message[]): Conversation {
  return messages.reduce((sofar, message) => {
    const key = messageKey(message)
    const isReceived = message.receiverId === side.userId
    return {
      ...sofar,
      ...(isAbove(sofar.lastKey, key) && { lastKey: key, lastMessage: lastMessageOf(message) }),
      ...(isReceived && isAbove(sofar.lastReceivedKey, key) && { lastReceivedKey: key }),
      unread: sofar.unread + (isReceived && !message.read && isAbove(side.readKey, key) ? 1 : 0),
    }
  }, side)
}

function isAbove (other: string | null, key: string): boolean {
  return other === null || key > other
}

/** How many messages of the conversation count in the total. A block takes them out, and its end puts them back. */
export function countedUnread ({ unread, blocked }: Pick<Conversation, 'unread' | 'blocked'>): number {
  return blocked ? 0 : unread
}

/** The event of a read marker that moved. It lies with the events of the message that it is about. */
export interface ConversationReadEvent {
  readonly eventId: string
  readonly type: 'conversation.read'
  readonly occurredAt: Timestamp
  readonly subjectId: string
  readonly data: {
    readonly conversationId: string
    readonly readerId: string
    readonly otherUserId: string
  }
}

/** @param messageId the newest message that the marker passes */
export function conversationRead (readerId: string, otherUserId: string, messageId: string, readAt: Timestamp): ConversationReadEvent {
  return {
    eventId: `${createdKey(readAt, messageId)}#read`,
    type: 'conversation.read',
    occurredAt: readAt,
    subjectId: messageId,
    data: { conversationId: conversationIdOf(readerId, otherUserId), readerId, otherUserId },
  }
}

/** By sender: since when all their messages from some position of a list backwards are read. */
export type ReadMarks = Readonly<Record<string, Timestamp>>

/**
 * Marks the messages of one conversation that are read. Reading a message reads everything earlier from its sender, but only that
 * message stores the mark. In a list from new to old, the first marked message of a sender therefore speaks for all that follow.
 * `marks` carries the marks of earlier pages, so that a page costs one query and reads no other table.
 */
export function withReadMarks (newestFirst: readonly Message[], marks: ReadMarks): { messages: Message[], marks: ReadMarks } {
  const seen = new Map(Object.entries(marks))
  const messages = newestFirst.map((message) => {
    const readAt = message.readAt ?? seen.get(message.senderId)
    if (readAt === undefined) return message
    if (!seen.has(message.senderId)) seen.set(message.senderId, readAt)
    return asRead(message, readAt)
  })
  return { messages, marks: Object.fromEntries(seen) }
}

/** Marks the messages of many conversations that are read, by the read markers of one user's sides. */
export function withConversations (messages: readonly Message[], sides: readonly Conversation[]): Message[] {
  const sideOf = new Map(sides.map((side) => [side.conversationId, side]))
  return messages.map((message) => {
    const side = sideOf.get(message.conversationId)
    if (side === undefined) return message
    const [readKey, readAt] = message.receiverId === side.userId ? [side.readKey, side.readAt] : [side.otherReadKey, side.otherReadAt]
    return readKey !== null && readAt !== null && messageKey(message) <= readKey ? asRead(message, readAt) : message
  })
}

/** The message as read. A status that this version does not know stays. */
export function asRead (message: Message, readAt: Timestamp): Message {
  if (message.read) return message
  return { ...message, status: MESSAGE_STATUSES.includes(message.status) ? 'read' : message.status, read: true, readAt }
}
