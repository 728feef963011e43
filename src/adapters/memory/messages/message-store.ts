import { DomainError } from '#domain/errors.js'
import { messageKey, messageSent, placedAfter, type Message, type MessageRun } from '#domain/messages/message.js'
import type { Insertion } from '#application/ports/insertion.js'
import type { MessageStore } from '#application/ports/message-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { Sides } from './sides.js'
import { RowIndex } from '../engine/row-index.js'
import type { MemoryOutboxStore } from '../outbox/outbox-store.js'
import { Table } from '../engine/table.js'

/** Each method is one synchronous step, so that nothing comes between its checks and its writes. */
export class MemoryMessageStore implements MessageStore {
  readonly #messages: Table<Message>
  readonly #byConversation = new RowIndex<Message>()
  readonly #byUser = new RowIndex<Message>()
  readonly #sides: Sides
  readonly #outbox: MemoryOutboxStore

  constructor (messages: Table<Message>, sides: Sides, outbox: MemoryOutboxStore) {
    this.#messages = messages
    this.#sides = sides
    this.#outbox = outbox
  }

  async insert (draft: Message): Promise<Insertion<Message>> {
    this.#checkAdmitted(draft)
    return this.#insert(draft)
  }

  async insertTogether (run: MessageRun): Promise<ReadonlyArray<Insertion<Message>>> {
    for (const draft of run) this.#checkAdmitted(draft)
    return run.map((draft) => this.#insert(draft))
  }

  /** A taken id wins over the block. */
  #checkAdmitted ({ messageId, senderId, receiverId }: Message): void {
    if (this.#messages.get(messageId) !== undefined || !this.#sides.get(receiverId, senderId).blocked) return
    throw new DomainError('blocked', 'the receiver takes no messages from you')
  }

  #insert (draft: Message): Insertion<Message> {
    const taken = this.#messages.get(draft.messageId)
    return taken === undefined ? { inserted: true, stored: this.#add(draft) } : { inserted: false, stored: taken }
  }

  #add (draft: Message): Message {
    const { senderId, receiverId } = draft
    const sender = this.#sides.get(senderId, receiverId)
    const receiver = this.#sides.get(receiverId, senderId)
    const row = this.#messages.put(draft.messageId, placedAfter(draft, sender.lastKey))
    const message = row.stored
    const key = messageKey(message)
    this.#byConversation.add(message.conversationId, key, row)
    this.#byUser.add(senderId, key, row)
    this.#byUser.add(receiverId, key, row)
    this.#sides.receive(message, sender, receiver)
    this.#outbox.add([messageSent(message)])
    return message
  }

  async find (messageId: string): Promise<Message | null> {
    return this.#messages.get(messageId) ?? null
  }

  async listConversation (conversationId: string, page: PageRequest): Promise<Page<Message>> {
    return this.#byConversation.page(conversationId, page)
  }

  async listOfUser (userId: string, page: PageRequest): Promise<Page<Message>> {
    return this.#byUser.page(userId, page)
  }

  /** For the conversation store: how many messages of a sender are newer than `key`. */
  countNewer (conversationId: string, senderId: string, key: string): number {
    let count = 0
    for (const [newer, { stored }] of this.#byConversation.descending(conversationId, null)) {
      if (newer <= key) break
      if (stored.senderId === senderId) count++
    }
    return count
  }
}
