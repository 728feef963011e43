import { DomainError } from '#domain/errors.js'
import { admitWarning } from '#domain/rooms/admit.js'
import { abandonedAt, absenceEnd, exhaustedAt, isAbandoned, minutesOf, presentMeter, settledMeter, withMinutes, type RoomMeter } from '#domain/rooms/meter.js'
import { endedRoom, type Room } from '#domain/rooms/room.js'
import { minutesRemaining, post, type Posting, type Streamer } from '#domain/streamers/streamer.js'
import { laterBy, SECOND_MS, type Timestamp } from '#domain/time.js'
import type { RoomStore } from '../ports/room-stores.js'
import type { StreamerStore } from '../ports/streamer-store.js'
import type { Clock, Identity } from '../ports/system.js'
import type { VideoProvider } from '../ports/video-provider.js'
import { requireStreamer } from '../streamers/read-streamers.js'
import { allSettledOrThrow } from '../turns.js'
import { BY_SERVICE } from '#domain/live/event-actor.js'
import { makeWriteRoom } from './change-room.js'
import type { OpenRoom } from './open-rooms.js'
import { requireRoom } from './read-rooms.js'

export interface ChargeRoomsPorts {
  readonly rooms: RoomStore
  readonly streamers: StreamerStore
  readonly identity: Identity
  readonly clock: Clock
  readonly openRoom: OpenRoom
  /** Absent from a service without video. */
  readonly video?: VideoProvider | null
}

/** Meters of one run, all concurrently. */
const METERS_AT_ONCE = 16
/** After a crash another process takes the meter so much later. The minutes are the same. */
const LEASE_MS = 30 * SECOND_MS

/**
 * One run of the job: charges the minutes of broadcasts that are due, from the time of their start alone. Returns whether more may be due.
 *
 *   a meter is due ──▶ minutes to charge   in one step: the ledger has an entry, and the meter its minutes and the next due time
 *                  ──▶ no minutes are left  the room ends, or has ended, and the meter keeps what could not be charged
 *                  ──▶ the streamer is away  for 5 minutes, by the answer of the video provider: the room has ended with them
 *                  ──▶ nothing to charge    the meter waits for the next minute, or is done
 *
 * @throws the first error, once all meters are done; a meter whose turn failed is due again when its lease is over
 */
export function makeChargeRooms ({ rooms, streamers, identity, clock, openRoom, video = null }: ChargeRoomsPorts) {
  const writeRoom = makeWriteRoom({ rooms, openRoom })

  return async function chargeRooms (): Promise<boolean> {
    const due = await rooms.dueMeters(clock(), METERS_AT_ONCE)
    return (await allSettledOrThrow(due.map(take))).includes(true)
  }

  /** Whether the meter was ours to take. */
  async function take (due: RoomMeter): Promise<boolean> {
    const now = clock()
    const leased = { ...due, dueAt: laterBy(now, LEASE_MS) }
    if (!await rooms.moveMeter(due, leased)) return false
    const { meter, room } = await withoutAbsence(leased, requireRoom(await rooms.find(due.roomId)), now)
    const isDue = minutesOf(meter.startedAt, room.endedAt ?? now) > meter.chargedMinutes
    const streamer = requireStreamer(await streamers.find(meter.streamerId))
    if (!isDue || minutesRemaining(streamer) === 0) await conclude(meter, room, isDue, now)
    else await charge(meter, room, streamer)
    return true
  }

  /** Ends the room if its streamer is away, and forgets it if they are there. What the provider does not say is asked again with the next minute. */
  async function withoutAbsence (meter: RoomMeter, room: Room, now: Timestamp): Promise<{ readonly meter: RoomMeter, readonly room: Room }> {
    const end = room.endedAt === null ? absenceEnd(meter, now) : null
    if (end === null || video === null) return { meter, room }
    const answer = await video.isPublishing(room.roomId, room.streamerId)
    if (answer.kind !== 'known') return { meter, room }
    if (!answer.isPublishing) return { meter, room: await endLive(room, 'streamer_absent', end) }
    const present = presentMeter(meter)
    // Lost where something was heard in between: it stays, and the provider is asked again.
    await rooms.moveMeter(meter, present)
    return { meter: present, room }
  }

  /** Charges as many of the minutes as the streamer has, once for the minutes that were charged before. */
  async function charge (meter: RoomMeter, { roomId, endedAt }: Room, known: Streamer): Promise<void> {
    const { streamerId, chargedMinutes } = meter
    const until = endedAt ?? await metered(roomId)
    // It has ended meanwhile: the next look charges up to the end.
    if (until === null) return
    const missing = minutesOf(meter.startedAt, until) - chargedMinutes
    const id = [streamerId, 'live', roomId, String(chargedMinutes)]
    const ids = { streamerId, entryId: identity.derived('led', id) }
    const about = { ...ids, kind: 'spend', broadcastId: roomId, paymentId: null, note: null, fingerprint: identity.fingerprint(id) } as const
    const charged = (streamer: Streamer | null): Posting => {
      const minutes = Math.max(1, Math.min(missing, minutesRemaining(requireStreamer(streamer))))
      return { ...post(requireStreamer(streamer), { ...about, minutes }, clock()), meter: withMinutes(meter, minutes, endedAt) }
    }
    const posted = await streamers.post(ids, charged, { known }).catch(nullIfSpent)
    if (posted?.inserted === true) await warn(withMinutes(meter, posted.entry.minutes, endedAt), minutesRemaining(posted.streamer))
  }

  /** The moment up to which a live room is charged, which its feed has from now on; null where it is no longer live. */
  async function metered (roomId: string): Promise<Timestamp | null> {
    const feed = await openRoom(roomId)
    const result = await feed.submit(({ status }, at) => status === 'live' ? { kind: 'write', entry: { type: 'metered', at } } : { kind: 'nothing' })
    return result.kind === 'written' ? result.entry.at : null
  }

  async function warn (meter: RoomMeter, left: number): Promise<void> {
    const feed = await openRoom(meter.roomId)
    await feed.submit((state, at) => {
      const entry = admitWarning(state, meter, left, at)
      return entry === null ? { kind: 'nothing' } : { kind: 'write', entry }
    })
  }

  /** For a meter with nothing to charge. */
  async function conclude (meter: RoomMeter, room: Room, isExhausted: boolean, now: Timestamp): Promise<void> {
    const end = isExhausted ? exhaustedAt(meter, now) : abandonedAt(meter.startedAt)
    const isOver = isExhausted || isAbandoned(meter, now)
    const { endedAt } = isOver ? await endLive(room, isExhausted ? 'minutes_exhausted' : 'abandoned', end) : room
    await rooms.moveMeter(meter, endedAt === null ? withMinutes(meter, 0, null) : settledMeter(meter, endedAt))
  }

  /** An end without minutes or streamer is not before what another process has charged since, from minutes that were credited. */
  async function endLive ({ roomId, streamerId }: Room, reason: NonNullable<Room['endedReason']>, endedAt: Timestamp): Promise<Room> {
    const ended = await writeRoom(roomId, BY_SERVICE, (room, { meteredAt }, at) => ({ room: endedRoom(room, reason, at, reason === 'abandoned' || endedAt > meteredAt ? endedAt : meteredAt), claim: { streamerId, roomId, step: 'leave' } }))
    await video?.endRoom(roomId)
    return ended
  }
}

/** Another room, or a request, has spent the last minutes meanwhile: the next look finds none, and ends the room. */
function nullIfSpent (error: unknown): null {
  if (error instanceof DomainError && error.code === 'insufficient_minutes') return null
  throw error
}
