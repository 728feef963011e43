import type { LedgerEntry, Streamer } from '#domain/streamers/streamer.js'
import { createdKey } from '#domain/time.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { LedgerChange, Posted, PostOptions, StreamerStore } from '#application/ports/streamer-store.js'
import { EVERYBODY, RowIndex } from '../engine/indexes.js'
import { Table } from '../engine/table.js'
import type { MemoryPaymentStore } from '../payments/payment-store.js'
import type { MemoryRoomStore } from '../rooms/room-store.js'

/** Each method is one synchronous step: no other change can come between reading and writing. */
export class MemoryStreamerStore implements StreamerStore {
  readonly #streamers = new Table<Streamer>()
  readonly #all = new RowIndex<Streamer>()
  readonly #entries = new Table<LedgerEntry>()
  readonly #byStreamer = new RowIndex<LedgerEntry>()
  readonly #payments: MemoryPaymentStore
  readonly #rooms: MemoryRoomStore

  constructor (payments: MemoryPaymentStore, rooms: MemoryRoomStore) {
    this.#payments = payments
    this.#rooms = rooms
  }

  async post ({ streamerId, entryId }: Parameters<StreamerStore['post']>[0], change: LedgerChange, { purchase = null }: PostOptions): Promise<Posted> {
    const taken = this.#entries.get(entryId)
    if (taken !== undefined) return { inserted: false, entry: taken }
    const { streamer, entry, meter: next } = change(this.#streamers.get(streamerId) ?? null)
    const meter = next && this.#rooms.chargedMeter(next, entry.minutes)
    if (meter === null) throw new Error('the meter of the broadcast has other minutes')
    if (purchase !== null) this.#payments.add(purchase)
    if (meter !== undefined) this.#rooms.putMeter(meter)
    const streamerRow = this.#streamers.put(streamerId, streamer)
    const entryRow = this.#entries.put(entryId, entry)
    this.#all.add(EVERYBODY, createdKey(streamer.createdAt, streamerId), streamerRow)
    this.#byStreamer.add(streamerId, createdKey(entry.createdAt, entryId), entryRow)
    return { inserted: true, streamer: streamerRow.stored, entry: entryRow.stored, ...(meter !== undefined && { meter }), events: purchase?.events ?? [] }
  }

  async find (streamerId: string): Promise<Streamer | null> {
    return this.#streamers.get(streamerId) ?? null
  }

  async replace (next: Streamer): Promise<boolean> {
    if (this.#streamers.get(next.streamerId)?.version !== next.version - 1) return false
    this.#streamers.put(next.streamerId, next)
    return true
  }

  async list (page: PageRequest): Promise<Page<Streamer>> {
    return this.#all.page(EVERYBODY, page)
  }

  async listEntries (streamerId: string, page: PageRequest): Promise<Page<LedgerEntry>> {
    return this.#byStreamer.page(streamerId, page)
  }
}
