import type { Stores } from '../ports/stores.js'
import type { Clock, Identity } from '../ports/system.js'
import type { VideoProvider } from '../ports/video-provider.js'
import { makeChangeRoom, makeCreateRoom } from './change-room.js'
import { makeMemberUseCases } from './members.js'
import { makePersonIn, type OpenRoom } from './open-rooms.js'
import { makeGetRoom, makeListRoomMessages, makeListRooms } from './read-rooms.js'
import { makeHandleVideoWebhook } from './handle-video-webhook.js'
import { makeExportRoom, makeReplayRoom } from './replay-room.js'
import { makeRoomStats } from './room-stats.js'
import { makeIssueVideoToken } from './video-token.js'
import { makeAnnounce, makeModerateMessages, makeSendRoomMessage } from './room-messages.js'

export interface RoomPorts extends Pick<Stores, 'rooms' | 'feeds' | 'streamers' | 'outbox' | 'stats' | 'webhookEvents'> {
  readonly identity: Identity
  readonly clock: Clock
  readonly openRoom: OpenRoom
  readonly roomRateMax: number
  /** Absent from a service without video. */
  readonly video?: VideoProvider | null
}

export type RoomUseCases = ReturnType<typeof makeRoomUseCases>

export function makeRoomUseCases ({ rooms, feeds, streamers, outbox, stats, webhookEvents, identity, clock, openRoom, roomRateMax, video = null }: RoomPorts) {
  const personIn = makePersonIn(identity)
  const ports = { rooms, feeds, streamers, outbox, stats, identity, clock, openRoom, personIn, roomRateMax, webhookEvents, video }
  const members = makeMemberUseCases(ports)
  return {
    createRoom: makeCreateRoom(ports),
    getRoom: makeGetRoom(ports),
    listRooms: makeListRooms(ports),
    ...makeChangeRoom(ports),
    sendRoomMessage: makeSendRoomMessage(ports),
    listRoomMessages: makeListRoomMessages(ports),
    replayRoom: makeReplayRoom(ports),
    exportRoom: makeExportRoom(ports),
    announce: makeAnnounce(ports),
    roomStats: makeRoomStats(ports),
    ...makeModerateMessages(ports, members.setSanction),
    ...members,
    issueVideoToken: makeIssueVideoToken(ports),
    handleVideoWebhook: makeHandleVideoWebhook(ports),
  }
}
