import { withMethods } from '#adapters/durability/proxy.js'
import type { LiveConnection } from '#adapters/http/live/connection.js'
import type { FeedTail } from '#application/live/feed-tail.js'
import { positionIn, positionWord } from '#application/live/position.js'
import type { Viewers, ViewersPorts } from '#application/live/viewers.js'
import type { EventLog, LoggedEvent } from '#application/ports/event-log.js'
import { isPublish, OUTBOX_SHARDS, type OutboxStore } from '#application/ports/outbox-store.js'
import { instead, type LiveBug, type PlantedBug } from './planted-bug.js'

const onLive = (name: string, live: LiveBug): PlantedBug => ({ name, live })

/** For so long one who joins late gets nothing. */
const LATE_MS = 1000

/** The reader has the pages that were there, and then those that come a while after. */
function joiningLate (connection: LiveConnection, nowMs: () => number): ReturnType<NonNullable<LiveBug['join']>> {
  let joinsAt: number | null = null
  const late = withMethods(connection, {
    write: (frame) => { if (joinsAt === null || nowMs() >= joinsAt) connection.write(frame) },
  })
  return { connection: late, joined: () => { joinsAt = nowMs() + LATE_MS } }
}

/** Takes the numbers of the first two partitions that differ for each other's. */
function swapped (word: string | null): string | null {
  const position = positionIn(word ?? '')
  if (position === null) return word
  const [first] = position
  const other = position.findIndex((offset) => offset !== first)
  return other === -1 ? word : positionWord(position.with(0, Number(position[other])).with(other, Number(first)))
}

/** Each process tells the others how many have come and gone. */
function counting ({ bells, nodeId }: ViewersPorts): Viewers {
  const counts = new Map<string, number>()
  const count = (roomId: string, change: number): void => { counts.set(roomId, (counts.get(roomId) ?? 0) + change) }
  bells.subscribe('viewers', (message) => {
    const [from, roomId, change] = JSON.parse(message) as readonly [string, string, number]
    if (from !== nodeId) count(roomId, change)
  })
  const tell = (roomId: string, change: number): void => {
    count(roomId, change)
    bells.publish('viewers', JSON.stringify([nodeId, roomId, change]))
  }
  return {
    enter: (roomId: string) => {
      tell(roomId, 1)
      return () => { tell(roomId, -1) }
    },
    count: (roomId: string) => counts.get(roomId) ?? 0,
    beat: () => {},
  } as unknown as Viewers
}

/** A log whose offsets each dispatcher counts by itself, and without a condition: a later row takes the place of an earlier one. */
function uncounted ({ outbox }: { readonly outbox: OutboxStore }): { readonly outbox: OutboxStore, readonly events: EventLog } {
  const rows = Array.from({ length: OUTBOX_SHARDS }, (): LoggedEvent[] => [])
  const counts = new Map<string, number>()
  const rowsOf = (partition: number): LoggedEvent[] => rows[partition] ?? []
  return {
    outbox: withMethods(outbox, {
      claim: async (shard, claim) => ({ ...await outbox.claim(shard, claim), published: counts.get(claim.owner) ?? rowsOf(shard).length }),
      complete: async (lease, events, writes) => {
        const { shard: partition, owner, published } = lease
        const completion = await outbox.complete({ ...lease, published: 0 }, events, writes.filter((write) => !isPublish(write)))
        if (completion.kind !== 'completed') return completion
        for (const [index, { event }] of writes.filter(isPublish).entries()) rowsOf(partition)[published + index] = { ...event, partition, offset: published + index + 1 }
        counts.set(owner, published + writes.filter(isPublish).length)
        return completion
      },
    }),
    events: {
      heads: async () => rows.map(({ length }) => length),
      read: async (partition, after, limit) => rowsOf(partition).slice(after, after + limit),
      ofSubject: async () => ({ items: [], nextKey: null }),
    },
  }
}

/** Gives the kept pages for all that lie behind a position. */
function believing<Entry, Snapshot> (tail: FeedTail<Entry, Snapshot>): void {
  const { since } = Object.getPrototypeOf(tail) as Pick<FeedTail<Entry, Snapshot>, 'since'>
  tail.since = (after) => {
    for (let from = after; from < tail.head; from++) {
      const pages = since.call(tail, from)
      if (pages !== null) return pages
    }
    return since.call(tail, tail.head)
  }
}

/** Bugs in what is published, and in how it reaches those who read live. */
export const LIVE_BUGS: readonly PlantedBug[] = [
  {
    name: 'an event that is published in another step than its end',
    ports: ({ outbox }) => ({
      outbox: instead(outbox, {
        complete: async (lease, events, writes) => {
          const publishing = writes.filter(isPublish)
          const published = await outbox.complete(lease, [], publishing)
          if (published.kind !== 'completed') return published
          return await outbox.complete({ ...lease, published: lease.published + publishing.length }, events, writes.filter((write) => !isPublish(write)))
        },
      }),
    }),
  },
  { name: 'an offset that is given twice', store: uncounted },
  onLive('a gap in the numbers that is not read', { feeds: (feeds) => instead(feeds, { read: async (feedId, after, limit) => (await feeds.read(feedId, after, limit)).slice(-1) }) }),
  onLive('a reader who joins after what is sent again, and not with it', { join: joiningLate }),
  onLive('a process that looks for nothing', { isBlind: true }),
  onLive('a position that is forgotten', { position: () => null }),
  onLive('positions of two partitions that are swapped', { position: swapped }),
  onLive('a tail that has let pages go, and whose pages are taken for all', { tail: believing }),
  onLive('a tail that has let events go, and whose events are taken for all', {
    node: ({ ownEvents: { tail } }) => {
      const since = tail.since.bind(tail)
      tail.since = (from) => since(from) ?? []
    },
  }),
  onLive('a ban that ends no stream', { view: (view) => ({ ...view, removes: () => null }) }),
  onLive('a right to read that is looked up in pages of before', {
    mayFollow: (mayFollow) => async (query) => {
      const checked = await mayFollow({ ...query, page: 0 })
      return Math.max(checked, query.page)
    },
  }),
  onLive('viewers that are counted up and down', { viewers: counting }),
]
