import type { RoomMeter } from '#domain/rooms/meter.js'
import type { FeedPage } from '#domain/rooms/room-entry.js'
import type { Together } from '#application/ports/room-stores.js'
import { AS_IS, Conflict, type WriteKind } from './write-kind.js'

/** One key for rooms and streamers: a streamer's claim to a live room moves from one feed to another, and a charge changes the ledger and the meter of a room. */
export const ROOMS = 'rooms'

/** A page of a feed with what was written in the same step, in memory mode. An outage of DynamoDB takes none. */
export const page: WriteKind<{ readonly page: FeedPage, readonly together: Together }> = {
  key: () => ROOMS,
  subject: (write) => write.page.feedId,
  carryOut: async (write, { feeds }) => {
    const { kind } = await feeds.append(write.page, write.together)
    if (kind !== 'appended') throw new Conflict('another page came first under this number')
  },
  // Who may write is not guessed: rooms answer 503 until the store has the page.
  shown: () => ({}),
  stored: AS_IS,
}

/** The next state of a broadcast's meter without an entry of the ledger, in memory mode. */
export const meter: WriteKind<{ readonly before: RoomMeter, readonly after: RoomMeter }> = {
  key: () => ROOMS,
  subject: ({ after }) => after.roomId,
  // False means that the meter has moved on already.
  carryOut: async ({ before, after }, { rooms }) => { await rooms.moveMeter(before, after) },
  shown: () => ({}),
  stored: AS_IS,
}

/** What a restart cannot make again: snapshots follow from the pages. */
export function withoutSnapshot<Snapshot> ({ snapshot: _, ...together }: Together<Snapshot>): Together<Snapshot> {
  return together
}
