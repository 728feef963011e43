import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { DomainError } from '#domain/errors.js'
import type { MessageUseCases } from '#application/messages/use-cases.js'
import { userOf } from '../guards/auth.js'
import { parseIdempotencyKey, REPLAYED } from '../guards/input.js'
import { describe } from '../openapi/openapi.js'
import { asStored, PageOnlyQuery, pageOf } from '../shared/lists.js'
import { IdempotencyHeader, ref } from '../shared/schemas.js'
import { BlockedList, Conversation, ConversationList, ConversationParams, ListMessagesQuery, Message, MessageList, MessageParams, SendMessageBody } from './schemas.js'

export const messageRoutes: FastifyPluginAsyncTypebox<MessageUseCases> = async (app, { sendMessage, listMessages, markMessageRead }) => {
  app.post('/api/messages', {
    config: { policy: 'user', refuses: ['blocked', 'receiver_blocked', 'receiver_unreachable', 'too_many_first_messages', 'self_message', 'message_length', 'metadata_too_large', 'idempotency_key_reused'] },
    schema: {
      ...describe('sendMessage', 'Messages', 'Send a message'),
      headers: Type.Partial(IdempotencyHeader),
      body: ref(SendMessageBody),
      response: { 200: ref(Message), 201: ref(Message) },
    },
  }, async (request, reply) => {
    const { receiverId, message, type = 'text', metadata = {}, clientMessageId } = request.body
    const header = request.headers['idempotency-key']
    const headerKey = header === undefined ? null : parseIdempotencyKey(header)
    if (clientMessageId !== undefined && headerKey !== null && headerKey !== clientMessageId) {
      throw new DomainError('idempotency_key_invalid', 'clientMessageId and Idempotency-Key are different keys; send one of them')
    }
    const key = clientMessageId ?? headerKey
    const sent = await sendMessage({ senderId: userOf(request), receiverId, message, type, metadata, key, refusal: request.rounded })
    return await reply.code(sent.replayed ? 200 : 201).headers(sent.replayed ? REPLAYED : {}).send(sent.message)
  })

  app.get('/api/messages', {
    config: { policy: 'user' },
    schema: {
      ...describe('listMessages', 'Messages', 'List the messages of a conversation, or all of yours, newest first'),
      querystring: ListMessagesQuery,
      response: { 200: ref(MessageList) },
    },
  }, async (request) => {
    const { otherUserId = null, ...query } = request.query
    const userId = userOf(request)
    return await pageOf(`messages ${otherUserId ?? ''}`, query, async (page) => await listMessages({ userId, otherUserId, ...page }), asStored)
  })

  app.put('/api/messages/:messageId/read', {
    config: { policy: 'user', refuses: ['forbidden', 'not_found'] },
    schema: {
      ...describe('markMessageRead', 'Messages', 'Mark a message and all earlier ones from its sender as read'),
      params: MessageParams,
      response: { 200: ref(Message) },
    },
  }, async (request) => await markMessageRead({ userId: userOf(request), messageId: request.params.messageId }))
}

export const conversationRoutes: FastifyPluginAsyncTypebox<MessageUseCases> = async (app, { listConversations, listBlocked, markConversationRead, blockUser }) => {
  app.get('/api/conversations', {
    config: { policy: 'user' },
    schema: {
      ...describe('listConversations', 'Messages', 'List your conversations, the one with the newest message first'),
      querystring: PageOnlyQuery,
      response: { 200: ref(ConversationList) },
    },
  }, async (request) => {
    const userId = userOf(request)
    return await pageOf('conversations', request.query, async (page) => await listConversations({ userId, ...page }), asStored)
  })

  app.get('/api/conversations/blocked', {
    config: { policy: 'user' },
    schema: {
      ...describe('listBlocked', 'Messages', 'List the conversations with people whom you block, by their ids'),
      querystring: PageOnlyQuery,
      response: { 200: ref(BlockedList) },
    },
  }, async (request) => {
    const userId = userOf(request)
    return await pageOf('blocked', request.query, async (page) => await listBlocked({ userId, ...page }), asStored)
  })

  app.put('/api/conversations/:otherUserId/read', {
    config: { policy: 'user' },
    schema: {
      ...describe('markConversationRead', 'Messages', 'Mark all messages from the other user as read'),
      params: ConversationParams,
      response: { 200: ref(Conversation) },
    },
  }, async (request) => await markConversationRead({ userId: userOf(request), otherUserId: request.params.otherUserId }))

  for (const [method, operationId, blocked, summary] of [
    ['PUT', 'blockUser', true, 'Refuse messages from the other user'],
    ['DELETE', 'unblockUser', false, 'Accept messages from the other user again'],
  ] as const) {
    app.route({
      method,
      url: '/api/conversations/:otherUserId/block',
      config: { policy: 'user', refuses: ['self_message'] },
      schema: {
        ...describe(operationId, 'Messages', summary),
        params: ConversationParams,
        response: { 200: ref(Conversation) },
      },
      handler: async (request) => await blockUser({ userId: userOf(request), otherUserId: request.params.otherUserId, blocked }),
    })
  }
}
