import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { RoomUseCases } from '#application/rooms/use-cases.js'
import { callerOf } from '../guards/auth.js'
import { idempotencyKeyOf, REPLAYED } from '../guards/input.js'
import { describe } from '../openapi/openapi.js'
import { asStored, pageOf } from '../shared/lists.js'
import { IdempotencyHeader, ref } from '../shared/schemas.js'
import { CreateRoomBody, EditRoomBody, ListRoomsQuery, PinBody, Room, RoomList, RoomParams } from './schemas.js'
import { detailsIn, newDetails, positionOf, roomView } from './view.js'

const PRODUCTS = ['invalid_amount', 'unsupported_currency', 'product_repeated'] as const

export interface ViewerCount {
  /** How many people watch a room now. */
  readonly countViewers: (roomId: string) => number
}

export const roomRoutes: FastifyPluginAsyncTypebox<RoomUseCases & ViewerCount> = async (app, useCases) => {
  const { createRoom, listRooms, getRoom, editRoom, cancelRoom, startRoom, endRoom, pinInRoom, countViewers } = useCases

  app.post('/api/rooms', {
    config: { policy: 'user-or-admin', scope: 'shops', refuses: ['forbidden', 'not_a_streamer', 'not_found', ...PRODUCTS, 'idempotency_key_reused'] },
    schema: {
      ...describe('createRoom', 'Rooms', 'Create a room, as a streamer, or as an administrator for one'),
      headers: IdempotencyHeader,
      body: ref(CreateRoomBody),
      response: { 200: ref(Room), 201: ref(Room) },
    },
  }, async (request, reply) => {
    const { copyModeratorsFrom = null, streamerId = null } = request.body
    const { room, replayed } = await createRoom({ caller: callerOf(request), key: idempotencyKeyOf(request), details: newDetails(request.body), streamerId, copyModeratorsFrom })
    return await reply.code(replayed ? 200 : 201).headers(replayed ? REPLAYED : {}).send(roomView(room))
  })

  app.get('/api/rooms', {
    config: { policy: 'public' },
    schema: {
      ...describe('listRooms', 'Rooms', 'List public rooms, newest first: the live ones, or those of another status'),
      querystring: ListRoomsQuery,
      response: { 200: ref(RoomList) },
    },
  }, async ({ query: { status = 'live', category = null, streamerId = null, q = null, ...query } }) =>
    await pageOf(JSON.stringify(['rooms', status, category, streamerId, q]), query, async (page) => await listRooms({ status, category, streamerId, q, ...page }), asStored))

  app.get('/api/rooms/:roomId', {
    config: { policy: 'public', refuses: ['not_found'] },
    schema: {
      ...describe('getRoom', 'Rooms', 'Read a room'),
      params: RoomParams,
      response: { 200: ref(Room) },
    },
  }, async ({ params: { roomId } }) => ({ ...roomView(await getRoom(roomId)), viewers: countViewers(roomId) }))

  app.patch('/api/rooms/:roomId', {
    config: { policy: 'user-or-admin', scope: 'shops', refuses: ['forbidden', 'not_found', 'version_conflict', 'room_state', ...PRODUCTS] },
    schema: {
      ...describe('editRoom', 'Rooms', 'Change what is sent of a room, as its streamer or an administrator; slow mode and words also as a moderator'),
      params: RoomParams,
      body: ref(EditRoomBody),
      response: { 200: ref(Room) },
    },
  }, async (request) => {
    const { version, ...body } = request.body
    return roomView(await editRoom({ caller: callerOf(request), roomId: request.params.roomId, version, edit: detailsIn(body) }))
  })

  for (const [method, step, operationId, run, refuses, summary] of [
    ['DELETE', '', 'cancelRoom', cancelRoom, [], 'Cancel a scheduled room. A repeat answers the room'],
    ['POST', '/start', 'startRoom', startRoom, ['insufficient_minutes', 'already_live'], 'Start a scheduled room. A repeat answers the room'],
    ['POST', '/end', 'endRoom', endRoom, [], 'End a live room. A repeat answers the room'],
  ] as const) {
    app.route({
      method,
      url: `/api/rooms/:roomId${step}`,
      config: { policy: 'user-or-admin', scope: 'shops', refuses: ['forbidden', 'not_found', 'room_state', ...refuses] },
      schema: {
        ...describe(operationId, 'Rooms', summary),
        params: RoomParams,
        response: { 200: ref(Room) },
      },
      handler: async (request) => roomView(await run({ caller: callerOf(request), roomId: request.params.roomId })),
    })
  }

  app.put('/api/rooms/:roomId/pinned', {
    config: { policy: 'user-or-admin', scope: 'shops', refuses: ['forbidden', 'not_found', 'room_state', 'product_unknown'] },
    schema: {
      ...describe('pinInRoom', 'Rooms', 'Pin products, or a message, as a moderator. What is not sent stays; null unpins the message'),
      params: RoomParams,
      body: ref(PinBody),
      response: { 200: ref(Room) },
    },
  }, async (request) => {
    const { productIds, message } = request.body
    const place = message == null ? message : { messageId: message.messageId, position: positionOf(message.position) }
    return roomView(await pinInRoom({
      caller: callerOf(request), roomId: request.params.roomId, ...(productIds !== undefined && { productIds }), ...(place !== undefined && { message: place }),
    }))
  })
}
