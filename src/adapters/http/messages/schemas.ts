import { Type } from '@sinclair/typebox'
import { NextCursor, pageQuery, Stale, staleListOf } from '../shared/lists.js'
import { EntityId, known, Metadata, nullable, ref, strict, Timestamp, UserId } from '../shared/schemas.js'

const exampleMessage = {
  messageId: 'msg_0193589e-9d6c-7c1e-8a43-0c8f5a3d2b10',
  conversationId: 'ayse#mehmet',
  senderId: 'ayse',
  receiverId: 'mehmet',
  message: 'Is the blue one still available?',
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
  conversationId: Type.String({ description: 'Both user ids in alphabetical order, joined by #' }),
  senderId: Type.String(),
  receiverId: Type.String(),
  message: Type.String(),
  type: Type.String(),
  metadata: Metadata,
  status: known(['sent', 'read'], 'treat one you do not know as `sent`'),
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
  }, { title: 'LastMessage' })),
  unread: Type.Integer({ minimum: 0 }),
  readAt: nullable(Timestamp),
  blocked: Type.Boolean({ description: 'Whether you refuse messages from the other user' }),
}, { $id: 'Conversation', examples: [exampleConversation] })

export const SendMessageBody = Type.Object({
  receiverId: UserId,
  message: Type.String({ minLength: 1, maxLength: 4000 }),
  type: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9_-]{0,31}$', description: 'A small letter, then at most 31 small letters, digits, _ and -. Default: `text`' })),
  metadata: Type.Optional(Metadata),
  clientMessageId: Type.Optional(Type.String({
    minLength: 1,
    maxLength: 255,
    description: 'Your id of the message. Sending it again with the same id sends nothing and returns the first message',
  })),
}, {
  $id: 'SendMessageBody',
  ...strict,
  examples: [{ receiverId: 'mehmet', message: exampleMessage.message, clientMessageId: 'm-1', metadata: exampleMessage.metadata }],
})

export const MessageList = staleListOf('MessageList', Message)

export const ConversationList = Type.Object({
  items: Type.Array(ref(Conversation)),
  nextCursor: NextCursor,
  unreadTotal: Type.Integer({ minimum: 0, description: 'Unread messages of all conversations with people whom you do not block' }),
  stale: Stale,
}, { $id: 'ConversationList', examples: [{ items: [exampleConversation], nextCursor: null, unreadTotal: 1 }] })

export const BlockedList = Type.Object({ items: Type.Array(ref(Conversation)), nextCursor: NextCursor },
  { $id: 'BlockedList', examples: [{ items: [{ ...exampleConversation, blocked: true }], nextCursor: null }] })

export const ListMessagesQuery = pageQuery({ otherUserId: Type.Optional(UserId) })
export const MessageParams = Type.Object({ messageId: EntityId })
export const ConversationParams = Type.Object({ otherUserId: UserId })
