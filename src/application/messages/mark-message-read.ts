import { asRead } from '#domain/messages/conversation.js'
import { DomainError } from '#domain/errors.js'
import { messageKey, type Message } from '#domain/messages/message.js'
import type { Clock } from '../ports/clock.js'
import type { ConversationStore } from '../ports/conversation-store.js'
import type { MessageStore } from '../ports/message-store.js'

export interface MarkMessageReadCommand {
  readonly userId: string
  readonly messageId: string
}

export interface MarkMessageReadPorts {
  readonly messages: MessageStore
  readonly conversations: ConversationStore
  readonly clock: Clock
}

/** Marks a message, and everything earlier from its sender, as read. @throws not_found, forbidden (the sender) */
export function makeMarkMessageRead ({ messages, conversations, clock }: MarkMessageReadPorts) {
  return async function markMessageRead ({ userId, messageId }: MarkMessageReadCommand): Promise<Message> {
    const message = await messages.find(messageId)
    if (message === null || (message.receiverId !== userId && message.senderId !== userId)) {
      throw new DomainError('not_found', 'there is no such message')
    }
    if (message.receiverId !== userId) throw new DomainError('forbidden', 'only its receiver marks a message as read')
    if (message.read) return message
    const { senderId, receiverId } = message
    const readAt = await conversations.markRead({ messageId, messageKey: messageKey(message), senderId, receiverId, readAt: clock() })
    return asRead(message, readAt)
  }
}
