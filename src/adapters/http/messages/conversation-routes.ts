import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { MessageUseCases } from '#application/messages/use-cases.js'
import { userOf } from '../guards/auth.js'
import { decodePage, encodeCursor } from '../shared/cursor.js'
import { Conversation, ConversationList, ConversationParams, ListConversationsQuery } from './schemas.js'
import { describe, problems } from '../openapi/route-docs.js'
import { ref } from '../shared/schemas.js'

export const conversationRoutes: FastifyPluginAsyncTypebox<MessageUseCases> = async (app, useCases) => {
  const { listConversations, markConversationRead, blockUser } = useCases

  app.get('/api/conversations', {
    config: { policy: 'user' },
    schema: {
      ...describe('listConversations', 'Messages', 'Your conversations, the one with the newest message first'),
      querystring: ListConversationsQuery,
      response: { 200: ref(ConversationList), ...problems(400, 401, 422) },
    },
  }, async (request) => {
    const { items, nextKey, unreadTotal } = await listConversations({ userId: userOf(request), ...decodePage('conversations', request.query) })
    return { items: [...items], nextCursor: encodeCursor('conversations', nextKey), unreadTotal }
  })

  app.put('/api/conversations/:otherUserId/read', {
    config: { policy: 'user' },
    schema: {
      ...describe('markConversationRead', 'Messages', 'Mark everything that the other has sent as read'),
      params: ConversationParams,
      response: { 200: ref(Conversation), ...problems(400, 401, 422) },
    },
  }, async (request) => await markConversationRead({ userId: userOf(request), otherUserId: request.params.otherUserId }))

  for (const [method, operationId, blocked, summary] of [
    ['PUT', 'blockUser', true, 'Take no more messages from the other'],
    ['DELETE', 'unblockUser', false, 'Take messages from the other again'],
  ] as const) {
    app.route({
      method,
      url: '/api/conversations/:otherUserId/block',
      config: { policy: 'user' },
      schema: {
        ...describe(operationId, 'Messages', summary),
        params: ConversationParams,
        response: { 200: ref(Conversation), ...problems(400, 401, 422) },
      },
      handler: async (request) => await blockUser({ userId: userOf(request), otherUserId: request.params.otherUserId, blocked }),
    })
  }
}
