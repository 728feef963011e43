import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { RoomUseCases } from '#application/rooms/use-cases.js'
import { describe } from '../openapi/openapi.js'
import { ref, Timestamp } from '../shared/schemas.js'
import { RoomParams } from './schemas.js'

export const VideoToken = Type.Object({
  provider: Type.String({ description: 'Whose SDK it is for: `livekit`, and `simulator` in development, which takes the same one. Show the room without video where you do not know it' }),
  url: Type.String({ description: 'Where the SDK of the provider connects' }),
  token: Type.String({ description: 'What the SDK connects with. Keep it to yourself: who has it is you' }),
  expiresAt: Timestamp,
  canPublish: Type.Boolean({ description: 'Whether it sends pictures and sound: that of the streamer alone' }),
}, {
  $id: 'VideoToken',
  examples: [{ provider: 'livekit', url: 'wss://video.example', token: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJheXNlIn0.c2lnbmF0dXJl', expiresAt: '2026-11-23T13:10:00.000Z', canPublish: false }],
})

export const roomVideoRoutes: FastifyPluginAsyncTypebox<RoomUseCases> = async (app, { issueVideoToken }) => {
  app.post('/api/rooms/:roomId/video-token', {
    config: { policy: 'guest', refuses: ['unauthorized', 'not_found', 'banned', 'room_not_live', 'video_unavailable'] },
    schema: {
      ...describe('createVideoToken', 'Rooms', 'Get a token for the video of a live room, as a guest or with a token. The streamer may before the start too'),
      params: RoomParams,
      response: { 200: ref(VideoToken) },
    },
  }, async ({ caller, params: { roomId } }) => await issueVideoToken({ caller, roomId }))
}
