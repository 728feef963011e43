import type { LoggedEvent } from '#application/ports/event-log.js'
import { OUTBOX_SHARDS, outboxShardOf } from '#application/ports/outbox-store.js'
import type { FeedPage, RoomEntry } from '#domain/rooms/room-entry.js'
import type { ChannelEntry } from '#domain/channels/channel-entry.js'
import { spawn, violate, type Context } from '../context.js'
import type { Node } from '../node.js'
import { together } from '../quiet.js'
import type { FeedReader } from './feed-reader.js'
import { checkRemovals } from './removals-at-end.js'

const ALL = 100_000
const PUBLISHED = 'each event is published once, in the step that completes it'
/** Until a stream is cut whose reader is gone without a word, and until another process is forgotten that is heard no more. */
const GHOSTS_MS = 120_000
const BEAT_MS = 5_000
const ROUNDS = 3
/** Longer than the longest pause between two looks. */
const LOOK_MS = 3_000

/** Once all is quiet and one more process has died, readers come back, each sees all of what is theirs, and the viewers of a room are as many as they are. */
export async function checkLive (context: Context, nodes: readonly Node[]): Promise<void> {
  const { live, scheduler, rooms: { roomIds } } = context
  if (!live.isOpen) return
  // The end of a room is an event.
  await together(context, nodes, async (node) => { await node.dispatch() })
  const log = await logOf(context)
  checkLog(context, log)
  nodes.at(-1)?.crash()
  await scheduler.run()
  // One for whom much waits is cut, and comes back.
  const readers = [...live.ownReaders, ...live.feedReaders]
  for (let round = 0; round < ROUNDS && (round === 0 || readers.some(({ stream }) => stream?.isOpen !== true)); round++) await readOn(context, nodes)
  for (let passed = 0; passed < GHOSTS_MS; passed += BEAT_MS) {
    await together(context, nodes, async (node) => { await node.live?.beat() })
    await scheduler.run({ until: scheduler.now + BEAT_MS })
  }
  await scheduler.run()
  for (const reader of live.ownReaders) reader.check(log)
  for (const reader of live.feedReaders) await checkReader(context, reader)
  for (const roomId of roomIds) checkViewers(context, nodes, roomId)
}

/** Those without a stream come back, and all processes look for what is new. */
async function readOn (context: Context, nodes: readonly Node[]): Promise<void> {
  const { live, scheduler } = context
  for (const reader of [...live.ownReaders, ...live.feedReaders]) if (reader.stream?.isOpen !== true) spawn(context, async () => { await reader.connect(reader.position) })
  await scheduler.run({ until: scheduler.now + LOOK_MS })
  await scheduler.run()
  await together(context, nodes, async (node) => { await node.live?.look() })
  await scheduler.run()
}

async function logOf ({ store }: Context): Promise<readonly LoggedEvent[]> {
  const partitions = await Promise.all(Array.from({ length: OUTBOX_SHARDS }, async (_, partition) => await store.events.read(partition, 0, ALL)))
  return partitions.flat()
}

/** The log has each event that was stored, at dense offsets. */
function checkLog (context: Context, log: readonly LoggedEvent[]): void {
  const wrong = (what: string): void => { violate(context, PUBLISHED, what) }
  const { events } = context.live
  const published = new Set<string>()
  const next = Array.from({ length: OUTBOX_SHARDS }, () => 1)
  for (const { id, partition, offset, type } of log) {
    if (offset !== next[partition]) wrong(`${offset} of ${partition} in the place of ${next[partition]}`)
    next[partition] = offset + 1
    const event = events.get(id)
    if (event?.type !== type || outboxShardOf(event) !== partition) wrong(`${type} ${id} was never stored`)
    if (published.has(id)) wrong(`${type} ${id} is there twice`)
    published.add(id)
  }
  for (const { eventId, type } of events.values()) if (!published.has(eventId)) wrong(`${type} ${eventId} is not in the log`)
}

async function checkReader (context: Context, reader: FeedReader): Promise<void> {
  const { feedId, wanted } = reader
  const pages: ReadonlyArray<FeedPage<RoomEntry | ChannelEntry>> = wanted.kind === 'room' ? await context.store.feeds.read(feedId, 0, ALL) : context.channels.pagesOf(wanted.id)
  reader.check(pages)
  checkRemovals(context, reader, pages)
}

/** Each process counts each person once who reads the room there. */
function checkViewers (context: Context, nodes: readonly Node[], roomId: string): void {
  const watching = new Set(context.live.feedReaders.flatMap(({ wanted, stream }) => wanted.id === roomId && stream?.isOpen === true ? [`${stream.live.name} ${wanted.userId}`] : []))
  for (const { live, name } of nodes) {
    const count = live?.viewers.count(roomId)
    const isAlone = !context.live.hasBus
    const wanted = isAlone ? [...watching].filter((watcher) => watcher.startsWith(`${name} `)).length : watching.size
    if (count !== wanted) violate(context, 'the viewers of a room are counted as they are', `${name} counts ${count} in ${roomId}, where ${[...watching].join() || 'no one'} is`)
  }
}
