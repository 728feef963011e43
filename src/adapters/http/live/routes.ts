import { createHash } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type, type Static } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ChannelEntry } from '#domain/channels/channel-entry.js'
import { channelFeedIdOf } from '#domain/channels/channel-entry.js'
import type { ChannelSnapshot } from '#domain/channels/channel-state.js'
import { DomainError } from '#domain/errors.js'
import { networkOf } from '#domain/network.js'
import { feedIdOf, type RoomEntry } from '#domain/rooms/room-entry.js'
import type { RoomSnapshot } from '#domain/rooms/room-state.js'
import type { MayFollow } from '#application/live/follow-feeds.js'
import type { Viewers } from '#application/live/viewers.js'
import { ChannelParams } from '../channels/schemas.js'
import { callerOf } from '../guards/auth.js'
import { describe } from '../openapi/openapi.js'
import { RoomParams } from '../rooms/schemas.js'
import { shownAs, strict } from '../shared/schemas.js'
import type { LiveMetrics } from './connection.js'
import { viewersFrame } from './frame.js'
import type { LiveFeeds, Start } from './live-feeds.js'
import type { Reader, Streams } from './streams.js'

export interface LiveOptions {
  readonly streams: Streams
  readonly metrics: LiveMetrics
  readonly rooms: LiveFeeds<RoomEntry, RoomSnapshot>
  readonly channels: LiveFeeds<ChannelEntry, ChannelSnapshot>
  readonly viewers: Viewers
  readonly followRoom: MayFollow
  readonly followChannel: MayFollow
}

const REWIND_MAX = 250
/** Positions of feeds are numbers of pages. */
const PAGE = /^\d{1,12}$/
/** The pause after a stream that broke off, for what it needs is away. */
export const FAILED_MS = 2000

const Rewind = shownAs(
  Type.String({ pattern: '^([1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|250)$', description: `A number from 1 to ${REWIND_MAX}: how many of the last entries are sent first` }),
  Type.Integer({ minimum: 1, maximum: REWIND_MAX })
)
export const AFTER = Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: 'The position behind which the stream begins: the last `id` that you have. `Last-Event-ID` comes before it' }))
export const TICKET = Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{1,1024}\\.[A-Za-z0-9_-]{43}$', description: 'A ticket of `createStreamTicket`, in place of a token' }))
const FeedQuery = Type.Object({ after: AFTER, rewind: Type.Optional(Rewind), ticket: TICKET }, strict)

const EVENT = 'id: 89\nevent: entries\ndata: {"roomId":"room_1","page":89,"entries":[]}\n\n'
/** The answer of a stream. */
export function streamOf (example: string) {
  return {
    description: 'Server-sent events, until either side ends the stream',
    content: { 'text/event-stream': { schema: Type.Unsafe<string>({ type: 'string' }), example } },
  }
}

export const liveRoutes: FastifyPluginAsyncTypebox<LiveOptions> = async (app, { streams, metrics, rooms, channels, viewers: all, followRoom, followChannel }) => {
  app.addHook('preClose', async () => { await streams.stop() })

  app.get('/api/rooms/:roomId/events', {
    config: { policy: 'guest', isStream: true, takesTicket: true, refuses: ['unauthorized', 'not_found', 'banned', 'invalid_cursor'] },
    exposeHeadRoute: false,
    schema: {
      ...describe('followRoom', 'Rooms', 'Follow what happens in a room as server-sent events, as a guest or with a token'),
      params: RoomParams,
      querystring: FeedQuery,
      response: { 200: streamOf(EVENT) },
    },
  }, async (request, reply) => await follow(request, reply, rooms, { id: request.params.roomId, feedId: feedIdOf(request.params.roomId), mayFollow: followRoom, viewers: all }, request.query))

  app.get('/api/channels/:channelId/events', {
    config: { policy: 'user-or-admin', scope: 'moderate', isStream: true, takesTicket: true, refuses: ['not_found', 'banned', 'invalid_cursor'] },
    exposeHeadRoute: false,
    schema: {
      ...describe('followChannel', 'Channels', 'Follow what happens in a channel as server-sent events'),
      params: ChannelParams,
      querystring: FeedQuery,
      response: { 200: streamOf(EVENT) },
    },
  }, async (request, reply) => {
    callerOf(request)
    const { channelId } = request.params
    return await follow(request, reply, channels, { id: channelId, feedId: channelFeedIdOf(channelId), mayFollow: followChannel, viewers: null }, request.query)
  })

  interface Followed {
    readonly id: string
    readonly feedId: string
    readonly mayFollow: MayFollow
    /** Those of rooms are counted. */
    readonly viewers: Viewers | null
  }

  async function follow<Entry, Snapshot> (request: FastifyRequest, reply: FastifyReply, feeds: LiveFeeds<Entry, Snapshot>, { id, feedId, mayFollow, viewers }: Followed, query: Static<typeof FeedQuery>): Promise<FastifyReply> {
    const { caller } = request
    const start = startIn(request, query)
    const seat = await streams.take(readerOf(request))
    try {
      // Nothing is kept of a feed that is not there.
      await mayFollow({ caller, id, page: 0 })
      const feed = await feeds.enter(feedId)
      try {
        const position = await feed.begin(start)
        const checked = await mayFollow({ caller, id, page: feed.tail.head })
        const leave = viewers?.enter(id, viewerOf(request))
        const connection = seat.begin(reply, String(position), () => {
          leave?.()
          feeds.leave(feed, seat)
        })
        feed.follow(seat, connection, position, checked).then((from) => {
          metrics.countResume(start.after === null && start.rewind === null ? 'now' : from)
          if (viewers !== null) connection.writeIdle(viewersFrame(viewers.count(id), streams.ports.clock()))
        }, (error: unknown) => {
          request.log.error({ err: error }, 'a stream broke off')
          seat.end('failed', FAILED_MS)
        })
      } catch (error) {
        feeds.leave(feed, seat)
        throw error
      }
    } catch (error) {
      seat.leave()
      throw error
    }
    return reply
  }
}

/** The position in a request. @throws invalid_cursor */
function startIn ({ headers }: FastifyRequest, { after, rewind }: Static<typeof FeedQuery>): Start {
  const position = positionSent(headers['last-event-id'], after)
  if (position !== null && !PAGE.test(position)) throw new DomainError('invalid_cursor', 'this is no position of this stream')
  return { after: position === null ? null : Number(position), rewind: rewind === undefined ? null : Number(rewind) }
}

/** Browsers send an empty header where they have no id. */
export function positionSent (lastEventId: string | string[] | undefined, after: string | undefined): string | null {
  return typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : after ?? null
}

/** What all streams of a person have in common, on whatever device; of a guest, the address and the browser. */
function viewerOf (request: FastifyRequest): string {
  const { userId, address } = readerOf(request)
  const agent = createHash('sha256').update(String(request.headers['user-agent'])).digest('base64url')
  return userId === null ? `guest ${address} ${agent}` : `user ${userId}`
}

export function readerOf ({ caller, ip, credentialsUntil }: FastifyRequest): Reader {
  return { userId: caller?.userId ?? null, sessionId: caller?.sessionId ?? null, address: networkOf(ip), until: credentialsUntil }
}
