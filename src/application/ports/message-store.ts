import type { Message, MessageRun } from '#domain/messages/message.js'
import type { Insertion } from './insertion.js'
import type { Page, PageRequest } from './page.js'

/** Most messages of one step. A transaction of DynamoDB writes at most 100 rows: two for each message and two for both sides. */
export const TOGETHER_MAX = 10

/**
 * Messages. What comes back is safe from later changes by either side.
 * Every method may throw `store_unavailable`: nothing is known to be written then, and the same call may be made again.
 */
export interface MessageStore {
  /**
   * Stores the message, its event and both sides of its conversation in one step, or nothing of it.
   * The message comes back with `createdAt` moved behind the newest of the conversation where it was not.
   * A taken id is answered with the stored message even where the sender is blocked by now.
   * @throws blocked when the receiver takes no messages from the sender
   */
  insert: (message: Message) => Promise<Insertion<Message>>

  /**
   * The same for messages of one conversation that follow each other, in one step: `TOGETHER_MAX` at most, and no id twice. The drain
   * of the journal calls it: one transaction of ten messages costs the store far less than ten transactions.
   * @throws blocked when a receiver takes no messages from the sender of one whose id is free; then none is stored
   */
  insertTogether: (run: MessageRun) => Promise<ReadonlyArray<Insertion<Message>>>

  /** The message with its own read mark alone: a later message that was read speaks for it in lists. */
  find: (messageId: string) => Promise<Message | null>

  /** Both directions of a conversation, each message with its own read mark alone. */
  listConversation: (conversationId: string, page: PageRequest) => Promise<Page<Message>>

  /** All that a user has sent and received, each message with its own read mark alone. Costs the same at every depth. */
  listOfUser: (userId: string, page: PageRequest) => Promise<Page<Message>>
}
