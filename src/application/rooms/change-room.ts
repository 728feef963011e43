import type { Caller } from '#domain/accounts/session.js'
import { DomainError } from '#domain/errors.js'
import { actorOf, type EventActor } from '#domain/live/event-actor.js'
import { MODERATING, OWNING, requireRole, type Person } from '#domain/rooms/admit.js'
import { firstMeter } from '#domain/rooms/meter.js'
import { canceledRoom, editedRoom, endedRoom, newRoom, pinnedRoom, startedRoom, type MessagePlace, type Room, type RoomDetails, type RoomEdit, type RoomSettings } from '#domain/rooms/room.js'
import { feedIdOf, roomChanged, type RoleEntry } from '#domain/rooms/room-entry.js'
import { roomEventsOf } from '#domain/rooms/room-event.js'
import type { RoomState } from '#domain/rooms/room-state.js'
import { minutesRemaining } from '#domain/streamers/streamer.js'
import type { Timestamp } from '#domain/time.js'
import { checkSameRequest } from '../idempotency.js'
import type { FeedStore, RoomStore, Together } from '../ports/room-stores.js'
import type { StreamerStore } from '../ports/streamer-store.js'
import type { Clock, Identity } from '../ports/system.js'
import type { VideoProvider } from '../ports/video-provider.js'
import { streamerIdsOf, type OpenRoom, type PersonIn } from './open-rooms.js'
import { entryAt, requireMessage, requireRoom } from './read-rooms.js'

export interface ChangeRoomPorts {
  readonly rooms: RoomStore
  readonly feeds: FeedStore
  readonly streamers: StreamerStore
  readonly identity: Identity
  readonly clock: Clock
  readonly openRoom: OpenRoom
  readonly personIn: PersonIn
  /** Absent from a service without video. */
  readonly video?: VideoProvider | null
}

export interface CreateRoomCommand {
  readonly caller: Caller
  readonly key: string
  readonly details: RoomDetails & { readonly settings: Partial<RoomSettings> }
  /** For administrators: whose room it becomes. Null: the caller's. */
  readonly streamerId: string | null
  /** An earlier room of the streamer. */
  readonly copyModeratorsFrom: string | null
}

export interface CreatedRoom {
  readonly room: Room
  readonly replayed: boolean
}

/** Creates a scheduled room, once for an idempotency key of the streamer. @throws forbidden, not_a_streamer, not_found, idempotency_key_reused, what `newRoom` throws */
export function makeCreateRoom ({ rooms, feeds, streamers, identity, clock, openRoom }: ChangeRoomPorts) {
  return async function createRoom ({ caller, key, details, streamerId: named, copyModeratorsFrom }: CreateRoomCommand): Promise<CreatedRoom> {
    const streamerId = await streamerOf(caller, named)
    const roomId = identity.derived('room', [streamerId, key])
    const fingerprint = identity.fingerprint({ details, copyModeratorsFrom })
    const room = newRoom(details, { roomId, streamerId, fingerprint }, clock())
    const by = caller.userId
    const moderators = copyModeratorsFrom === null ? [] : await moderatorsOf(copyModeratorsFrom, streamerId)
    const roles = moderators.map((userId): RoleEntry => ({ type: 'role', at: room.createdAt, userId, isModerator: true, by }))
    const page = { feedId: feedIdOf(roomId), page: 1, entries: [roomChanged(room, room.createdAt), ...roles], writer: identity.random('wrt'), writtenAt: room.createdAt }
    const { kind } = await feeds.append(page, { room, events: roomEventsOf(null, room, actorOf(caller)) })
    if (kind === 'appended') return { room, replayed: false }
    const stored = requireRoom(await rooms.find(roomId))
    checkSameRequest(stored, fingerprint)
    return { room: stored, replayed: true }
  }

  async function streamerOf (caller: Caller, named: string | null): Promise<string> {
    const own = streamerIdsOf(caller, identity)
    if (named !== null && !caller.admin && !own.includes(named)) throw new DomainError('forbidden', 'only administrators create rooms of others')
    for (const streamerId of named === null ? own : [named]) if (await streamers.find(streamerId) !== null) return streamerId
    throw new DomainError('not_a_streamer', named === null ? 'no minutes were ever credited to you' : 'there is no such streamer')
  }

  async function moderatorsOf (roomId: string, streamerId: string): Promise<readonly string[]> {
    const feed = await openRoom(roomId)
    await feed.catchUp()
    const { state } = feed
    if (state.streamerId !== streamerId) throw new DomainError('not_found', 'the streamer has no such room')
    return [...state.moderators]
  }
}

export interface RoomCommand {
  readonly caller: Caller
  readonly roomId: string
}

interface Step {
  readonly room: Room
  readonly claim?: NonNullable<Together['claim']>
  readonly meter?: NonNullable<Together['meter']>
}

type Change = (room: Room, state: RoomState, person: Person, now: Timestamp) => Step

/** How often a change is made anew, because another one came first. */
const TRIES_MAX = 10

/** Writes the next version of a room in one step with its entry in the feed. @throws not_found, store_busy, and what `decide` throws */
export function makeWriteRoom ({ rooms, openRoom }: Pick<ChangeRoomPorts, 'rooms' | 'openRoom'>) {
  return async function writeRoom (roomId: string, by: EventActor, decide: (room: Room, state: RoomState, now: Timestamp) => Step): Promise<Room> {
    const feed = await openRoom(roomId)
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const before = requireRoom(await rooms.find(roomId))
      let after = before
      const result = await feed.submit((state, at) => {
        const step = decide(before, state, at)
        after = step.room
        return after === before ? { kind: 'nothing' } : { kind: 'write', entry: roomChanged(after, at), together: { ...step, events: roomEventsOf(before, after, by) } }
      }, true)
      if (result.kind !== 'room_changed') return after
    }
    throw new DomainError('store_busy', 'other changes of the room came first for too long', { retryAfterS: 1 })
  }
}

/** The changes of a room. They throw not_found, forbidden, room_state, store_busy, and what their rules throw. */
export function makeChangeRoom ({ rooms, feeds, streamers, openRoom, personIn, video = null }: ChangeRoomPorts) {
  const writeRoom = makeWriteRoom({ rooms, openRoom })

  async function change ({ caller, roomId }: RoomCommand, decide: Change): Promise<Room> {
    return await writeRoom(roomId, actorOf(caller), (room, state, now) => decide(room, state, personIn(state, caller), now))
  }

  return {
    /** @throws version_conflict */
    editRoom: async ({ version, edit, ...command }: RoomCommand & { readonly version: number, readonly edit: RoomEdit }): Promise<Room> =>
      await change(command, (room, state, person, now) => {
        const role = requireRole(state, person, ...MODERATING)
        if (role === 'moderator' && !isModeration(edit)) requireRole(state, person, ...OWNING)
        if (room.version !== version) throw new DomainError('version_conflict', `the room has version ${room.version}`)
        return { room: editedRoom(room, edit, now) }
      }),

    cancelRoom: async (command: RoomCommand): Promise<Room> => await change(command, (room, state, person, now) => {
      requireRole(state, person, ...OWNING)
      return { room: canceledRoom(room, now) }
    }),

    /** @throws insufficient_minutes, already_live */
    startRoom: async (command: RoomCommand): Promise<Room> => {
      const { state: { streamerId } } = await openRoom(command.roomId)
      const streamer = await streamers.find(streamerId)
      return await change(command, (room, state, person, now) => {
        requireRole(state, person, ...OWNING)
        const started = startedRoom(room, now)
        if (started !== room && (streamer === null || minutesRemaining(streamer) < 1)) throw new DomainError('insufficient_minutes', 'a broadcast needs one minute')
        return { room: started, claim: { streamerId, roomId: room.roomId, step: 'take' }, meter: firstMeter(room, now) }
      })
    },

    endRoom: async (command: RoomCommand): Promise<Room> => {
      const ended = await change(command, (room, state, person, now) => {
        requireRole(state, person, ...OWNING)
        const { streamerId, roomId } = room
        return { room: endedRoom(room, person.isOwner ? 'streamer' : 'moderator', now), claim: { streamerId, roomId, step: 'leave' } }
      })
      await video?.endRoom(command.roomId)
      return ended
    },

    /** @throws product_unknown; not_found also for a message that is not there */
    pinInRoom: async ({ productIds, message, ...command }: RoomCommand & { readonly productIds?: readonly string[], readonly message?: MessagePlace | null }): Promise<Room> => {
      const entry = message == null ? undefined : await entryAt(feeds, command.roomId, message.position)
      return await change(command, (room, state, person, now) => {
        requireRole(state, person, ...MODERATING)
        if (message != null) requireMessage(entry, message.messageId)
        return { room: pinnedRoom(room, { ...(productIds !== undefined && { productIds }), ...(message !== undefined && { message }) }, now) }
      })
    },
  }
}

/** Whether the edit changes nothing but what moderators may: slow mode and words. */
function isModeration ({ settings = {}, ...details }: RoomEdit): boolean {
  return Object.keys(details).length === 0 && Object.keys(settings).every((name) => name === 'slowModeS' || name === 'words')
}
