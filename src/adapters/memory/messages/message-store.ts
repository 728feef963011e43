import { DomainError } from '#domain/errors.js'
import { countedUnread, lastMessageOf, newConversation, type Conversation } from '#domain/messages/conversation.js'
import { conversationIdOf, messageKey, messageSent, placedAfter, type Message, type MessageRun } from '#domain/messages/message.js'
import { firstMessagesOf, tooManyFirstMessages } from '#domain/messages/first-message.js'
import type { Insertion } from '#application/ports/insertion.js'
import type { MessageStore, SendingRules } from '#application/ports/message-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { RowIndex } from '../engine/indexes.js'
import { Table } from '../engine/table.js'
import type { MemoryOutboxStore } from '../outbox/outbox-store.js'

/** Each method is one synchronous step: no other change can come between reading and writing. */
export class MemoryMessageStore implements MessageStore {
  readonly #messages: Table<Message>
  readonly #byConversation = new RowIndex<Message>()
  readonly #byUser = new RowIndex<Message>()
  readonly #sides: Sides
  readonly #outbox: MemoryOutboxStore
  /** By sender: the counter of the last day on which they began a conversation. */
  readonly #firstMessages = new Map<string, { readonly key: string, readonly count: number }>()

  constructor (messages: Table<Message>, sides: Sides, outbox: MemoryOutboxStore) {
    this.#messages = messages
    this.#sides = sides
    this.#outbox = outbox
  }

  async insert (draft: Message, rules?: SendingRules): Promise<Insertion<Message>> {
    this.#checkAdmitted(draft, rules)
    return this.#insert(draft)
  }

  async insertTogether (run: MessageRun): Promise<ReadonlyArray<Insertion<Message>>> {
    for (const draft of run) this.#checkAdmitted(draft)
    return run.map((draft) => this.#insert(draft))
  }

  /** A taken id wins over the block and the rules. */
  #checkAdmitted (draft: Message, rules?: SendingRules): void {
    const { messageId, senderId, receiverId } = draft
    if (this.#messages.get(messageId) !== undefined) return
    const { blocked, lastKey } = this.#sides.get(senderId, receiverId)
    if (rules !== undefined && blocked) throw new DomainError('receiver_blocked', 'you block the receiver')
    if (this.#sides.get(receiverId, senderId).blocked) throw new DomainError('blocked', 'the receiver takes no messages from you')
    if (rules !== undefined && rules.firstMessagesPerDay > 0 && lastKey === null) this.#countFirst(draft, rules.firstMessagesPerDay)
  }

  #countFirst (draft: Message, max: number): void {
    const { key } = firstMessagesOf(draft)
    const known = this.#firstMessages.get(draft.senderId)
    const count = known?.key === key ? known.count : 0
    if (count >= max) throw tooManyFirstMessages(draft)
    this.#firstMessages.set(draft.senderId, { key, count: count + 1 })
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

/** Both sides of every conversation, with the order of each user's list and the sum of their unread messages. */
export class Sides {
  readonly #rows = new Table<Conversation>()
  readonly #byLastKey = new RowIndex<Conversation>()
  /** The sides with a block, by conversation. */
  readonly #blocked = new RowIndex<Conversation>()
  readonly #unreadTotals = new Map<string, number>()

  find (userId: string, otherUserId: string): Conversation | undefined {
    return this.#rows.get(rowId(userId, conversationIdOf(userId, otherUserId)))
  }

  get (userId: string, otherUserId: string): Conversation {
    return this.find(userId, otherUserId) ?? newConversation(userId, otherUserId)
  }

  list (userId: string, page: PageRequest): Page<Conversation> {
    return this.#byLastKey.page(userId, page)
  }

  listBlocked (userId: string, page: PageRequest): Page<Conversation> {
    return this.#blocked.page(userId, page)
  }

  unreadTotal (userId: string): number {
    return this.#unreadTotals.get(userId) ?? 0
  }

  /** Replaces a side. */
  put (side: Conversation): Conversation {
    const { userId, conversationId } = side
    const id = rowId(userId, conversationId)
    const before = this.#rows.get(id)
    const row = this.#rows.put(id, side)
    if (before?.lastKey !== side.lastKey) {
      if (before !== undefined && before.lastKey !== null) this.#byLastKey.remove(userId, before.lastKey)
      if (side.lastKey !== null) this.#byLastKey.add(userId, side.lastKey, row)
    }
    if (side.blocked) this.#blocked.add(userId, conversationId, row)
    else this.#blocked.remove(userId, conversationId)
    this.#unreadTotals.set(userId, this.unreadTotal(userId) + countedUnread(side) - (before === undefined ? 0 : countedUnread(before)))
    return row.stored
  }

  /** Takes a new message into the present sides of its sender and its receiver. */
  receive (message: Message, sender: Conversation, receiver: Conversation): void {
    const lastKey = messageKey(message)
    const lastMessage = lastMessageOf(message)
    this.put({ ...sender, lastMessage, lastKey })
    this.put({ ...receiver, lastMessage, lastKey, lastReceivedKey: lastKey, unread: receiver.unread + 1 })
  }
}

function rowId (userId: string, conversationId: string): string {
  return `${userId}\n${conversationId}`
}
