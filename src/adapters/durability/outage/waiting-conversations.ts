import type { Conversation } from '#domain/messages/conversation.js'
import { lastMessageOf, newConversation } from '#domain/messages/conversation.js'
import { conversationIdOf, messageKey, type Message } from '#domain/messages/message.js'
import type { ReadMarker } from '#application/ports/conversation-store.js'
import type { Block } from '../writes/write-kind.js'

/** Names by their owners. */
export class ByOwner {
  readonly #names = new Map<string, Set<string>>()

  add (owner: string, name: string): void {
    const names = this.#names.get(owner)
    if (names === undefined) this.#names.set(owner, new Set([name]))
    else names.add(name)
  }

  remove (owner: string, name: string): void {
    const names = this.#names.get(owner)
    names?.delete(name)
    if (names?.size === 0) this.#names.delete(owner)
  }

  of (owner: string): readonly string[] {
    return [...this.#names.get(owner) ?? []]
  }
}

interface Waiting {
  /** By their ids, oldest first. */
  readonly messages: Map<string, Message>
  /** By their reader. */
  readonly markers: Map<string, ReadMarker>
  /** By the user who blocks or admits the other. */
  readonly blocks: Map<string, boolean>
}

/** Messages, read markers and blocks that wait in the journal, by conversation. */
export class WaitingConversations {
  /** By conversation id. */
  readonly #waiting = new Map<string, Waiting>()
  readonly #messages = new Map<string, Message>()
  readonly #othersOf = new ByOwner()

  addMessage (message: Message): void {
    this.#messages.set(message.messageId, message)
    this.#open(message.senderId, message.receiverId).messages.set(message.messageId, message)
  }

  removeMessage ({ messageId, senderId, receiverId }: Message): void {
    this.#messages.delete(messageId)
    this.#drop(senderId, receiverId, ({ messages }) => { messages.delete(messageId) })
  }

  addMarker (marker: ReadMarker): void {
    this.#open(marker.senderId, marker.receiverId).markers.set(marker.receiverId, marker)
  }

  /** Keeps a later marker that has replaced this one. */
  removeMarker ({ messageId, senderId, receiverId }: ReadMarker): void {
    this.#drop(senderId, receiverId, ({ markers }) => { if (markers.get(receiverId)?.messageId === messageId) markers.delete(receiverId) })
  }

  addBlock ({ userId, otherUserId, blocked }: Block): void {
    this.#open(userId, otherUserId).blocks.set(userId, blocked)
  }

  removeBlock ({ userId, otherUserId }: Block): void {
    this.#drop(userId, otherUserId, ({ blocks }) => { blocks.delete(userId) })
  }

  message (messageId: string): Message | undefined {
    return this.#messages.get(messageId)
  }

  /** Messages below the key, newest first. */
  ofConversation (conversationId: string, before: string | null): Message[] {
    const messages = [...this.#waiting.get(conversationId)?.messages.values() ?? []].reverse()
    return before === null ? messages : messages.filter((message) => messageKey(message) < before)
  }

  /** Messages of all the user's conversations below the key, in no order. */
  ofUser (userId: string, before: string | null): Message[] {
    return this.#othersOf.of(userId).flatMap((otherUserId) => this.ofConversation(conversationIdOf(userId, otherUserId), before))
  }

  /** The other people of the user's conversations that have writes here. */
  othersOf (userId: string): readonly string[] {
    return this.#othersOf.of(userId)
  }

  has (userId: string, otherUserId: string): boolean {
    return this.#waiting.has(conversationIdOf(userId, otherUserId))
  }

  /** The store's version of one participant side, with the writes here on top. */
  withWaiting (side: Conversation): Conversation {
    const waiting = this.#waiting.get(side.conversationId)
    if (waiting === undefined) return side
    const { userId, otherUserId } = side
    const marked = withMarkers(side, waiting.markers.get(userId), waiting.markers.get(otherUserId))
    return [...waiting.messages.values()].reduce(withMessage, { ...marked, blocked: waiting.blocks.get(userId) ?? side.blocked })
  }

  /** The same of a side that the store does not have, or whose state there is unknown. */
  waitingAlone (userId: string, otherUserId: string): Conversation {
    return this.withWaiting(newConversation(userId, otherUserId))
  }

  #open (oneUserId: string, otherUserId: string): Waiting {
    const conversationId = conversationIdOf(oneUserId, otherUserId)
    const waiting = this.#waiting.get(conversationId) ?? { messages: new Map(), markers: new Map(), blocks: new Map() }
    this.#waiting.set(conversationId, waiting)
    this.#othersOf.add(oneUserId, otherUserId)
    this.#othersOf.add(otherUserId, oneUserId)
    return waiting
  }

  #drop (oneUserId: string, otherUserId: string, drop: (waiting: Waiting) => void): void {
    const conversationId = conversationIdOf(oneUserId, otherUserId)
    const waiting = this.#waiting.get(conversationId)
    if (waiting === undefined) return
    drop(waiting)
    if (waiting.messages.size + waiting.markers.size + waiting.blocks.size > 0) return
    this.#waiting.delete(conversationId)
    this.#othersOf.remove(oneUserId, otherUserId)
    this.#othersOf.remove(otherUserId, oneUserId)
  }
}

function withMessage (side: Conversation, message: Message): Conversation {
  const key = messageKey(message)
  // The store can have a message already while it is being carried out.
  if (side.lastKey !== null && key <= side.lastKey) return side
  const last = { ...side, lastMessage: lastMessageOf(message), lastKey: key }
  if (message.senderId === side.userId) return last
  const isRead = side.readKey !== null && key <= side.readKey
  return { ...last, lastReceivedKey: key, unread: side.unread + (isRead ? 0 : 1) }
}

/** A reader of the newest received message has read all. With an older marker the number of unread messages is unknown, and stays. */
function withMarkers (side: Conversation, own: ReadMarker | undefined, others: ReadMarker | undefined): Conversation {
  const isOwnNewer = own !== undefined && (side.readKey === null || own.messageKey > side.readKey)
  const isOthersNewer = others !== undefined && (side.otherReadKey === null || others.messageKey > side.otherReadKey)
  return {
    ...side,
    ...(isOwnNewer && { readKey: own.messageKey, readAt: own.readAt, unread: side.lastReceivedKey !== null && side.lastReceivedKey > own.messageKey ? side.unread : 0 }),
    ...(isOthersNewer && { otherReadKey: others.messageKey, otherReadAt: others.readAt }),
  }
}
