import { PutCommand } from '@aws-sdk/lib-dynamodb'
import type { RoomMeter } from '#domain/rooms/meter.js'
import type { Room, RoomSummary } from '#domain/rooms/room.js'
import type { Timestamp } from '#domain/time.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { RoomFilter, RoomStore } from '#application/ports/room-stores.js'
import type { Database } from '../engine/client.js'
import { absent, allOf, compare, expression } from '../engine/expression.js'
import { newestPage, newestRows } from '../engine/page.js'
import { dueRows, getRow, partition } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import { writeIf } from '../engine/write.js'
import { meterOf, meterRow } from './meter-row.js'
import { categoryOf, listShards, roomOf, summaryOf, unlistedShards } from './room-row.js'

export class DynamoRoomStore implements RoomStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async find (roomId: string): Promise<Room | null> {
    const row = await getRow(this.#database, 'rooms', { roomId })
    return row === null ? null : roomOf(row)
  }

  async list ({ status, category, isUnlistedToo = false }: RoomFilter, page: PageRequest): Promise<Page<RoomSummary>> {
    if (category !== null) return await newestPage(this.#database, partition('rooms', 'listCategory-createdKey-index', categoryOf(status, category)), page, summaryOf)
    const shards = [...listShards(status), ...isUnlistedToo ? unlistedShards(status) : []].map((shard) => partition('rooms', 'listShard-createdKey-index', shard))
    const { items, nextKey } = await newestRows(this.#database, shards, page)
    return { items: readable(this.#database, 'rooms', items, summaryOf), nextKey }
  }

  async listOfStreamer (streamerId: string, page: PageRequest): Promise<Page<RoomSummary>> {
    return await newestPage(this.#database, partition('rooms', 'streamerId-createdKey-index', streamerId), page, summaryOf)
  }

  async findMeter (roomId: string): Promise<RoomMeter | null> {
    const row = await getRow(this.#database, 'roomMeters', { roomId })
    return row === null ? null : meterOf(row)
  }

  async dueMeters (now: Timestamp, limit: number): Promise<readonly RoomMeter[]> {
    const meters = readable(this.#database, 'roomMeters', await dueRows(this.#database, 'roomMeters', now, limit), meterOf)
    return meters.filter(({ dueAt }) => dueAt !== null && dueAt <= now)
  }

  async moveMeter ({ chargedMinutes, dueAt, absentSince }: RoomMeter, after: RoomMeter): Promise<boolean> {
    const { documents, tableNames } = this.#database
    const condition = allOf(
      compare('chargedMinutes', '=', chargedMinutes),
      dueAt === null ? absent('dueAt') : compare('dueAt', '=', dueAt),
      absentSince === undefined ? absent('absentSince') : compare('absentSince', '=', absentSince)
    )
    return await writeIf(this.#database, async () => await documents.send(new PutCommand({
      TableName: tableNames.roomMeters, Item: meterRow(after), ...expression({ condition }),
    }))) === null
  }
}
