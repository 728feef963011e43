import { DomainError } from '#domain/errors.js'
import { asRead, withConversations, withReadMarks, type ReadMarks } from '#domain/messages/conversation.js'
import { conversationIdOf, messageKey, type Message } from '#domain/messages/message.js'
import type { Clock } from '../ports/system.js'
import type { ConversationStore } from '../ports/conversation-store.js'
import type { MessageStore } from '../ports/message-store.js'
import type { Page, PageRequest } from '../ports/page.js'

export interface ListMessagesQuery extends PageRequest {
  readonly userId: string
  /** Null lists the messages of all conversations. */
  readonly otherUserId: string | null
  /** The marks of the page before; empty for the first page. */
  readonly marks: ReadMarks
}

export interface MessagePage extends Page<Message> {
  readonly marks: ReadMarks
}

/** Messages, newest first, each marked as read if the read marker of its receiver covers it. */
export function makeListMessages ({ messages, conversations }: { messages: MessageStore, conversations: ConversationStore }) {
  return async function listMessages ({ userId, otherUserId, marks, ...page }: ListMessagesQuery): Promise<MessagePage> {
    if (otherUserId !== null) {
      const { items, nextKey } = await messages.listConversation(conversationIdOf(userId, otherUserId), page)
      const read = withReadMarks(items, marks)
      return { items: read.messages, marks: read.marks, nextKey }
    }
    const { items, nextKey } = await messages.listOfUser(userId, page)
    const others = new Set(items.map(({ senderId, receiverId }) => senderId === userId ? receiverId : senderId))
    const sides = others.size === 0 ? [] : await conversations.find(userId, [...others])
    return { items: withConversations(items, sides), marks: {}, nextKey }
  }
}

export interface MarkMessageReadCommand {
  readonly userId: string
  readonly messageId: string
}

export interface MarkMessageReadPorts {
  readonly messages: MessageStore
  readonly conversations: ConversationStore
  readonly clock: Clock
}

/**
 * Marks a message and everything earlier from its sender as read.
 *
 * @throws not_found also for a message of others; forbidden for the sender
 */
export function makeMarkMessageRead ({ messages, conversations, clock }: MarkMessageReadPorts) {
  return async function markMessageRead ({ userId, messageId }: MarkMessageReadCommand): Promise<Message> {
    const message = await messages.find(messageId)
    if (message === null || (message.receiverId !== userId && message.senderId !== userId)) {
      throw new DomainError('not_found', 'there is no such message')
    }
    if (message.receiverId !== userId) throw new DomainError('forbidden', 'only the receiver can mark a message as read')
    if (message.read) return message
    const { senderId, receiverId } = message
    const readAt = await conversations.markRead({ messageId, messageKey: messageKey(message), senderId, receiverId, readAt: clock() })
    return asRead(message, readAt)
  }
}
