import { Type } from '@sinclair/typebox'
import { EntityId, Metadata, NextCursor, nullable, oneOf, pageQuery, ref, Stale, Timestamp, UserId } from '../shared/schemas.js'

const exampleMessage = {
  messageId: 'msg_0193589e-9d6c-7c1e-8a43-0c8f5a3d2b10',
  conversationId: 'ayse#mehmet',
  senderId: 'ayse',
  receiverId: 'mehmet',
  message: 'Is the blue one still there?',
  type: 'text',
  metadata: { streamId: 'live-7' },
  status: 'sent',
  read: false,
  readAt: null,
  createdAt: '2026-11-23T13:00:00.000Z',
}

const exampleConversation = {
  conversationId: 'ayse#mehmet',
  otherUserId: 'ayse',
  lastMessage: {
    messageId: exampleMessage.messageId,
    senderId: 'ayse',
    type: 'text',
    preview: exampleMessage.message,
    createdAt: exampleMessage.createdAt,
  },
  unread: 1,
  readAt: null,
  blocked: false,
}

export const Message = Type.Object({
  messageId: Type.String(),
  conversationId: Type.String({ description: 'Both user ids in order, joined by #' }),
  senderId: Type.String(),
  receiverId: Type.String(),
  message: Type.String(),
  type: Type.String(),
  metadata: Metadata,
  status: oneOf(['sent', 'delivered', 'read']),
  read: Type.Boolean(),
  readAt: nullable(Timestamp),
  createdAt: Timestamp,
}, { $id: 'Message', examples: [exampleMessage] })

export const Conversation = Type.Object({
  conversationId: Type.String(),
  otherUserId: Type.String(),
  lastMessage: nullable(Type.Object({
    messageId: Type.String(),
    senderId: Type.String(),
    type: Type.String(),
    preview: Type.String({ description: 'The first 140 characters' }),
    createdAt: Timestamp,
  })),
  unread: Type.Integer({ minimum: 0 }),
  readAt: nullable(Timestamp),
  blocked: Type.Boolean({ description: 'Whether you take no messages from the other' }),
}, { $id: 'Conversation', examples: [exampleConversation] })

export const SendMessageBody = Type.Object({
  receiverId: UserId,
  message: Type.String({ minLength: 1, maxLength: 4000 }),
  type: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9_-]{0,31}$', description: '`text` without it' })),
  metadata: Type.Optional(Metadata),
  clientMessageId: Type.Optional(Type.String({
    minLength: 1,
    maxLength: 255,
    description: 'Your id of the message: sending it again under the same id is the same message',
  })),
}, {
  $id: 'SendMessage',
  additionalProperties: false,
  examples: [{ receiverId: 'mehmet', message: exampleMessage.message, clientMessageId: 'm-1', metadata: exampleMessage.metadata }],
})

export const MessageList = Type.Object({
  items: Type.Array(ref(Message)),
  nextCursor: NextCursor,
  stale: Stale,
}, { $id: 'MessageList', examples: [{ items: [exampleMessage], nextCursor: null }] })

export const ConversationList = Type.Object({
  items: Type.Array(ref(Conversation)),
  nextCursor: NextCursor,
  unreadTotal: Type.Integer({ minimum: 0, description: 'Unread messages over all conversations' }),
  stale: Stale,
}, { $id: 'ConversationList', examples: [{ items: [exampleConversation], nextCursor: null, unreadTotal: 1 }] })

export const ListMessagesQuery = pageQuery({ otherUserId: Type.Optional(UserId) })
export const ListConversationsQuery = pageQuery({})
export const MessageParams = Type.Object({ messageId: EntityId })
export const ConversationParams = Type.Object({ otherUserId: UserId })

/** Those that have a name of their own in the OpenAPI document. */
export const messageSchemas = [Message, Conversation, SendMessageBody, MessageList, ConversationList]
