import { withMethods } from '#adapters/durability/proxy.js'
import { viewersFrame } from '#adapters/http/live/frame.js'
import { LiveFeeds, type Start } from '#adapters/http/live/live-feeds.js'
import { OwnEvents } from '#adapters/http/live/own-events.js'
import { makePlaces } from '#adapters/http/live/places.js'
import { Streams, type Reader } from '#adapters/http/live/streams.js'
import { channelLiveView, roomLiveView } from '#adapters/http/live/view.js'
import type { FeedTail } from '#application/live/feed-tail.js'
import { FeedTails } from '#application/live/feed-tails.js'
import { makeFollowChannel, makeFollowRoom, type MayFollow } from '#application/live/follow-feeds.js'
import { makeLoadDetails } from '#application/live/load-details.js'
import { positionWord } from '#application/live/position.js'
import { Viewers } from '#application/live/viewers.js'
import type { EventLog } from '#application/ports/event-log.js'
import type { FeedStore } from '#application/ports/room-stores.js'
import { feedIdOf, type RoomEntry } from '#domain/rooms/room-entry.js'
import type { RoomSnapshot } from '#domain/rooms/room-state.js'
import { channelFeedIdOf, type ChannelEntry } from '#domain/channels/channel-entry.js'
import type { ChannelSnapshot } from '#domain/channels/channel-state.js'
import { spawn, type Context } from '../context.js'
import { overNetwork, type Host } from '../network.js'
import { instead, type PlantedBug } from '../planted/planted-bug.js'
import type { Ports, UseCases } from '../use-cases.js'
import type { LiveBus } from './live-bus.js'
import type { Buses } from './live-world.js'
import type { StreamResponse } from './stream-response.js'
import { tolerant } from './tolerant.js'

const PERSON: Omit<Reader, 'userId'> = { sessionId: null, address: '192.0.2.1', until: null }
/** Looks of the heartbeat in one beat. */
const BEATS = 5

/** A room or channel, and who wants to read it. */
export interface Wanted {
  readonly kind: 'room' | 'channel'
  readonly id: string
  /** Null for a guest. */
  readonly userId: string | null
  readonly until: string | null
}

/** On what a reader was let in: pages up to which the right was looked up, and those that the process had. */
export interface Admission {
  readonly checked: number
  readonly head: number
}

/** What one process has for those who read live: the pieces of the service, wired as it wires them. */
export class LiveNode {
  readonly name: string
  readonly host: Host
  readonly bells: LiveBus
  readonly viewers: Viewers
  readonly ownEvents: OwnEvents
  readonly #context: Context
  readonly #bug: PlantedBug | null
  readonly #streams: Streams
  readonly #rooms: LiveFeeds<RoomEntry, RoomSnapshot>
  readonly #channels: LiveFeeds<ChannelEntry, ChannelSnapshot>
  readonly #tails: ReadonlyArray<{ readonly look: () => Promise<void> }>
  readonly #mayFollow: Readonly<Record<Wanted['kind'], MayFollow>>
  /** The newest tail of each feed. */
  /** Feeds whose pages are being read for the first time: as if none were known. */
  readonly #opening = new Set<string>()
  readonly #opened = new Map<string, Pick<FeedTail<unknown, unknown>, 'head'>>()
  readonly #responses = new Set<StreamResponse>()
  readonly #clock: Ports['clock']

  constructor (ports: Ports & { readonly buses: Buses }, { openRoom, openChannel }: UseCases, host: Host, context: Context, bug: PlantedBug | null) {
    const { scheduler, store } = context
    const { clock, identity, messages, payments, shipments, buses: { local, bells } } = ports
    const nowMs = (): number => scheduler.now
    this.name = host.name
    this.host = host
    this.bells = bells
    this.#clock = clock
    this.#context = context
    this.#bug = bug
    const events = expiringEvents(overNetwork(store.events, 'events', host, context), context)
    this.ownEvents = new OwnEvents({ events, nowMs, load: makeLoadDetails({ payments, messages, shipments }), paymentView: ({ paymentId, version }) => ({ paymentId, version }) })
    bells.bus.subscribe('events', () => { this.#run(async () => { await this.ownEvents.look() }) })
    const tailsOf = <Entry, Snapshot>(feeds: FeedStore<Entry, Snapshot>): FeedTails<Entry, Snapshot> => {
      const shown = expiringFeeds(feeds, context)
      const tails: FeedTails<Entry, Snapshot> = new FeedTails({ feeds: bug?.live?.feeds?.(shown) ?? shown, bus: local, bells: bells.bus, wake: () => { this.#run(async () => { await tails.look() }) }, nowMs })
      return tails
    }
    const [roomTails, channelTails] = [tailsOf(ports.feeds), tailsOf(ports.channelFeeds)]
    this.#tails = [roomTails, channelTails]
    this.#rooms = new LiveFeeds(roomTails, bug?.live?.view?.(roomLiveView) ?? roomLiveView)
    this.#channels = new LiveFeeds(channelTails, bug?.live?.view?.(channelLiveView) ?? channelLiveView)
    const mayFollow = { room: makeFollowRoom({ openRoom, clock }), channel: makeFollowChannel({ openChannel }) }
    this.#mayFollow = bug?.live?.mayFollow === undefined ? mayFollow : { room: bug.live.mayFollow(mayFollow.room), channel: bug.live.mayFollow(mayFollow.channel) }
    const viewersPorts = { bells: bells.bus, nodeId: identity.random('node'), nowMs }
    this.viewers = bug?.live?.viewers?.(viewersPorts) ?? new Viewers(viewersPorts)
    const metrics = { setLiveConnections: () => {}, countLiveDeliveries: () => {}, countSlowCut: () => {}, countResume: () => {} }
    this.#streams = new Streams({ clock, identity, metrics, isSessionOpen: async () => true, connectionsMax: 1000, places: makePlaces() })
    bug?.live?.node?.(this)
  }

  /** Opens a stream of a person's own events. @throws invalid_cursor */
  async followOwn (userId: string, sent: string | null, response: StreamResponse): Promise<void> {
    const { ownEvents } = this
    const seat = await this.#streams.take({ ...PERSON, userId })
    try {
      const from = await ownEvents.begin(this.#heard(sent))
      const connection = seat.begin(response.reply, positionWord(from), () => { ownEvents.leave(seat, userId) })
      this.#responses.add(response)
      this.#run(async () => { await ownEvents.follow(seat, connection, userId, from) }, () => { seat.end('failed') })
    } catch (error) {
      seat.leave()
      throw error
    }
  }

  /** Opens a stream of a room or channel. @throws not_found, banned, invalid_cursor */
  async follow (wanted: Wanted, sent: string | null, response: StreamResponse): Promise<Admission> {
    const heard = this.#heard(sent)
    const start: Start = { after: heard === null ? null : Number(heard), rewind: null }
    return wanted.kind === 'room' ? await this.#followFeed(this.#rooms, feedIdOf(wanted.id), wanted, start, response) : await this.#followFeed(this.#channels, channelFeedIdOf(wanted.id), wanted, start, response)
  }

  /** In the steps of the route. */
  async #followFeed<Entry, Snapshot> (feeds: LiveFeeds<Entry, Snapshot>, feedId: string, { kind, id, userId, until }: Wanted, start: Start, response: StreamResponse): Promise<Admission> {
    const caller = userId === null ? null : { userId, admin: false }
    const mayFollow = this.#mayFollow[kind]
    const seat = await this.#streams.take({ ...PERSON, userId, until })
    try {
      await mayFollow({ caller, id, page: 0 })
      this.#opening.add(feedId)
      const feed = await feeds.enter(feedId).finally(() => { this.#opening.delete(feedId) })
      this.#opened.set(feedId, feed.tail)
      this.#bug?.live?.tail?.(feed.tail)
      try {
        const position = await feed.begin(start)
        const head = feed.tail.head
        const checked = await mayFollow({ caller, id, page: head })
        const leave = kind === 'room' ? this.viewers.enter(id, userId ?? 'guest') : () => {}
        const connection = seat.begin(response.reply, String(position), () => {
          leave()
          feeds.leave(feed, seat)
        })
        this.#responses.add(response)
        const joining = this.#bug?.live?.join?.(connection, () => this.#context.scheduler.now)
        this.#run(async () => {
          await feed.follow(seat, joining?.connection ?? connection, position, checked)
          joining?.joined()
        }, () => { seat.end('failed') })
        return { checked, head }
      } catch (error) {
        feeds.leave(feed, seat)
        throw error
      }
    } catch (error) {
      seat.leave()
      throw error
    }
  }

  /** The position that a client sends, as the service hears it. */
  #heard (sent: string | null): string | null {
    return this.#bug?.live?.position === undefined ? sent : this.#bug.live.position(sent)
  }

  /** What the bus has not told. */
  async look (): Promise<void> {
    if (this.#bug?.live?.isBlind === true) return
    await this.ownEvents.look()
    for (const tails of this.#tails) await tails.look()
  }

  /** What is due every few seconds: heartbeats, and how many people watch a room. */
  async beat (): Promise<void> {
    for (let second = 0; second < BEATS; second++) await this.#streams.beat()
    this.viewers.beat((roomId, count) => { this.#rooms.tell(feedIdOf(roomId), viewersFrame(count, this.#clock())) })
  }

  /** The process is gone, with all its streams. */
  die (): void {
    for (const response of this.#responses) response.breakOff(this.#context.live.random.chance(0.3))
    this.#responses.clear()
  }

  /** The newest page that the process has; 0 while it reads the feed for the first time, null where it has not opened it. */
  headOf (feedId: string): number | null {
    if (this.#opening.has(feedId)) return 0
    return this.#opened.get(feedId)?.head ?? null
  }

  #run (piece: () => Promise<void>, failed = (): void => {}): void {
    spawn(this.#context, async () => { await tolerant(piece, failed) })
  }
}

/** The log without what has expired. */
function expiringEvents (events: EventLog, { live }: Context): EventLog {
  return withMethods(events, {
    read: async (partition, after, limit) => await events.read(partition, Math.max(after, live.expiredOffsets[partition] ?? 0), limit),
  })
}

/** The feeds, as those see them who read live, without what has expired. */
function expiringFeeds<Entry, Snapshot> (feeds: FeedStore<Entry, Snapshot>, { live }: Context): FeedStore<Entry, Snapshot> {
  return instead(feeds, {
    read: async (feedId, after, limit) => await feeds.read(feedId, Math.max(after, live.expiredPage(feedId)), limit),
    readBack: async (feedId, before, limit) => {
      const expired = live.expiredPage(feedId)
      return (await feeds.readBack(feedId, before, limit)).filter(({ page }) => page > expired)
    },
  })
}
