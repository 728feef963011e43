import type { LedgerEntry } from '../../domain/ledger.js'
import type { Streamer } from '../../domain/streamer.js'
import { createdKey } from '../../domain/time.js'
import type { Page, PageRequest } from '../../application/ports/page.js'
import type { LedgerChange, Posted, PostOptions, StreamerStore } from '../../application/ports/streamer-store.js'
import { OrderedIndex } from './ordered-index.js'
import type { MemoryPaymentStore } from './payment-store.js'
import { Table } from './table.js'

/** The owner, in an index of all streamers. */
const EVERYBODY = ''

/** Each method is one synchronous step: no other change can come between reading and writing. */
export class MemoryStreamerStore implements StreamerStore {
  readonly #streamers = new Table<Streamer>()
  readonly #all = new OrderedIndex()
  readonly #entries = new Table<LedgerEntry>()
  readonly #byStreamer = new OrderedIndex()
  readonly #payments: MemoryPaymentStore

  constructor (payments: MemoryPaymentStore) {
    this.#payments = payments
  }

  async post ({ streamerId, entryId }: Parameters<StreamerStore['post']>[0], change: LedgerChange, { purchase = null }: PostOptions): Promise<Posted> {
    const taken = this.#entries.get(entryId)
    if (taken !== undefined) return { inserted: false, entry: taken }
    const { streamer, entry } = change(this.#streamers.get(streamerId) ?? null)
    if (purchase !== null) this.#payments.add(purchase)
    this.#all.add(EVERYBODY, createdKey(streamer.createdAt, streamerId), streamerId)
    this.#byStreamer.add(streamerId, createdKey(entry.createdAt, entryId), entryId)
    return {
      inserted: true,
      streamer: this.#streamers.put(streamerId, streamer),
      entry: this.#entries.put(entryId, entry),
      events: purchase?.events ?? [],
    }
  }

  async find (streamerId: string): Promise<Streamer | null> {
    return this.#streamers.get(streamerId) ?? null
  }

  async list (page: PageRequest): Promise<Page<Streamer>> {
    return this.#all.page(EVERYBODY, page, (streamerId) => this.#streamers.require(streamerId))
  }

  async listEntries (streamerId: string, page: PageRequest): Promise<Page<LedgerEntry>> {
    return this.#byStreamer.page(streamerId, page, (entryId) => this.#entries.require(entryId))
  }
}
