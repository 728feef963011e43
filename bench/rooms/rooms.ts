import { randomUUID } from 'node:crypto'
import { clock, identity, pause } from '#adapters/system/system.js'
import { makeOpenRoom } from '#application/rooms/open-rooms.js'
import { makeRoomUseCases, type RoomUseCases } from '#application/rooms/use-cases.js'
import type { OpenStores } from '#application/ports/stores.js'
import { newStreamer } from '#domain/streamers/streamer.js'

const NO_LIMIT = 1_000_000
export const TEXT = 'merhaba, atkının kırmızısı da var mı? kargo kaç gün'

/** The use cases of one node, with a limit of the room that no benchmark reaches. */
export function nodeOn (stores: OpenStores): RoomUseCases {
  const ports = { ...stores, identity, clock, pause }
  return makeRoomUseCases({ ...ports, openRoom: makeOpenRoom(ports), roomRateMax: NO_LIMIT })
}

/** A live room of a streamer of its own. */
export async function liveRoom (stores: OpenStores): Promise<string> {
  const streamerId = `streamer-${randomUUID()}`
  const caller = { userId: streamerId, admin: false }
  const { createRoom, startRoom } = nodeOn(stores)
  const streamer = { ...newStreamer(streamerId, `${streamerId}@example.com`, clock()), minutesPurchased: 100_000, version: 1 }
  const entry = { entryId: `led_${streamerId}`, streamerId, kind: 'credit', minutes: 100_000, minutesRemaining: 100_000, paymentId: null, broadcastId: null, note: null, createdAt: clock(), fingerprint: '' } as const
  await stores.streamers.post({ streamerId, entryId: entry.entryId }, () => ({ streamer, entry }), { known: null })
  const details = { title: 'Atkılar', description: null, category: 'fashion', coverUrl: null, visibility: 'public', startsAt: null, products: [], settings: {} } as const
  const { room: { roomId } } = await createRoom({ caller, key: 'bench', details, streamerId: null, copyModeratorsFrom: null })
  await startRoom({ caller, roomId })
  return roomId
}

let people = 0

/** Each message is of another person, because the room limits how fast one writes. */
export async function say ({ sendRoomMessage }: RoomUseCases, roomId: string) {
  const userId = `viewer-${people++}`
  return await sendRoomMessage({ caller: { userId, admin: false }, userId, roomId, text: TEXT, replyTo: null, key: `k-${people}` })
}
