import { DomainError } from '#domain/errors.js'
import { fold } from '#domain/fold.js'
import type { MessagePlace, Position, Room, RoomStatus, RoomSummary } from '#domain/rooms/room.js'
import type { RoomSnapshot } from '#domain/rooms/room-state.js'
import { feedIdOf, type AnnouncementEntry, type MessageEntry, type OrderEntry, type RoomEntry } from '#domain/rooms/room-entry.js'
import { createdKey } from '#domain/time.js'
import { newestEntries, type History, type Placed } from '../feeds/history.js'
import { FilteredPage, type Page, type PageRequest } from '../ports/page.js'
import type { FeedStore, RoomStore } from '../ports/room-stores.js'

/** @throws not_found */
export function requireRoom (room: Room | null): Room {
  if (room === null) throw new DomainError('not_found', 'there is no such room')
  return room
}

export function makeGetRoom ({ rooms }: { readonly rooms: RoomStore }) {
  return async function getRoom (roomId: string): Promise<Room> {
    return requireRoom(await rooms.find(roomId))
  }
}

export interface ListRoomsQuery extends PageRequest {
  readonly status: RoomStatus
  readonly category: string | null
  readonly streamerId: string | null
  /** A part of the title. */
  readonly q: string | null
  /** Whether unlisted rooms are in the list too. */
  readonly isUnlistedToo?: boolean
}

/** Rows that a filtered list reads at once. */
const READ_ROWS = 100

/** The rooms of a status, newest first. Where a filter needs it, rooms are looked through; see `FilteredPage`. */
export function makeListRooms ({ rooms }: { readonly rooms: RoomStore }) {
  return async function listRooms ({ status, category, streamerId, q, isUnlistedToo = false, ...page }: ListRoomsQuery): Promise<Page<RoomSummary>> {
    const list = async (request: PageRequest): Promise<Page<RoomSummary>> =>
      streamerId === null ? await rooms.list({ status, category, isUnlistedToo }, request) : await rooms.listOfStreamer(streamerId, request)
    if (streamerId === null && q === null) return await list(page)
    const wanted = q === null ? '' : fold(q)
    const found = new FilteredPage<RoomSummary>(page, (room) =>
      room.status === status && (isUnlistedToo || room.visibility === 'public') && (category === null || room.category === category) && fold(room.title).includes(wanted))
    let { before } = page
    for (;;) {
      const { items, nextKey } = await list({ before, limit: READ_ROWS })
      for (const room of items) if (!found.examine(createdKey(room.createdAt, room.roomId), room)) return found.unfinished()
      if (nextKey === null) return found.upTo(null)
      before = nextKey
    }
  }
}

export type ShownEntry = MessageEntry | AnnouncementEntry | OrderEntry

/** A message, an announcement or an order, where it lies. */
export type PlacedEntry = Placed<ShownEntry>

export interface ReadChatPorts {
  readonly rooms: RoomStore
  readonly feeds: FeedStore
}

/** What everyone sees of the feed of a room. */
export function chatOf (feeds: FeedStore, roomId: string): History<RoomEntry, ShownEntry, RoomSnapshot> {
  return { feeds, feedId: feedIdOf(roomId), isShown: (entry) => entry.type === 'message' || entry.type === 'announcement' || entry.type === 'order' }
}

/** Messages, announcements and orders of a room, newest first. The key of an item is its position. @throws not_found, invalid_cursor */
export function makeListRoomMessages ({ rooms, feeds }: ReadChatPorts) {
  return async function listRoomMessages ({ roomId, ...request }: PageRequest & { readonly roomId: string }): Promise<Page<PlacedEntry>> {
    const page = await newestEntries(chatOf(feeds, roomId), request)
    if (page.items.length === 0) requireRoom(await rooms.find(roomId))
    return page
  }
}

/** The message at this place. @throws not_found where it has another id */
export async function messageAt (feeds: FeedStore, roomId: string, { messageId, position }: MessagePlace): Promise<MessageEntry> {
  return requireMessage(await entryAt(feeds, roomId, position), messageId)
}

/** The entry, if it is the message of this id. @throws not_found */
export function requireMessage (entry: RoomEntry | undefined, messageId: string): MessageEntry {
  if (entry?.type !== 'message' || entry.messageId !== messageId) throw new DomainError('not_found', 'there is no such message at this position')
  return entry
}

export async function entryAt (feeds: FeedStore, roomId: string, { page, index }: Position): Promise<RoomEntry | undefined> {
  return (await feeds.find(feedIdOf(roomId), page))?.entries[index]
}
