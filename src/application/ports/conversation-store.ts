import type { Conversation, Told } from '#domain/messages/conversation.js'
import type { Timestamp } from '#domain/time.js'
import type { Page, PageRequest } from './page.js'

/** A read marker: the message up to which its receiver has read. */
export interface ReadMarker {
  readonly messageId: string
  readonly messageKey: string
  readonly senderId: string
  readonly receiverId: string
  readonly readAt: Timestamp
}

/**
 * Conversations, one row for each participant side. `MessageStore.insert` writes them too.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface ConversationStore {
  /** The user's sides of the conversations with these people, in any order. Conversations that do not exist are left out. */
  find: (userId: string, otherUserIds: readonly string[]) => Promise<readonly Conversation[]>

  /** The user's conversations that hold a message, newest message first. */
  list: (userId: string, page: PageRequest) => Promise<Page<Conversation>>

  /** The user's conversations with the people they block, with messages or without, by descending conversation id. */
  listBlocked: (userId: string, page: PageRequest) => Promise<Page<Conversation>>

  /** Unread messages of all conversations with people whom the user does not block. Beyond some thousands of unread conversations the number is a lower bound. */
  unreadTotal: (userId: string) => Promise<number>

  /**
   * Marks the message and everything earlier from its sender as read, on both sides of the conversation. Markers only move forward:
   * a later one stays. Returns since when the message is read. A marker that moves has an event.
   */
  markRead: (marker: ReadMarker) => Promise<Timestamp>

  /**
   * Notes that the user is told of unread messages, as `change` says of their side of the conversation. It is pure, because the store may
   * run it again. Null, and nothing is written, where it says null or there is no such conversation.
   */
  tell: (userId: string, otherUserId: string, change: (side: Conversation) => Told | null) => Promise<Conversation | null>

  /** Blocks or admits messages from the other person. Repeating it changes nothing. */
  setBlocked: (userId: string, otherUserId: string, blocked: boolean) => Promise<Conversation>
}
