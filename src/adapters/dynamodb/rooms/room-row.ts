import { FIRST_SETTINGS, type Product, type Room, type RoomSettings, type RoomSummary } from '#domain/rooms/room.js'
import { shardOf } from '#domain/shard.js'
import { createdKey } from '#domain/time.js'
import { integer, keeping, map, maps, text, textOrNull, word, wordOrNull, type Row } from '../engine/row.js'

/** Partitions of each list of rooms. */
const LIST_SHARDS = 4

/** The partitions of the list of a status. */
export function listShards (status: string): string[] {
  return Array.from({ length: LIST_SHARDS }, (_, shard) => `${status}#${shard}`)
}

export function categoryOf (status: string, category: string): string {
  return `${status}#${category}`
}

/** The partitions of the unlisted rooms of a status. */
export function unlistedShards (status: string): string[] {
  return listShards(unlisted(status))
}

function unlisted (status: string): string {
  return `unlisted#${status}`
}

/** Public rooms alone are in the lists of all. */
export function roomRow (room: Room): Row {
  const { roomId, status, category, visibility, createdAt } = room
  const isListed = visibility === 'public'
  return {
    ...room,
    createdKey: createdKey(createdAt, roomId),
    listShard: `${isListed ? status : unlisted(status)}#${shardOf(roomId, LIST_SHARDS)}`,
    ...(isListed && category !== null && { listCategory: categoryOf(status, category) }),
  }
}

const DERIVED = ['createdKey', 'listShard', 'listCategory']

/** @throws Error for a row that is not a room of ours */
export const summaryOf = keeping(DERIVED, (row): RoomSummary => ({
  roomId: text(row, 'roomId'),
  streamerId: text(row, 'streamerId'),
  title: text(row, 'title'),
  category: textOrNull(row, 'category'),
  coverUrl: textOrNull(row, 'coverUrl'),
  visibility: word(row, 'visibility'),
  status: word(row, 'status'),
  startsAt: textOrNull(row, 'startsAt'),
  startedAt: textOrNull(row, 'startedAt'),
  endedAt: textOrNull(row, 'endedAt'),
  endedReason: wordOrNull(row, 'endedReason'),
  createdAt: text(row, 'createdAt'),
  updatedAt: text(row, 'updatedAt'),
  version: integer(row, 'version'),
}))

/** @throws Error for a row that is not a room of ours */
export const roomOf = keeping(DERIVED, (row): Room => ({
  ...summaryOf(row),
  description: textOrNull(row, 'description'),
  products: maps(row, 'products') as unknown as readonly Product[],
  settings: { ...FIRST_SETTINGS, ...map(row, 'settings') as unknown as RoomSettings },
  pinned: map(row, 'pinned') as unknown as Room['pinned'],
  fingerprint: text(row, 'fingerprint'),
}))
