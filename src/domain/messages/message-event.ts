import { messageKey, type Message } from './message.js'
import type { Timestamp } from '../time.js'

/** A message was sent. Carries who and which, never the text. */
export interface MessageEvent {
  readonly eventId: string
  readonly type: 'message.sent'
  readonly occurredAt: Timestamp
  readonly subjectId: string
  readonly data: {
    readonly conversationId: string
    readonly senderId: string
    readonly receiverId: string
    readonly type: string
  }
}

export function messageSent (message: Message): MessageEvent {
  return {
    eventId: messageKey(message),
    type: 'message.sent',
    occurredAt: message.createdAt,
    subjectId: message.messageId,
    data: {
      conversationId: message.conversationId,
      senderId: message.senderId,
      receiverId: message.receiverId,
      type: message.type,
    },
  }
}
