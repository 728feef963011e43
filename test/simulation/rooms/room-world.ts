import { withMethods } from '#adapters/durability/proxy.js'
import { identity } from '#adapters/system/system.js'
import { makeOpenRoom } from '#application/rooms/open-rooms.js'
import { makeRoomUseCases } from '#application/rooms/use-cases.js'
import type { FeedStore } from '#application/ports/room-stores.js'
import { feedIdOf, type RoomEntry } from '#domain/rooms/room-entry.js'
import type { RoomDetails } from '#domain/rooms/room.js'
import { newStreamer } from '#domain/streamers/streamer.js'
import { momentOf, never, violate, type Context } from '../context.js'
import { Random } from '../random.js'

/** How many lives have rooms. */
const WITH_ROOMS = 0.4
/** People who are in rooms, the first two of whom broadcast. */
export const ROOM_PEOPLE = ['oya', 'pamir', 'reha', 'suna', 'tan', 'umut']
export const STREAMERS = ROOM_PEOPLE.slice(0, 2)
export const ROOM_RATE_MAX = 40
export const DETAILS: RoomDetails = { title: 'Atkılar', description: null, category: null, coverUrl: null, visibility: 'public', startsAt: null, products: [{ productId: 'scarf', name: 'Atkı', price: { amount: 9900, currency: 'TRY' }, imageUrl: null, url: null, soldOut: false }] }
const SETTINGS = { messageMaxCharacters: 500, autoHideReports: 2 }

/** Drawn from numbers of its own, so that a life without rooms is the one that it would be if there were none. */
export function hasRooms (seed: number): boolean {
  return new Random(seed + 0x5eed).chance(WITH_ROOMS)
}

/** The feeds themselves, with a look at each page that is stored. */
export function watchedFeeds (feeds: FeedStore, context: () => Context): FeedStore {
  const live = new Map<string, string>()
  return withMethods(feeds, {
    append: async (page, together = {}) => {
      const appended = await feeds.append(page, together)
      if (appended.kind !== 'appended') return appended
      context().rooms.stored(page.feedId, page.page)
      const { room } = together
      if (room === undefined) return appended
      if (room.status !== 'live') live.delete(room.roomId)
      else if ([...live].some(([roomId, streamerId]) => streamerId === room.streamerId && roomId !== room.roomId)) violate(context(), 'a streamer has one live room at most', room.roomId)
      else live.set(room.roomId, room.streamerId)
      return appended
    },
  })
}

/** Two streamers with minutes and a live room each, of which one has a second room; some feeds are long already, so that their next snapshot is near. */
export async function openRooms (context: Context): Promise<void> {
  const { store, rooms, random } = context
  const clock = (): string => momentOf(context, -60_000)
  let made = 0
  const ports = { ...store, identity: { ...identity, random: (prefix?: string) => `${prefix}_first${made++}` }, clock, pause: async () => await never() }
  const { createRoom, startRoom, setModerator } = makeRoomUseCases({ ...ports, openRoom: makeOpenRoom(ports), roomRateMax: ROOM_RATE_MAX })
  for (const streamerId of STREAMERS) {
    // Enough for a whole broadcast, or for some minutes of it.
    const minutes = random.pick([1000, 1000, 3, 400])
    const streamer = { ...newStreamer(streamerId, `${streamerId}@example.com`, clock()), minutesPurchased: minutes, version: 1 }
    const entry = { entryId: `led_${streamerId}`, streamerId, kind: 'credit', minutes, minutesRemaining: minutes, paymentId: null, broadcastId: null, note: null, createdAt: clock(), fingerprint: '' } as const
    await store.streamers.post({ streamerId, entryId: entry.entryId }, () => ({ streamer, entry }), { known: null })
  }
  for (const [index, userId] of [...STREAMERS, ...STREAMERS.slice(0, 1)].entries()) {
    const caller = { userId, admin: false }
    const { room: { roomId } } = await createRoom({ caller, key: `room ${index}`, details: { ...DETAILS, settings: SETTINGS }, streamerId: null, copyModeratorsFrom: null })
    rooms.roomIds.push(roomId)
    await setModerator({ caller, roomId, userId: 'suna', isModerator: true })
    if (index < STREAMERS.length) await startRoom({ caller, roomId })
  }
  const [first = ''] = rooms.roomIds
  for (let left = random.chance(0.5) ? 0 : random.between(60, 95); left > 0; left--) {
    // The entry of a newer version says nothing to this one.
    const entries = [{ type: 'later', at: clock() }] as unknown as readonly RoomEntry[]
    await store.feeds.append({ feedId: feedIdOf(first), page: rooms.pagesOf(first) + 1, entries, writer: `early${left}`, writtenAt: clock() })
  }
}
