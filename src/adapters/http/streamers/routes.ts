import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from '@sinclair/typebox'
import { minutesRemaining, type Streamer as StreamerEntity } from '#domain/streamers/streamer.js'
import type { StreamerUseCases } from '#application/streamers/use-cases.js'
import { callerOf } from '../guards/auth.js'
import { decodePage, encodeCursor } from '../shared/cursor.js'
import { parseIdempotencyKey, REPLAYED } from '../guards/idempotency-key.js'
import { paymentView } from '../payments/view.js'
import { describe, problems } from '../openapi/route-docs.js'
import { IdempotencyHeader, ref } from '../shared/schemas.js'
import { AddedStreamer, AddStreamerBody, Ledger, PageOnlyQuery, Streamer, StreamerList, StreamerParams, UseMinutesBody } from './schemas.js'

export const streamerRoutes: FastifyPluginAsyncTypebox<StreamerUseCases> = async (app, useCases) => {
  const { addStreamer, listStreamers, getStreamerStatus, useMinutes, listLedger } = useCases

  app.post('/api/admin/streamers/add', {
    config: { policy: 'admin' },
    schema: {
      ...describe('addStreamer', 'Back office', 'Credit broadcast minutes, and put down what was paid for them'),
      headers: IdempotencyHeader,
      body: ref(AddStreamerBody),
      response: { 200: ref(AddedStreamer), 201: ref(AddedStreamer), ...problems(400, 401, 403, 409, 413, 415, 422) },
    },
  }, async (request, reply) => {
    const { email, minutes, amount = null, currency = null, note = null } = request.body
    const key = parseIdempotencyKey(request.headers['idempotency-key'])
    const { streamer, payment, replayed } = await addStreamer({ email, minutes, amount, currency, note, key })
    return await reply.code(replayed ? 200 : 201).headers(replayed ? REPLAYED : {})
      .send({ streamer: streamerView(streamer), payment: payment === null ? null : paymentView(payment, callerOf(request)) })
  })

  app.get('/api/admin/streamers', {
    config: { policy: 'admin' },
    schema: {
      ...describe('listStreamers', 'Back office', 'All streamers with their minutes, newest first'),
      querystring: PageOnlyQuery,
      response: { 200: ref(StreamerList), ...problems(400, 401, 403, 422) },
    },
  }, async (request) => {
    const { items, nextKey } = await listStreamers(decodePage('streamers', request.query))
    return { items: items.map(streamerView), nextCursor: encodeCursor('streamers', nextKey) }
  })

  app.get('/api/streamers/:streamerId/status', {
    config: { policy: 'user-or-admin' },
    schema: {
      ...describe('getStreamerStatus', 'Streamers', 'The minutes of a streamer, for himself and administrators'),
      params: StreamerParams,
      response: { 200: ref(Streamer), ...problems(400, 401, 404, 422) },
    },
  }, async (request) => streamerView(await getStreamerStatus({ caller: callerOf(request), streamerId: request.params.streamerId })))

  app.post('/api/streamers/:streamerId/usage', {
    config: { policy: 'user-or-admin' },
    schema: {
      ...describe('useMinutes', 'Streamers', 'Spend minutes on a broadcast, never more than are left'),
      headers: IdempotencyHeader,
      params: StreamerParams,
      body: ref(UseMinutesBody),
      response: { 200: { ...ref(Streamer), description: 'Spent, by this request or an earlier one under the same key; this is how it stands now' }, ...problems(400, 401, 404, 409, 413, 415, 422) },
    },
  }, async (request, reply) => {
    const { streamer, replayed } = await useMinutes({
      caller: callerOf(request),
      streamerId: request.params.streamerId,
      ...request.body,
      key: parseIdempotencyKey(request.headers['idempotency-key']),
    })
    return await reply.headers(replayed ? REPLAYED : {}).send(streamerView(streamer))
  })

  app.get('/api/streamers/:streamerId/ledger', {
    config: { policy: 'user-or-admin' },
    schema: {
      ...describe('listLedger', 'Streamers', 'How the minutes of a streamer came and went, newest first'),
      params: StreamerParams,
      querystring: PageOnlyQuery,
      response: { 200: ref(Ledger), ...problems(400, 401, 404, 422) },
    },
  }, async (request) => {
    const { streamerId } = request.params
    const list = `ledger ${streamerId}`
    const { items, nextKey } = await listLedger({ caller: callerOf(request), streamerId, ...decodePage(list, request.query) })
    return { items: [...items], nextCursor: encodeCursor(list, nextKey) }
  })
}

function streamerView (streamer: StreamerEntity): Static<typeof Streamer> {
  const { streamerId, email, minutesPurchased, minutesUsed } = streamer
  return { streamerId, email, minutesPurchased, minutesUsed, minutesRemaining: minutesRemaining(streamer) }
}
