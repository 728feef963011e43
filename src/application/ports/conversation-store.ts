import type { Conversation } from '#domain/messages/conversation.js'
import type { Timestamp } from '#domain/time.js'
import type { Page, PageRequest } from './page.js'

/** The message up to which its receiver has read. */
export interface ReadMarker {
  readonly messageId: string
  readonly messageKey: string
  readonly senderId: string
  readonly receiverId: string
  readonly readAt: Timestamp
}

/**
 * Conversations, each side a row of its own, written by `MessageStore.insert` and by the methods here.
 * Every method may throw `store_unavailable`: nothing is known to be written then, and the same call may be made again.
 */
export interface ConversationStore {
  /** A user's side of the conversations with these people, in any order; those that do not exist are left out. */
  find: (userId: string, otherUserIds: readonly string[]) => Promise<readonly Conversation[]>

  /** A user's conversations that hold a message, the one with the newest first. */
  list: (userId: string, page: PageRequest) => Promise<Page<Conversation>>

  /** Unread messages over all conversations; beyond some thousands of unread conversations, at least that many. */
  unreadTotal: (userId: string) => Promise<number>

  /**
   * Marks the message and everything earlier from its sender as read, on both sides of the conversation.
   * Markers only move forward: one that stands further on is left as it is.
   * Returns since when the message is read.
   */
  markRead: (marker: ReadMarker) => Promise<Timestamp>

  /** Blocks or admits the other's messages; repeating it changes nothing. */
  setBlocked: (userId: string, otherUserId: string, blocked: boolean) => Promise<Conversation>
}
