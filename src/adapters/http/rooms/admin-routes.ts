import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { RoomUseCases } from '#application/rooms/use-cases.js'
import { callerOf } from '../guards/auth.js'
import { describe } from '../openapi/openapi.js'
import { asStored, pageOf } from '../shared/lists.js'
import { ref } from '../shared/schemas.js'
import { ListAllRoomsQuery, Room, RoomList, RoomParams } from './schemas.js'
import { roomView } from './view.js'

export const adminRoomRoutes: FastifyPluginAsyncTypebox<RoomUseCases> = async (app, { listRooms, endRoom }) => {
  app.get('/api/admin/rooms', {
    config: { policy: 'admin', scope: 'read' },
    schema: {
      ...describe('listAllRooms', 'Back office', 'List rooms, unlisted ones too, newest first: the live ones, or those of another status'),
      querystring: ListAllRoomsQuery,
      response: { 200: ref(RoomList) },
    },
  }, async ({ query: { status = 'live', streamerId = null, q = null, ...query } }) =>
    await pageOf(JSON.stringify(['all rooms', status, streamerId, q]), query,
      async (page) => await listRooms({ status, category: null, streamerId, q, isUnlistedToo: true, ...page }), asStored))

  app.post('/api/admin/rooms/:roomId/end', {
    config: { policy: 'admin', scope: 'moderate', refuses: ['not_found', 'room_state'] },
    schema: {
      ...describe('endRoomOfOthers', 'Back office', 'End a live room of any streamer. A repeat answers the room'),
      params: RoomParams,
      response: { 200: ref(Room) },
    },
  }, async (request) => roomView(await endRoom({ caller: callerOf(request), roomId: request.params.roomId })))
}
