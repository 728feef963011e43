import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { DomainError } from '#domain/errors.js'
import { positionWord } from '#application/live/position.js'
import type { SendTyping } from '#application/live/typing.js'
import { userOf } from '../guards/auth.js'
import { ConversationParams } from '../messages/schemas.js'
import { describe } from '../openapi/openapi.js'
import { ref, strict, Timestamp } from '../shared/schemas.js'
import type { LiveMetrics } from './connection.js'
import type { OwnEvents } from './own-events.js'
import { AFTER, FAILED_MS, positionSent, readerOf, streamOf, TICKET } from './routes.js'
import type { Streams } from './streams.js'

/** Makes tickets; null where there is no secret for them. */
export type MakeTicket = ((claims: { readonly sub: string, readonly sid?: string, readonly exp?: number }) => { readonly ticket: string, readonly expiresAt: string }) | null

export interface OwnEventsOptions {
  readonly streams: Streams
  readonly metrics: LiveMetrics
  readonly ownEvents: OwnEvents
  readonly makeTicket: MakeTicket
  readonly sendTyping: SendTyping
}

export const StreamTicket = Type.Object({
  ticket: Type.String({ description: 'To be sent as `?ticket=` when a stream is opened. It can be used until it expires' }),
  expiresAt: Timestamp,
}, { $id: 'StreamTicket', examples: [{ ticket: 'eyJzdWIiOiJheXNlIn0.bm90LWEtcmVhbC10aWNrZXQtYnV0LW9mLWl0cy1sZW5ndGg', expiresAt: '2026-11-23T13:01:00.000Z' }] })

const OwnQuery = Type.Object({ after: AFTER, ticket: TICKET }, strict)

const EVENT = 'id: b.a.q.a.a.c.a.a\nevent: read\ndata: {"type":"conversation.read","occurredAt":"2026-11-23T13:00:00.000Z","messageId":"msg_1","conversationId":"ayse#mehmet","readerId":"ayse"}\n\n'

export const ownEventRoutes: FastifyPluginAsyncTypebox<OwnEventsOptions> = async (app, { streams, metrics, ownEvents, makeTicket, sendTyping }) => {
  app.get('/api/events', {
    config: { policy: 'user', isStream: true, takesTicket: true, refuses: ['invalid_cursor'] },
    exposeHeadRoute: false,
    schema: {
      ...describe('followOwnEvents', 'Service', 'Follow your messages, reads and payments as server-sent events'),
      querystring: OwnQuery,
      response: { 200: streamOf(EVENT) },
    },
  }, async (request, reply) => {
    const userId = userOf(request)
    const seat = await streams.take(readerOf(request))
    try {
      const sent = positionSent(request.headers['last-event-id'], request.query.after)
      const from = await ownEvents.begin(sent)
      const connection = seat.begin(reply, positionWord(from), () => { ownEvents.leave(seat, userId) })
      ownEvents.follow(seat, connection, userId, from).then((source) => { metrics.countResume(sent === null ? 'now' : source) }, (error: unknown) => {
        request.log.error({ err: error }, 'a stream broke off')
        seat.end('failed', FAILED_MS)
      })
    } catch (error) {
      seat.leave()
      throw error
    }
    return reply
  })

  app.post('/api/events/tickets', {
    config: { policy: 'user', refuses: ['not_found'] },
    schema: {
      ...describe('createStreamTicket', 'Service', 'Get a ticket that opens your streams for a minute, for clients that send no headers'),
      response: { 201: ref(StreamTicket) },
    },
  }, async (request, reply) => {
    if (makeTicket === null) throw new DomainError('not_found', 'this service makes no tickets: it has no TICKET_SECRET')
    const { caller, credentialsUntil } = request
    const claims = {
      sub: userOf(request),
      ...(caller?.sessionId !== undefined && { sid: caller.sessionId }),
      ...(credentialsUntil !== null && { exp: Math.floor(Date.parse(credentialsUntil) / 1000) }),
    }
    return await reply.code(201).send(makeTicket(claims))
  })

  app.post('/api/conversations/:otherUserId/typing', {
    config: { policy: 'user', refuses: ['slow_mode'] },
    schema: {
      ...describe('showTyping', 'Messages', 'Show the other user that you write, at most once in 3 seconds. They learn of it while they follow their events, have a conversation with you and do not block you'),
      params: ConversationParams,
      response: { 204: Type.Null({ description: 'Taken' }) },
    },
  }, async (request, reply) => {
    await sendTyping({ userId: userOf(request), otherUserId: request.params.otherUserId })
    return await reply.code(204).send(null)
  })
}
