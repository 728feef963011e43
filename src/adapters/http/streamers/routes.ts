import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from '@sinclair/typebox'
import { minutesRemaining, type Streamer as StreamerEntity } from '#domain/streamers/streamer.js'
import type { StreamerUseCases } from '#application/streamers/use-cases.js'
import { callerOf } from '../guards/auth.js'
import { idempotencyKeyOf, REPLAYED } from '../guards/input.js'
import { describe } from '../openapi/openapi.js'
import { viewFor } from '../payments/view.js'
import { asStored, PageOnlyQuery, pageOf } from '../shared/lists.js'
import { IdempotencyHeader, ref } from '../shared/schemas.js'
import { AddedStreamer, AddStreamerBody, Ledger, Streamer, StreamerList, StreamerParams, UseMinutesBody } from './schemas.js'

export const streamerRoutes: FastifyPluginAsyncTypebox<StreamerUseCases> = async (app, useCases) => {
  const { addStreamer, listStreamers, getStreamerStatus, useMinutes, listLedger } = useCases

  app.post('/api/admin/streamers/add', {
    config: { policy: 'admin', scope: 'credit', refuses: ['minutes_limit_reached', 'invalid_minutes', 'invalid_amount', 'unsupported_currency', 'idempotency_key_reused'] },
    schema: {
      ...describe('addStreamer', 'Back office', 'Credit minutes to a streamer, and record what was paid for them'),
      headers: IdempotencyHeader,
      body: ref(AddStreamerBody),
      response: { 200: ref(AddedStreamer), 201: ref(AddedStreamer) },
    },
  }, async (request, reply) => {
    const { email, minutes, amount = null, currency = null, note = null } = request.body
    const { streamer, payment, replayed } = await addStreamer({ email, minutes, amount, currency, note, key: idempotencyKeyOf(request) })
    return await reply.code(replayed ? 200 : 201).headers(replayed ? REPLAYED : {})
      .send({ streamer: streamerView(streamer), payment: payment === null ? null : viewFor(callerOf(request), ({ nextAction }) => nextAction)(payment) })
  })

  app.get('/api/admin/streamers', {
    config: { policy: 'admin', scope: 'read' },
    schema: {
      ...describe('listStreamers', 'Back office', 'List all streamers with their minutes, newest first'),
      querystring: PageOnlyQuery,
      response: { 200: ref(StreamerList) },
    },
  }, async ({ query }) => await pageOf('streamers', query, listStreamers, streamerView))

  app.get('/api/streamers/:streamerId/status', {
    config: { policy: 'user-or-admin', scope: 'read', refuses: ['not_found'] },
    schema: {
      ...describe('getStreamerStatus', 'Streamers', 'Read the minutes of a streamer, as the streamer or an administrator'),
      params: StreamerParams,
      response: { 200: ref(Streamer) },
    },
  }, async (request) => streamerView(await getStreamerStatus({ caller: callerOf(request), streamerId: request.params.streamerId })))

  app.post('/api/streamers/:streamerId/usage', {
    config: { policy: 'user-or-admin', scope: 'credit', refuses: ['not_found', 'room_state', 'insufficient_minutes', 'invalid_minutes', 'idempotency_key_reused'] },
    schema: {
      ...describe('useMinutes', 'Streamers', 'Spend minutes on a broadcast, at most those that are left'),
      headers: IdempotencyHeader,
      params: StreamerParams,
      body: ref(UseMinutesBody),
      response: { 200: { ...ref(Streamer), description: 'Spent by this request, or by an earlier one with the same key; the body shows the current state' } },
    },
  }, async (request, reply) => {
    const { streamer, replayed } = await useMinutes({
      caller: callerOf(request),
      streamerId: request.params.streamerId,
      ...request.body,
      key: idempotencyKeyOf(request),
    })
    return await reply.headers(replayed ? REPLAYED : {}).send(streamerView(streamer))
  })

  app.get('/api/streamers/:streamerId/ledger', {
    config: { policy: 'user-or-admin', scope: 'read', refuses: ['not_found'] },
    schema: {
      ...describe('listLedger', 'Streamers', 'List the credits and spends of a streamer, newest first'),
      params: StreamerParams,
      querystring: PageOnlyQuery,
      response: { 200: ref(Ledger) },
    },
  }, async (request) => {
    const { params: { streamerId }, query } = request
    const caller = callerOf(request)
    return await pageOf(`ledger ${streamerId}`, query, async (page) => await listLedger({ caller, streamerId, ...page }), asStored)
  })
}

export function streamerView (streamer: StreamerEntity): Static<typeof Streamer> {
  const { streamerId, email, minutesPurchased, minutesUsed } = streamer
  return { streamerId, email, minutesPurchased, minutesUsed, minutesRemaining: minutesRemaining(streamer) }
}
