import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { DomainError } from '#domain/errors.js'
import type { MessageUseCases } from '#application/messages/use-cases.js'
import { userOf } from '../guards/auth.js'
import { decodePage, encodeCursor } from '../shared/cursor.js'
import { parseIdempotencyKey, REPLAYED } from '../guards/idempotency-key.js'
import { ListMessagesQuery, Message, MessageList, MessageParams, SendMessageBody } from './schemas.js'
import { describe, problems } from '../openapi/route-docs.js'
import { IdempotencyHeader, ref } from '../shared/schemas.js'

export const messageRoutes: FastifyPluginAsyncTypebox<MessageUseCases> = async (app, { sendMessage, listMessages, markMessageRead }) => {
  app.post('/api/messages', {
    config: { policy: 'user' },
    schema: {
      ...describe('sendMessage', 'Messages', 'Send a message'),
      headers: Type.Partial(IdempotencyHeader),
      body: ref(SendMessageBody),
      response: { 200: ref(Message), 201: ref(Message), ...problems(400, 401, 403, 413, 415, 422) },
    },
  }, async (request, reply) => {
    const { receiverId, message, type = 'text', metadata = {}, clientMessageId } = request.body
    const header = request.headers['idempotency-key']
    const headerKey = header === undefined ? null : parseIdempotencyKey(header)
    if (clientMessageId !== undefined && headerKey !== null && headerKey !== clientMessageId) {
      throw new DomainError('idempotency_key_invalid', 'clientMessageId and Idempotency-Key name different keys')
    }
    const key = clientMessageId ?? headerKey
    const sent = await sendMessage({ senderId: userOf(request), receiverId, message, type, metadata, key })
    return await reply.code(sent.replayed ? 200 : 201).headers(sent.replayed ? REPLAYED : {}).send(sent.message)
  })

  app.get('/api/messages', {
    config: { policy: 'user' },
    schema: {
      ...describe('listMessages', 'Messages', 'The messages of a conversation, or all of yours, newest first'),
      querystring: ListMessagesQuery,
      response: { 200: ref(MessageList), ...problems(400, 401, 422) },
    },
  }, async (request) => {
    const { otherUserId = null, ...pageQuery } = request.query
    const list = `messages ${otherUserId ?? ''}`
    const { items, nextKey, marks } = await listMessages({ userId: userOf(request), otherUserId, ...decodePage(list, pageQuery) })
    return { items: [...items], nextCursor: encodeCursor(list, nextKey, marks) }
  })

  app.put('/api/messages/:messageId/read', {
    config: { policy: 'user' },
    schema: {
      ...describe('markMessageRead', 'Messages', 'Mark a message, and everything earlier from its sender, as read'),
      params: MessageParams,
      response: { 200: ref(Message), ...problems(400, 401, 403, 404, 422) },
    },
  }, async (request) => await markMessageRead({ userId: userOf(request), messageId: request.params.messageId }))
}
