import { makeLocalBus } from '#adapters/system/bus.js'
import type { Bus } from '#application/ports/bus.js'
import { makePublish } from '#application/outbox/effects/publish.js'
import { OUTBOX_SHARDS, type OutboxEvent } from '#application/ports/outbox-store.js'
import type { OpenStores } from '#application/ports/stores.js'
import { DAY_MS } from '#domain/time.js'
import { tellingStores, wakingStores } from '#infrastructure/wiring/waking.js'
import type { Context } from '../context.js'
import type { Host } from '../network.js'
import type { Node } from '../node.js'
import { Random } from '../random.js'
import type { Ports } from '../use-cases.js'
import { FeedReader } from './feed-reader.js'
import { LiveBus } from './live-bus.js'
import { OwnReader } from './own-reader.js'

/** How many of the lives without rooms have readers. */
const WITH_READERS = 0.2
/** How many lives have logs and feeds of which some expires, at a moment before this one. */
const EXPIRING = 0.4
const EXPIRES_BEFORE_MS = 120_000
/** Rows that are left at least. */
const LEFT_MAX = 6
/** Who reads the rooms that are live from the start, the first two in the same; null for a guest. */
const IN_ROOMS = ['tan', 'umut', null]
const IN_CHANNELS = ['okan', 'pelin']
const KEPT_MS = 400 * DAY_MS

/** Drawn from numbers of its own, so that a life without readers is the one that it would be if there were none. */
export function hasReaders (seed: number, isWithRooms: boolean): boolean {
  return isWithRooms || new Random(seed + 0xea4d).chance(WITH_READERS)
}

/** Has each event noted that is stored beside what it reports. */
export function watchedOutbox ({ outbox }: OpenStores, context: () => Context): void {
  const { add } = outbox as unknown as { readonly add: (events: readonly OutboxEvent[]) => void }
  Object.assign(outbox, {
    add: (events: readonly OutboxEvent[]) => {
      for (const event of events) context().live.events.set(event.eventId, event)
      add.call(outbox, events)
    },
  })
}

/** Some people follow their own events, some those of rooms and channels. */
export function openReaders (context: Context, nodes: readonly Node[], people: readonly string[]): void {
  const { live, rooms: { roomIds }, channels: { channelIds }, scheduler } = context
  live.isOpen = true
  for (const name of people) live.ownReaders.push(new OwnReader(name, nodes, context))
  for (const [index, userId] of IN_ROOMS.entries()) {
    const id = roomIds[index >> 1]
    if (id !== undefined) live.feedReaders.push(new FeedReader(userId ?? 'guest', { kind: 'room', id, userId, until: null }, nodes, context))
  }
  for (const [index, userId] of IN_CHANNELS.entries()) {
    const id = channelIds[index % channelIds.length]
    if (id !== undefined) live.feedReaders.push(new FeedReader(userId, { kind: 'channel', id, userId, until: null }, nodes, context))
  }
  for (const reader of [...live.ownReaders, ...live.feedReaders]) reader.begin()
  if (live.random.chance(EXPIRING)) scheduler.after(live.random.below(EXPIRES_BEFORE_MS), () => { expire(context, nodes) })
}

/** What all running nodes have seen goes, but for some. */
function expire ({ live }: Context, nodes: readonly Node[]): void {
  const running = nodes.map((node) => node.live).filter((one) => one !== null)
  const left = live.random.below(LEFT_MAX)
  const positions = running.map(({ ownEvents }) => ownEvents.tail.position).filter((position) => position.length > 0)
  if (positions.length > 0) live.expiredOffsets = Array.from({ length: OUTBOX_SHARDS }, (_, partition) => Math.max(0, Math.min(...positions.map((position) => Number(position[partition]))) - left))
  for (const { feedId } of live.feedReaders) {
    const heads = running.map((one) => one.headOf(feedId)).filter((head) => head !== null)
    if (heads.length > 0) live.expiredPages.set(feedId, Math.max(0, Math.min(...heads) - left - 1))
  }
}

export interface Buses {
  /** Within the process, and between all. */
  readonly local: Bus
  readonly bells: LiveBus
}

/** The ports of a process that tells others what it stores, and publishes its events. */
export function tellingPorts (ports: Ports, host: Host, context: Context): Ports & { readonly buses: Buses } {
  const local = makeLocalBus()
  const bells = new LiveBus(host, context)
  const telling = tellingStores(wakingStores({ ...context.store, ...ports }, bells.bus), { bus: local, bells: bells.bus })
  return { ...telling, effects: [...ports.effects, makePublish({ keptMs: KEPT_MS })], buses: { local, bells } }
}
