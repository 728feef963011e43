import type { Conversation } from '#domain/messages/conversation.js'
import { lastMessageOf, newConversation } from '#domain/messages/conversation.js'
import { conversationIdOf, messageKey, type Message } from '#domain/messages/message.js'
import type { ReadMarker } from '#application/ports/conversation-store.js'
import { Owners } from './owners.js'

interface Pending {
  /** By their ids, oldest first. */
  readonly messages: Map<string, Message>
  /** By the reader. */
  readonly markers: Map<string, ReadMarker>
  /** By who blocks or admits the other. */
  readonly blocks: Map<string, boolean>
}

/** Of conversations, what is in the journal: small, because it is only what an outage has brought. */
export class PendingConversations {
  readonly #pending = new Map<string, Pending>()
  readonly #messages = new Map<string, Message>()
  readonly #othersOf = new Owners()

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

  /** Unless a later one has come in its place. */
  removeMarker ({ messageId, senderId, receiverId }: ReadMarker): void {
    this.#drop(senderId, receiverId, ({ markers }) => { if (markers.get(receiverId)?.messageId === messageId) markers.delete(receiverId) })
  }

  addBlock (userId: string, otherUserId: string, blocked: boolean): void {
    this.#open(userId, otherUserId).blocks.set(userId, blocked)
  }

  removeBlock (userId: string, otherUserId: string): void {
    this.#drop(userId, otherUserId, ({ blocks }) => { blocks.delete(userId) })
  }

  message (messageId: string): Message | undefined {
    return this.#messages.get(messageId)
  }

  /** Below the key, newest first. */
  ofConversation (conversationId: string, before: string | null): Message[] {
    const messages = [...this.#pending.get(conversationId)?.messages.values() ?? []].reverse()
    return before === null ? messages : messages.filter((message) => messageKey(message) < before)
  }

  /** Of all the user's conversations, below the key, in no order. */
  ofUser (userId: string, before: string | null): Message[] {
    return this.#othersOf.of(userId).flatMap((otherUserId) => this.ofConversation(conversationIdOf(userId, otherUserId), before))
  }

  /** With whom the user's conversations are that have something here. */
  othersOf (userId: string): readonly string[] {
    return this.#othersOf.of(userId)
  }

  has (userId: string, otherUserId: string): boolean {
    return this.#pending.has(conversationIdOf(userId, otherUserId))
  }

  /** A user's side of a conversation, as the store knows it, with what is here on top. */
  onTopOf (side: Conversation): Conversation {
    const pending = this.#pending.get(side.conversationId)
    if (pending === undefined) return side
    const { userId, otherUserId } = side
    const marked = withMarkers(side, pending.markers.get(userId), pending.markers.get(otherUserId))
    return [...pending.messages.values()].reduce(withMessage, { ...marked, blocked: pending.blocks.get(userId) ?? side.blocked })
  }

  /** The same where the store knows of no such side, or can't be asked. */
  alone (userId: string, otherUserId: string): Conversation {
    return this.onTopOf(newConversation(userId, otherUserId))
  }

  #open (oneUserId: string, otherUserId: string): Pending {
    const conversationId = conversationIdOf(oneUserId, otherUserId)
    const pending = this.#pending.get(conversationId) ?? { messages: new Map(), markers: new Map(), blocks: new Map() }
    this.#pending.set(conversationId, pending)
    this.#othersOf.add(oneUserId, otherUserId)
    this.#othersOf.add(otherUserId, oneUserId)
    return pending
  }

  #drop (oneUserId: string, otherUserId: string, drop: (pending: Pending) => void): void {
    const conversationId = conversationIdOf(oneUserId, otherUserId)
    const pending = this.#pending.get(conversationId)
    if (pending === undefined) return
    drop(pending)
    if (pending.messages.size + pending.markers.size + pending.blocks.size > 0) return
    this.#pending.delete(conversationId)
    this.#othersOf.remove(oneUserId, otherUserId)
    this.#othersOf.remove(otherUserId, oneUserId)
  }
}

function withMessage (side: Conversation, message: Message): Conversation {
  const key = messageKey(message)
  // While it is carried out, the store may have it already.
  if (side.lastKey !== null && key <= side.lastKey) return side
  const last = { ...side, lastMessage: lastMessageOf(message), lastKey: key }
  if (message.senderId === side.userId) return last
  const isRead = side.readKey !== null && key <= side.readKey
  return { ...last, lastReceivedKey: key, unread: side.unread + (isRead ? 0 : 1) }
}

/** Whoever has read the newest that he received has read all; else some of what was unread before stays so, and is not known here. */
function withMarkers (side: Conversation, own: ReadMarker | undefined, others: ReadMarker | undefined): Conversation {
  const isOwnNewer = own !== undefined && (side.readKey === null || own.messageKey > side.readKey)
  const isOthersNewer = others !== undefined && (side.otherReadKey === null || others.messageKey > side.otherReadKey)
  return {
    ...side,
    ...(isOwnNewer && { readKey: own.messageKey, readAt: own.readAt, unread: side.lastReceivedKey !== null && side.lastReceivedKey > own.messageKey ? side.unread : 0 }),
    ...(isOthersNewer && { otherReadKey: others.messageKey, otherReadAt: others.readAt }),
  }
}
