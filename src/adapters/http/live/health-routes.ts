import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { describe } from '../openapi/openapi.js'
import type { HealthStream } from './health-stream.js'
import { readerOf, streamOf } from './routes.js'
import type { Streams } from './streams.js'

export interface HealthOptions {
  readonly streams: Streams
  readonly healthStream: HealthStream
}

const EVENT = 'event: health\ndata: {"at":"2026-11-23T13:00:00.000Z","mode":"memory","store":"up","outbox":{"lagSeconds":0},"providers":[{"name":"simulator","breaker":"closed"}]}\n\n'

export const healthRoutes: FastifyPluginAsyncTypebox<HealthOptions> = async (app, { streams, healthStream }) => {
  app.get('/api/admin/health/events', {
    config: { policy: 'admin', scope: 'read', isStream: true },
    exposeHeadRoute: false,
    schema: {
      ...describe('followHealth', 'Back office', 'Follow the health of the process that answers as server-sent events, one every 2 seconds'),
      response: { 200: streamOf(EVENT) },
    },
  }, async (request, reply) => {
    const seat = await streams.take(readerOf(request))
    const connection = seat.begin(reply, '', () => { healthStream.leave(connection) })
    healthStream.join(connection)
    return reply
  })
}
