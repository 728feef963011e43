import { randomUUID } from 'node:crypto'
import { GetCommand } from '@aws-sdk/lib-dynamodb'
import type { Decision } from '#domain/payments/decision.js'
import type { LedgerEntry, Posting, Streamer } from '#domain/streamers/streamer.js'
import { dayOf } from '#domain/time.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { LedgerChange, Posted, PostOptions, StreamerStore } from '#application/ports/streamer-store.js'
import { Turns } from '#application/turns.js'
import { batchGet } from '../engine/batch-get.js'
import { deadline, type Database } from '../engine/database.js'
import type { DayRegister } from '../payments/day-register.js'
import { busy } from '../engine/errors.js'
import { absent, allOf, compare, expression, type Condition } from '../engine/expression.js'
import { paymentInsertion } from '../payments/payment-write.js'
import { pageOf, queryRows } from '../engine/query.js'
import { text, type Row } from '../engine/row.js'
import { entryKey, entryOf, entryRow, STREAMER_SHARDS, streamerOf, streamerRow } from './streamer-row.js'
import { transact, type TransactionItem } from '../engine/transact.js'

/** How long an entry tries to be the next one while others write to the same ledger. */
const POSTING_DEADLINE_MS = 3000

type Ids = Parameters<StreamerStore['post']>[0]

export class DynamoStreamerStore implements StreamerStore {
  readonly #database: Database
  readonly #days: DayRegister
  readonly #turns = new Turns()

  constructor (database: Database, days: DayRegister) {
    this.#database = database
    this.#days = days
  }

  async post (ids: Ids, change: LedgerChange, options: PostOptions): Promise<Posted> {
    return await this.#turns.take(ids.streamerId, async () => await this.#post(ids, change, options))
  }

  async #post ({ streamerId, entryId }: Ids, change: LedgerChange, { known, purchase = null }: PostOptions): Promise<Posted> {
    const expired = deadline(this.#database, POSTING_DEADLINE_MS)
    const payment = purchase === null ? [] : await this.#insertionOf(purchase)
    let current = known
    let posting = unlessRefused(change, current)
    if (posting === null) {
      // In this order: an entry that is not there yet has no part in the state that was read before.
      current = await this.find(streamerId)
      const taken = await this.#findEntry(entryId)
      if (taken !== null) return { inserted: false, entry: taken }
      posting = change(current)
    }
    do {
      const token = randomUUID()
      const checks = await transact(this.#database, [this.#nextOf(current, posting.streamer), this.#entryOnce(posting.entry, token), ...payment])
      const [stored = null, taken = null] = checks === null ? [] : checks.map(({ row }) => row)
      if (checks === null || taken?.['writeToken'] === token) return { inserted: true, ...posting, events: purchase?.events ?? [] }
      if (taken !== null) return { inserted: false, entry: entryOf(taken) }
      current = stored === null ? null : streamerOf(stored)
      posting = change(current)
    } while (!expired())
    throw busy()
  }

  async find (streamerId: string): Promise<Streamer | null> {
    const row = await this.#get(this.#database.tableNames.streamers, { streamerId })
    return row === undefined ? null : streamerOf(row)
  }

  async list (page: PageRequest): Promise<Page<Streamer>> {
    const shards = await Promise.all(Array.from({ length: STREAMER_SHARDS },
      async (_, shard) => await this.#newest('streamers', 'listShard', String(shard), page)))
    const newest = shards.flat().toSorted((one, other) => text(one, 'createdKey') < text(other, 'createdKey') ? 1 : -1)
    const { items, nextKey } = pageOf(newest, page, (row) => text(row, 'createdKey'))
    const ids = items.map((row) => text(row, 'streamerId'))
    const rows = await batchGet(this.#database, this.#database.tableNames.streamers, ids.map((streamerId) => ({ streamerId })))
    // A batch answers in any order.
    const found = new Map(rows.map((row) => [text(row, 'streamerId'), streamerOf(row)]))
    return { items: ids.map((streamerId) => found.get(streamerId)).filter((streamer) => streamer !== undefined), nextKey }
  }

  async listEntries (streamerId: string, page: PageRequest): Promise<Page<LedgerEntry>> {
    return pageOf((await this.#newest('ledger', 'streamerId', streamerId, page)).map(entryOf), page, entryKey)
  }

  /** The newest rows of a partition of an index, one more than the page has. */
  async #newest (table: 'streamers' | 'ledger', attribute: 'listShard' | 'streamerId', value: string, { before, limit }: PageRequest): Promise<Row[]> {
    const { documents, tableNames } = this.#database
    const inPartition = compare(attribute, '=', value)
    return await queryRows(documents, {
      TableName: tableNames[table],
      IndexName: `${attribute}-createdKey-index`,
      ScanIndexForward: false,
      ...expression({ key: before === null ? inPartition : allOf(inPartition, compare('createdKey', '<', before)) }),
    }, limit + 1)
  }

  async #findEntry (entryId: string): Promise<LedgerEntry | null> {
    const row = await this.#get(this.#database.tableNames.ledger, { entryId })
    return row === undefined ? null : entryOf(row)
  }

  async #get (TableName: string, Key: Readonly<Record<string, string>>): Promise<Row | undefined> {
    const { Item } = await this.#database.documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }))
    return Item
  }

  async #insertionOf (purchase: Decision): Promise<TransactionItem[]> {
    return paymentInsertion(this.#database, purchase, await this.#days.shardsOf(dayOf(purchase.payment.createdAt)))
  }

  #nextOf (current: Streamer | null, next: Streamer): TransactionItem {
    const isStill = current === null ? absent('streamerId') : compare('version', '=', current.version)
    return this.#put('streamers', streamerRow(next), isStill)
  }

  #entryOnce (entry: LedgerEntry, token: string): TransactionItem {
    return this.#put('ledger', entryRow(entry, token), absent('entryId'))
  }

  #put (table: 'streamers' | 'ledger', Item: Row, condition: Condition): TransactionItem {
    return {
      Put: { TableName: this.#database.tableNames[table], Item, ...expression({ condition }), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
    }
  }
}

/** What the caller last saw may be out of date, and with it the refusal: it counts only against a fresh state. */
function unlessRefused (change: LedgerChange, known: Streamer | null): Posting | null {
  try {
    return change(known)
  } catch {
    return null
  }
}
