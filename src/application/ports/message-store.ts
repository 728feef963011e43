import type { Message, MessageRun } from '#domain/messages/message.js'
import type { Insertion } from './insertion.js'
import type { Page, PageRequest } from './page.js'

/** Most messages of one step. A transaction of DynamoDB writes at most 100 rows: two for each message and two for both sides. */
export const TOGETHER_MAX = 10

/** What a message must keep to that its sender sends now. The drain carries out what was acknowledged without them. */
export interface SendingRules {
  /** Conversations that a sender begins within a day of UTC at most; 0: any number. */
  readonly firstMessagesPerDay: number
}

/** @throws store_unavailable, store_busy from every method; see `Stores` */
export interface MessageStore {
  /**
   * Stores the message, its event and both sides of its conversation in one step. If the newest message of the conversation is
   * later, `createdAt` moves behind it. A taken id is answered with its message, even if the receiver has blocked the sender
   * since. The first message of a conversation counts for its sender in the same step.
   *
   * @throws blocked when the receiver accepts no messages from the sender. With `rules` also receiver_blocked when the sender accepts
   *   none from the receiver, and too_many_first_messages
   */
  insert: (message: Message, rules?: SendingRules) => Promise<Insertion<Message>>

  /**
   * The same for messages of one conversation that follow each other, in one step: `TOGETHER_MAX` at most, and no id twice. The
   * drain of the journal calls it: one transaction of ten messages costs the store far less than ten transactions.
   * @throws blocked when a receiver takes no messages from the sender of one whose id is free; then none is stored
   */
  insertTogether: (run: MessageRun) => Promise<ReadonlyArray<Insertion<Message>>>

  /** The message with its own read mark only. A later message may be read and imply that this one is: see `withReadMarks`. */
  find: (messageId: string) => Promise<Message | null>

  /** Both directions of a conversation, newest first, each message with its own read mark only. */
  listConversation: (conversationId: string, page: PageRequest) => Promise<Page<Message>>

  /**
   * Everything a user has sent and received, newest first, each message with its own read mark only. A page costs the same at
   * any depth.
   */
  listOfUser: (userId: string, page: PageRequest) => Promise<Page<Message>>
}
