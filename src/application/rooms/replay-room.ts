import { DomainError } from '#domain/errors.js'
import { OWNING, requireRole } from '#domain/rooms/admit.js'
import type { Room } from '#domain/rooms/room.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import { allEntries, oldestEntries } from '../feeds/history.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { RoomCommand } from './change-room.js'
import type { OpenRoom, PersonIn } from './open-rooms.js'
import { chatOf, requireRoom, type PlacedEntry, type ReadChatPorts } from './read-rooms.js'

/** A message, an announcement or an order, with the milliseconds from the start of the broadcast to it; null where there was no start. */
export interface ReplayedEntry extends PlacedEntry {
  readonly sinceStartMs: number | null
}

export interface ReplayQuery extends PageRequest {
  readonly roomId: string
  /** What was written before it is left out. */
  readonly sinceStartMs: number
}

/** Messages, announcements and orders of a broadcast as people saw it, oldest first. @throws not_found, room_state, invalid_cursor */
export function makeReplayRoom ({ rooms, feeds }: ReadChatPorts) {
  return async function replayRoom ({ roomId, sinceStartMs, ...request }: ReplayQuery): Promise<Page<ReplayedEntry>> {
    const { startedAt } = requireRoom(await rooms.find(roomId))
    if (startedAt === null) throw new DomainError('room_state', 'the room has not started')
    const { items, nextKey } = await oldestEntries(chatOf(feeds, roomId), laterBy(startedAt, sinceStartMs), request)
    return { items: items.map((placed) => sinceStart(placed, startedAt)), nextKey }
  }
}

export interface ExportRoomPorts extends ReadChatPorts {
  readonly openRoom: OpenRoom
  readonly personIn: PersonIn
}

/** The whole chat of a room, oldest first, for its owner and administrators. @throws not_found, forbidden */
export function makeExportRoom ({ rooms, feeds, openRoom, personIn }: ExportRoomPorts) {
  return async function exportRoom ({ caller, roomId }: RoomCommand): Promise<AsyncGenerator<readonly ReplayedEntry[], void>> {
    const room = requireRoom(await rooms.find(roomId))
    const { state } = await openRoom(roomId)
    requireRole(state, personIn(state, caller), ...OWNING)
    return pagesOf(room)
  }

  async function * pagesOf ({ roomId, startedAt }: Room): AsyncGenerator<readonly ReplayedEntry[], void> {
    for await (const page of allEntries(chatOf(feeds, roomId))) yield page.map((placed) => sinceStart(placed, startedAt))
  }
}

function sinceStart (placed: PlacedEntry, startedAt: Timestamp | null): ReplayedEntry {
  return { ...placed, sinceStartMs: startedAt === null ? null : Date.parse(placed.entry.at) - Date.parse(startedAt) }
}
