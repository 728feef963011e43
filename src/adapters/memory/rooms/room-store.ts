import type { Room, RoomSummary } from '#domain/rooms/room.js'
import { createdKey } from '#domain/time.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { RoomFilter, RoomStore, Together } from '#application/ports/room-stores.js'
import { RowIndex } from '../engine/indexes.js'
import { Table } from '../engine/table.js'

type Claim = NonNullable<Together['claim']>

export class MemoryRoomStore implements RoomStore {
  readonly #rooms = new Table<Room>()
  readonly #byList = new RowIndex<Room>()
  readonly #byStreamer = new RowIndex<Room>()
  readonly #live = new Map<string, string>()

  async find (roomId: string): Promise<Room | null> {
    return this.#rooms.get(roomId) ?? null
  }

  async list (filter: RoomFilter, page: PageRequest): Promise<Page<RoomSummary>> {
    return this.#byList.page(listOf(filter), page)
  }

  async listOfStreamer (streamerId: string, page: PageRequest): Promise<Page<RoomSummary>> {
    return this.#byStreamer.page(streamerId, page)
  }

  /** For the feed store: whether this is the next version of the stored room. */
  follows ({ roomId, version }: Room): boolean {
    return (this.#rooms.get(roomId)?.version ?? 0) === version - 1
  }

  allows ({ streamerId, roomId, step }: Claim): boolean {
    const holder = this.#live.get(streamerId)
    return holder === roomId || (step === 'take' && holder === undefined)
  }

  /** For the feed store: the changes within its own step. */
  put (room: Room): void {
    const before = this.#rooms.get(room.roomId)
    const key = createdKey(room.createdAt, room.roomId)
    for (const list of before === undefined ? [] : listsOf(before)) this.#byList.remove(list, key)
    const row = this.#rooms.put(room.roomId, room)
    for (const list of listsOf(room)) this.#byList.add(list, key, row)
    this.#byStreamer.add(room.streamerId, key, row)
  }

  move ({ streamerId, roomId, step }: Claim): void {
    if (step === 'take') this.#live.set(streamerId, roomId)
    else this.#live.delete(streamerId)
  }
}

/** The lists in which a public room stands: that of its status, and the same of its category. */
function listsOf ({ status, category, visibility }: Room): string[] {
  return visibility === 'public' ? [...new Set([listOf({ status, category: null }), listOf({ status, category })])] : []
}

function listOf ({ status, category }: RoomFilter): string {
  return `${status} ${category ?? ''}`
}
