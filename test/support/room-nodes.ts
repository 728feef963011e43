import { memoryStores } from '#adapters/memory/stores.js'
import { makeChangeRoom, makeCreateRoom } from '#application/rooms/change-room.js'
import { makeChargeRooms } from '#application/rooms/charge-rooms.js'
import { makeHandleVideoWebhook } from '#application/rooms/handle-video-webhook.js'
import { makeMemberUseCases } from '#application/rooms/members.js'
import { makeOpenRoom, makePersonIn } from '#application/rooms/open-rooms.js'
import { makeSendRoomMessage, type SentRoomMessage } from '#application/rooms/room-messages.js'
import { makeIssueVideoToken } from '#application/rooms/video-token.js'
import type { FeedStore } from '#application/ports/room-stores.js'
import type { OpenStores } from '#application/ports/stores.js'
import type { Clock } from '#application/ports/system.js'
import type { VideoProvider } from '#application/ports/video-provider.js'
import { newStreamer } from '#domain/streamers/streamer.js'
import { countingIdentity, settableClock } from './builders.js'

export const owner = { userId: 'str_1', admin: false }
export const operator = { userId: null, admin: true }

export interface NodeOptions {
  readonly feeds?: FeedStore
  readonly clock?: Clock
  readonly openMax?: number
  /** What the node sees of the stores; by default the stores themselves. */
  readonly seen?: Pick<OpenStores, 'rooms' | 'streamers'>
  readonly video?: VideoProvider | null
}

/** Nodes that share stores, and a live room on them. */
export async function roomNodes (stores: OpenStores = memoryStores()) {
  const time = settableClock()
  const identity = countingIdentity()

  /** One more node of the service. */
  function node ({ feeds = stores.feeds, clock = time.clock, openMax, seen = stores, video = null }: NodeOptions = {}) {
    const pauses: number[] = []
    const pause = async (milliseconds: number): Promise<void> => { pauses.push(milliseconds) }
    const openRoom = makeOpenRoom({ feeds, identity, clock, pause }, openMax)
    const ports = { ...stores, rooms: seen.rooms, streamers: seen.streamers, feeds, identity, clock, openRoom, personIn: makePersonIn(identity), roomRateMax: 1_000_000, video }
    const sendRoomMessage = makeSendRoomMessage(ports)
    return {
      pauses,
      openRoom,
      createRoom: makeCreateRoom(ports),
      ...makeChangeRoom(ports),
      ...makeMemberUseCases(ports),
      chargeRooms: makeChargeRooms(ports),
      issueVideoToken: makeIssueVideoToken(ports),
      handleVideoWebhook: makeHandleVideoWebhook(ports),
      send: async (roomId: string, userId: string, text: string, key: string | null = null): Promise<SentRoomMessage> =>
        await sendRoomMessage({ caller: { userId, admin: false }, userId, roomId, text, replyTo: null, key }),
    }
  }

  const first = node()
  const streamer = { ...newStreamer('str_1', 'ada@example.com', time.clock()), minutesPurchased: 10, version: 1 }
  const entry = { entryId: 'led_1', streamerId: 'str_1', kind: 'credit', minutes: 10, minutesRemaining: 10, paymentId: null, broadcastId: null, note: null, createdAt: time.clock(), fingerprint: '' } as const
  await stores.streamers.post({ streamerId: 'str_1', entryId: 'led_1' }, () => ({ streamer, entry }), { known: null })
  const details = { title: 'Atkılar', description: null, category: null, coverUrl: null, visibility: 'public', startsAt: null, products: [], settings: {} } as const
  const { room: { roomId } } = await first.createRoom({ caller: owner, key: 'k-1', details, streamerId: null, copyModeratorsFrom: null })
  await first.startRoom({ caller: owner, roomId })
  return { stores, time, identity, node, first, roomId, feedId: `room#${roomId}` }
}

export type RoomNodes = Awaited<ReturnType<typeof roomNodes>>
