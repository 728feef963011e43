import type { RoomMeter } from '#domain/rooms/meter.js'
import type { Room, RoomSummary } from '#domain/rooms/room.js'
import { createdKey, type Timestamp } from '#domain/time.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { RoomFilter, RoomStore, Together } from '#application/ports/room-stores.js'
import { EVERYBODY, RowIndex } from '../engine/indexes.js'
import { Table } from '../engine/table.js'

type Claim = NonNullable<Together['claim']>

export class MemoryRoomStore implements RoomStore {
  readonly #rooms = new Table<Room>()
  readonly #byList = new RowIndex<Room>()
  readonly #byStreamer = new RowIndex<Room>()
  readonly #live = new Map<string, string>()
  readonly #meters = new Table<RoomMeter>()
  readonly #dueMeters = new RowIndex<RoomMeter>()

  async find (roomId: string): Promise<Room | null> {
    return this.#rooms.get(roomId) ?? null
  }

  async list (filter: RoomFilter, page: PageRequest): Promise<Page<RoomSummary>> {
    return this.#byList.page(listOf(filter), page)
  }

  async listOfStreamer (streamerId: string, page: PageRequest): Promise<Page<RoomSummary>> {
    return this.#byStreamer.page(streamerId, page)
  }

  async findMeter (roomId: string): Promise<RoomMeter | null> {
    return this.#meters.get(roomId) ?? null
  }

  async dueMeters (now: Timestamp, limit: number): Promise<readonly RoomMeter[]> {
    return this.#dueMeters.due(EVERYBODY, now, limit)
  }

  async moveMeter ({ roomId, chargedMinutes, dueAt, absentSince }: RoomMeter, after: RoomMeter): Promise<boolean> {
    const stored = this.#meters.get(roomId)
    if (stored?.chargedMinutes !== chargedMinutes || stored.dueAt !== dueAt || stored.absentSince !== absentSince) return false
    this.putMeter(after)
    return true
  }

  /** For the streamer store: the stored meter with its next minutes and due time; null where it has other minutes. */
  chargedMeter ({ roomId, chargedMinutes, dueAt }: RoomMeter, minutes: number): RoomMeter | null {
    const stored = this.#meters.get(roomId)
    return stored?.chargedMinutes === chargedMinutes - minutes ? { ...stored, chargedMinutes, dueAt } : null
  }

  /** For the feed store and the streamer store: a change within their own step. */
  putMeter (meter: RoomMeter): void {
    const { roomId, dueAt } = meter
    const before = this.#meters.get(roomId)
    if (before !== undefined && before.dueAt !== null) this.#dueMeters.remove(EVERYBODY, createdKey(before.dueAt, roomId))
    const row = this.#meters.put(roomId, meter)
    if (dueAt !== null) this.#dueMeters.add(EVERYBODY, createdKey(dueAt, roomId), row)
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

/** The lists in which a room stands: that of all rooms of its status; for a public one also that of the public rooms, and the same of its category. */
function listsOf ({ status, category, visibility }: Room): string[] {
  const open = visibility === 'public' ? [listOf({ status, category: null }), listOf({ status, category })] : []
  return [...new Set([listOf({ status, category: null, isUnlistedToo: true }), ...open])]
}

function listOf ({ status, category, isUnlistedToo = false }: RoomFilter): string {
  return isUnlistedToo ? status : `${status} ${category ?? ''}`
}
