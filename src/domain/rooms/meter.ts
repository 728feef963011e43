import { HOUR_MS, laterBy, MINUTE_MS, type Timestamp } from '../time.js'
import type { Room } from './room.js'

/** A broadcast ends after so long. */
export const BROADCAST_MAX_MS = 12 * HOUR_MS
/** Owner and moderators are warned when so many minutes are left. */
export const WARNING_MINUTES = 5

/** The streamer of a live room may be away for so long. */
export const ABSENCE_MAX_MS = 5 * MINUTE_MS

/** How many minutes of a broadcast the ledger of its streamer has. */
export interface RoomMeter {
  readonly roomId: string
  readonly streamerId: string
  readonly startedAt: Timestamp
  readonly chargedMinutes: number
  /** Minutes of an ended broadcast that the streamer did not have. */
  readonly unchargedMinutes: number
  /** When the next minute begins, or a lease is over; null once the broadcast is over and counted. */
  readonly dueAt: Timestamp | null
  /** When the last event of the video provider about the streamer arrived. Not there while no event says that they left. */
  readonly absentSince?: Timestamp
}

/** The meter of a broadcast that begins. Its first minute is due at once. */
export function firstMeter ({ roomId, streamerId }: Pick<Room, 'roomId' | 'streamerId'>, startedAt: Timestamp): RoomMeter {
  return { roomId, streamerId, startedAt, chargedMinutes: 0, unchargedMinutes: 0, dueAt: startedAt }
}

/** The minutes of a broadcast up to a moment, by its beginning alone. A minute that has begun counts whole, and nothing counts after the longest broadcast. */
export function minutesOf (startedAt: Timestamp, until: Timestamp): number {
  const milliseconds = Math.min(Date.parse(until) - Date.parse(startedAt), BROADCAST_MAX_MS)
  return Math.max(1, Math.ceil(milliseconds / MINUTE_MS))
}

/** The end of the minutes that are charged. */
export function chargedUntil ({ startedAt, chargedMinutes }: Pick<RoomMeter, 'startedAt' | 'chargedMinutes'>): Timestamp {
  return laterBy(startedAt, chargedMinutes * MINUTE_MS)
}

/** The meter with so many minutes more, due when the next one begins; `endedAt` is null while the broadcast goes on. */
export function withMinutes (meter: RoomMeter, minutes: number, endedAt: Timestamp | null): RoomMeter {
  const charged = { ...meter, chargedMinutes: meter.chargedMinutes + minutes }
  const isOver = endedAt !== null && charged.chargedMinutes >= minutesOf(meter.startedAt, endedAt)
  return { ...charged, dueAt: isOver ? null : laterBy(chargedUntil(charged), 1) }
}

/** The meter of a broadcast that is over, and of which nothing more can be charged. */
export function settledMeter (meter: RoomMeter, endedAt: Timestamp): RoomMeter {
  return { ...meter, unchargedMinutes: Math.max(0, minutesOf(meter.startedAt, endedAt) - meter.chargedMinutes), dueAt: null }
}

/** When a broadcast without minutes ends: with its last charged minute, or now where that is a minute ago or more, because nothing looked. */
export function exhaustedAt (meter: RoomMeter, now: Timestamp): Timestamp {
  const end = chargedUntil(meter)
  return laterBy(end, MINUTE_MS) > now ? end : now
}

/** Whether the broadcast has taken its longest time. */
export function isAbandoned ({ startedAt }: RoomMeter, now: Timestamp): boolean {
  return abandonedAt(startedAt) <= now
}

export function abandonedAt (startedAt: Timestamp): Timestamp {
  return laterBy(startedAt, BROADCAST_MAX_MS)
}

/**
 * The meter after an event of the video provider that the streamer came or went. Each event begins the time of an absence anew, and one that they came
 * begins none. Events may be doubled, late or out of order, so none is believed: when the time is over, the provider is asked.
 */
export function heardMeter (meter: RoomMeter, isPresent: boolean, at: Timestamp): RoomMeter {
  return isPresent && meter.absentSince === undefined ? meter : { ...meter, absentSince: at }
}

/** The meter of a streamer who is known to be there. */
export function presentMeter ({ absentSince: _, ...meter }: RoomMeter): RoomMeter {
  return meter
}

/** When the broadcast ends if its streamer is away; null while they may be, and where it has taken its longest time before. */
export function absenceEnd ({ startedAt, absentSince }: Pick<RoomMeter, 'startedAt' | 'absentSince'>, now: Timestamp): Timestamp | null {
  if (absentSince === undefined) return null
  const end = laterBy(absentSince, ABSENCE_MAX_MS)
  return end > now || end > abandonedAt(startedAt) ? null : end
}
