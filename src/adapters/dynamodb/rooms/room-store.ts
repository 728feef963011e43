import type { Room, RoomSummary } from '#domain/rooms/room.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { RoomFilter, RoomStore } from '#application/ports/room-stores.js'
import type { Database } from '../engine/client.js'
import { newestPage, newestRows } from '../engine/page.js'
import { getRow, partition } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import { categoryOf, listShards, roomOf, summaryOf } from './room-row.js'

export class DynamoRoomStore implements RoomStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async find (roomId: string): Promise<Room | null> {
    const row = await getRow(this.#database, 'rooms', { roomId })
    return row === null ? null : roomOf(row)
  }

  async list ({ status, category }: RoomFilter, page: PageRequest): Promise<Page<RoomSummary>> {
    if (category !== null) return await newestPage(this.#database, partition('rooms', 'listCategory-createdKey-index', categoryOf(status, category)), page, summaryOf)
    const shards = listShards(status).map((shard) => partition('rooms', 'listShard-createdKey-index', shard))
    const { items, nextKey } = await newestRows(this.#database, shards, page)
    return { items: readable(this.#database, 'rooms', items, summaryOf), nextKey }
  }

  async listOfStreamer (streamerId: string, page: PageRequest): Promise<Page<RoomSummary>> {
    return await newestPage(this.#database, partition('rooms', 'streamerId-createdKey-index', streamerId), page, summaryOf)
  }
}
