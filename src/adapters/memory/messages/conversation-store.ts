import { asRead, conversationRead, type Conversation, type Told } from '#domain/messages/conversation.js'
import type { Message } from '#domain/messages/message.js'
import type { Timestamp } from '#domain/time.js'
import type { ConversationStore, ReadMarker } from '#application/ports/conversation-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { Table } from '../engine/table.js'
import type { MemoryOutboxStore } from '../outbox/outbox-store.js'
import type { MemoryMessageStore, Sides } from './message-store.js'

/** Each method is one synchronous step: no other change can come between reading and writing. */
export class MemoryConversationStore implements ConversationStore {
  readonly #messages: Table<Message>
  readonly #messageStore: MemoryMessageStore
  readonly #sides: Sides
  readonly #outbox: MemoryOutboxStore

  constructor (messages: Table<Message>, messageStore: MemoryMessageStore, sides: Sides, outbox: MemoryOutboxStore) {
    this.#messages = messages
    this.#messageStore = messageStore
    this.#sides = sides
    this.#outbox = outbox
  }

  async find (userId: string, otherUserIds: readonly string[]): Promise<readonly Conversation[]> {
    return otherUserIds.map((otherUserId) => this.#sides.find(userId, otherUserId)).filter((side) => side !== undefined)
  }

  async list (userId: string, page: PageRequest): Promise<Page<Conversation>> {
    return this.#sides.list(userId, page)
  }

  async listBlocked (userId: string, page: PageRequest): Promise<Page<Conversation>> {
    return this.#sides.listBlocked(userId, page)
  }

  async unreadTotal (userId: string): Promise<number> {
    return this.#sides.unreadTotal(userId)
  }

  async markRead ({ messageId, messageKey, senderId, receiverId, readAt }: ReadMarker): Promise<Timestamp> {
    const reader = this.#sides.get(receiverId, senderId)
    if (reader.readKey !== null && reader.readAt !== null && reader.readKey >= messageKey) return reader.readAt
    const unread = this.#messageStore.countNewer(reader.conversationId, senderId, messageKey)
    this.#sides.put({ ...reader, unread, readKey: messageKey, readAt })
    this.#sides.put({ ...this.#sides.get(senderId, receiverId), otherReadKey: messageKey, otherReadAt: readAt })
    this.#messages.put(messageId, asRead(this.#messages.require(messageId), readAt))
    this.#outbox.add([conversationRead(receiverId, senderId, messageId, readAt)])
    return readAt
  }

  async tell (userId: string, otherUserId: string, change: (side: Conversation) => Told | null): Promise<Conversation | null> {
    const side = this.#sides.find(userId, otherUserId)
    const told = side === undefined ? null : change(side)
    return side === undefined || told === null ? null : this.#sides.put({ ...side, told })
  }

  async setBlocked (userId: string, otherUserId: string, blocked: boolean): Promise<Conversation> {
    return this.#sides.put({ ...this.#sides.get(userId, otherUserId), blocked })
  }
}
