import { EventReader } from '#application/live/event-reader.js'
import { makeFollowChannel, makeFollowRoom } from '#application/live/follow-feeds.js'
import { makeLoadDetails } from '#application/live/load-details.js'
import { followTyping, makeSendTyping } from '#application/live/typing.js'
import type { AuthOptions } from '#adapters/http/guards/auth.js'
import { viewersFrame } from '#adapters/http/live/frame.js'
import { HEALTH_PAUSE_MS, HealthStream } from '#adapters/http/live/health-stream.js'
import { LiveFeeds } from '#adapters/http/live/live-feeds.js'
import { OwnEvents } from '#adapters/http/live/own-events.js'
import type { MakeTicket } from '#adapters/http/live/own-routes.js'
import { Streams } from '#adapters/http/live/streams.js'
import { channelLiveView, roomLiveView } from '#adapters/http/live/view.js'
import { viewFor } from '#adapters/http/payments/view.js'
import { attentionView } from '#adapters/http/operations/attention-routes.js'
import { makeStreamTickets, TICKET_MS } from '#adapters/tokens/stream-tickets.js'
import { feedIdOf } from '#domain/rooms/room-entry.js'
import { laterBy } from '#domain/time.js'
import type { Job } from '../runtime/job.js'
import type { Cradle } from './cradle.js'

/** The pause between two looks for feeds whose own pause is over. */
const FEEDS_PAUSE_MS = 250
/** Streams have their heartbeats spread over the seconds between two. */
const HEARTBEATS_PAUSE_MS = 1000
/** How often readers of a room are told at most how many they are. */
const VIEWERS_PAUSE_MS = 5000
/** How late an event is at most that another process has published. */
const EVENTS_PAUSE_MS = 1000

export function makeLive (ports: Cradle): Cradle['live'] {
  const { clock, identity, metrics, access, config, roomTails, channelTails, openRoom, openChannel, events, conversations, bells, viewers, places, countTyping, stores, durability, healthBell, useCases: { liveAction, readProviders, countAttention } } = ports
  const { isSessionOpen } = access
  const nowMs = (): number => performance.now()
  const ownEvents = new OwnEvents({
    events,
    nowMs,
    load: makeLoadDetails(ports),
    paymentView: (payment, userId) => viewFor({ userId, admin: false }, liveAction)(payment),
  })
  followTyping(bells, (typing) => { ownEvents.showTyping(typing) })
  return {
    streams: new Streams({ clock, identity, metrics, isSessionOpen, connectionsMax: config.liveConnectionsMax, places }),
    metrics,
    rooms: new LiveFeeds(roomTails, roomLiveView),
    channels: new LiveFeeds(channelTails, channelLiveView),
    followRoom: makeFollowRoom({ openRoom, clock }),
    followChannel: makeFollowChannel({ openChannel }),
    ownEvents,
    eventReader: new EventReader(events),
    healthStream: new HealthStream({ clock, ping: stores.ping, status: durability.status, outboxLagS: metrics.outboxLagS, readProviders, readAttention: async () => (await countAttention()).map(attentionView), wake: () => { healthBell.ring() } }),
    makeTicket: makeTicketMaker(ports),
    viewers,
    sendTyping: makeSendTyping({ conversations, bells, countTyping }),
  }
}

function makeTicketMaker ({ config: { ticketSecret }, clock }: Pick<Cradle, 'config' | 'clock'>): MakeTicket {
  if (ticketSecret === null) return null
  const tickets = makeStreamTickets(ticketSecret)
  return (claims) => {
    const now = clock()
    return { ticket: tickets.make(claims, Date.parse(now)), expiresAt: laterBy(now, TICKET_MS) }
  }
}

/** A ticket is valid while the session is with which it was made. */
export function makeReadTicket ({ config: { ticketSecret }, clock, access }: Cradle): AuthOptions['readTicket'] {
  if (ticketSecret === null) return async () => null
  const tickets = makeStreamTickets(ticketSecret)
  return async (ticket) => {
    const claims = tickets.read(ticket, Date.parse(clock()))
    if (claims?.sid === undefined) return claims
    return await access.isSessionOpen(claims.sid, claims.sub) ? claims : null
  }
}

type LiveJobPorts = Pick<Cradle, 'live' | 'clock' | 'roomTails' | 'channelTails' | 'roomBell' | 'channelBell' | 'eventBell' | 'healthBell'>

/** What streams need beside their requests. */
export function makeLiveJobs ({ live: { streams, ownEvents, eventReader, healthStream, rooms, viewers }, clock, roomTails, channelTails, roomBell, channelBell, eventBell, healthBell }: LiveJobPorts): readonly Job[] {
  const repeated = (name: string, pauseMs: number, run: () => Promise<void>): Job => ({
    name,
    pauseMs,
    run: async () => {
      await run()
      return false
    },
  })
  return [
    repeated('heartbeats of streams', HEARTBEATS_PAUSE_MS, async () => { await streams.beat() }),
    repeated('viewers of rooms', VIEWERS_PAUSE_MS, async () => { viewers.beat((roomId, count) => { rooms.tell(feedIdOf(roomId), viewersFrame(count, clock())) }) }),
    { ...repeated('live rooms', FEEDS_PAUSE_MS, async () => { await roomTails.look() }), bell: roomBell },
    { ...repeated('live channels', FEEDS_PAUSE_MS, async () => { await channelTails.look() }), bell: channelBell },
    { ...repeated('live events', EVENTS_PAUSE_MS, async () => { await Promise.all([ownEvents.look(), eventReader.look()]) }), bell: eventBell },
    { ...repeated('health for those who look', HEALTH_PAUSE_MS, async () => { await healthStream.beat() }), bell: healthBell },
  ]
}
