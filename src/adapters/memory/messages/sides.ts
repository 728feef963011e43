import { lastMessageOf, newConversation, type Conversation } from '#domain/messages/conversation.js'
import { conversationIdOf, messageKey, type Message } from '#domain/messages/message.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { RowIndex } from '../engine/row-index.js'
import { Table } from '../engine/table.js'

/** Both sides of every conversation, with the order of each user's list and the sum of what he has not read. */
export class Sides {
  readonly #rows = new Table<Conversation>()
  readonly #byLastKey = new RowIndex<Conversation>()
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

  unreadTotal (userId: string): number {
    return this.#unreadTotals.get(userId) ?? 0
  }

  /** Stores a side in place of what it was. */
  put (side: Conversation): Conversation {
    const { userId, conversationId } = side
    const id = rowId(userId, conversationId)
    const before = this.#rows.get(id)
    const row = this.#rows.put(id, side)
    if (before?.lastKey !== side.lastKey) {
      if (before !== undefined && before.lastKey !== null) this.#byLastKey.remove(userId, before.lastKey)
      if (side.lastKey !== null) this.#byLastKey.add(userId, side.lastKey, row)
    }
    this.#unreadTotals.set(userId, this.unreadTotal(userId) + side.unread - (before?.unread ?? 0))
    return row.stored
  }

  /** Takes a new message into the sides of its sender and its receiver, as they stand. */
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
