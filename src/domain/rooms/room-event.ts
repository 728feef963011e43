import type { EventActor } from '../live/event-actor.js'
import type { Timestamp } from '../time.js'
import { ROOM_STATUSES, type Room, type RoomStatus } from './room.js'

/** A status that a room has reached. */
export const ROOM_EVENT_TYPES = ROOM_STATUSES.map((status) => `room.${status}` as const)
export type RoomEventType = typeof ROOM_EVENT_TYPES[number]

/** An event of a room. */
export interface RoomEvent {
  /** Time, room and version. Ids are unique and sort in the order of the events. */
  readonly eventId: string
  readonly type: RoomEventType
  readonly occurredAt: Timestamp
  readonly subjectId: string
  /** Absent where no one noted it. */
  readonly by?: EventActor
  readonly data: {
    readonly streamerId: string
    readonly status: RoomStatus
    /** Null of a room that is new. */
    readonly previousStatus: RoomStatus | null
    readonly endedReason: Room['endedReason']
  }
}

/** What the change from one version to another tells: a new status. @param before null for a new room */
export function roomEventsOf (before: Room | null, after: Room, by: EventActor): RoomEvent[] {
  const { roomId: subjectId, status, streamerId, endedReason, updatedAt: occurredAt, version } = after
  const previousStatus = before?.status ?? null
  if (status === previousStatus) return []
  const eventId = `${occurredAt}#${subjectId}#${String(version).padStart(6, '0')}.000`
  return [{ eventId, type: `room.${status}`, occurredAt, subjectId, by, data: { streamerId, status, previousStatus, endedReason } }]
}
