import { randomUUID } from 'node:crypto'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Decision } from '#domain/payments/decision.js'
import { shardOf } from '#domain/shard.js'
import type { LedgerEntry, Posting, Streamer } from '#domain/streamers/streamer.js'
import { createdKey, dayOf } from '#domain/time.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { LedgerChange, Posted, PostOptions, StreamerStore } from '#application/ports/streamer-store.js'
import { Turns } from '#application/turns.js'
import type { Database } from '../engine/client.js'
import { absent, compare, expression, type Condition } from '../engine/expression.js'
import { newestPage, newestRows } from '../engine/page.js'
import { getRow, loadRows, partition } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import { unlessRefused, untilWritten } from '../engine/retry.js'
import { integer, keeping, text, textOrNull, word, type Row } from '../engine/row.js'
import { transact, writeIf, type TransactionItem } from '../engine/write.js'
import type { DayRegister } from '../payments/day-register.js'
import { paymentInsertion } from '../payments/payment-write.js'
import { chargeOf } from '../rooms/meter-row.js'

/** Partitions of the list of all streamers: administrators alone add to it, so that a few will always do. */
const STREAMER_SHARDS = 4

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
    const payment = purchase === null ? [] : await this.#insertionOf(purchase)
    let current = known
    let posting = unlessRefused(change, current)
    if (posting === null) {
      // In this order: an entry that is not there yet has no part in the state that was read before.
      current = await this.find(streamerId)
      const taken = await getRow(this.#database, 'ledger', { entryId })
      if (taken !== null) return { inserted: false, entry: entryOf(taken) }
      posting = change(current)
    }
    let next = posting
    return await untilWritten<Posted>(this.#database, async () => {
      const token = randomUUID()
      const checks = await transact(this.#database, [this.#nextOf(current, next.streamer), this.#entryOnce(next.entry, token), ...payment, ...this.#meterOf(next)])
      const [stored = null, taken = null] = checks === null ? [] : checks.map(({ row }) => row)
      if (checks === null || taken?.['writeToken'] === token) return { inserted: true, ...next, events: purchase?.events ?? [] }
      if (taken !== null) return { inserted: false, entry: entryOf(taken) }
      if (stored === null && checks.at(-1)?.failed === true && next.meter !== undefined) throw new Error('the meter of the broadcast has other minutes')
      current = stored === null ? null : streamerOf(stored)
      next = change(current)
      return undefined
    })
  }

  async find (streamerId: string): Promise<Streamer | null> {
    const row = await getRow(this.#database, 'streamers', { streamerId })
    return row === null ? null : streamerOf(row)
  }

  async replace (next: Streamer): Promise<boolean> {
    return await this.#turns.take(next.streamerId, async () => await writeIf(this.#database, async () => await this.#database.documents.send(new PutCommand({
      TableName: this.#database.tableNames.streamers,
      Item: streamerRow(next),
      ...expression({ condition: compare('version', '=', next.version - 1) }),
    })))) === null
  }

  async list (page: PageRequest): Promise<Page<Streamer>> {
    const shards = Array.from({ length: STREAMER_SHARDS }, (_, shard) => partition('streamers', 'listShard-createdKey-index', String(shard)))
    const { items, nextKey } = await newestRows(this.#database, shards, page)
    return { items: readable(this.#database, 'streamers', await loadRows(this.#database, 'streamers', items), streamerOf), nextKey }
  }

  async listEntries (streamerId: string, page: PageRequest): Promise<Page<LedgerEntry>> {
    return await newestPage(this.#database, partition('ledger', 'streamerId-createdKey-index', streamerId), page, entryOf)
  }

  async #insertionOf (purchase: Decision): Promise<TransactionItem[]> {
    return paymentInsertion(this.#database, purchase, await this.#days.shardsOf(dayOf(purchase.payment.createdAt)))
  }

  #nextOf (current: Streamer | null, next: Streamer): TransactionItem {
    return this.#put('streamers', streamerRow(next), current === null ? absent('streamerId') : compare('version', '=', current.version))
  }

  #entryOnce (entry: LedgerEntry, token: string): TransactionItem {
    return this.#put('ledger', entryRow(entry, token), absent('entryId'))
  }

  /** The minutes before the entry are the condition: one entry alone follows them. */
  #meterOf ({ entry, meter }: Posting): TransactionItem[] {
    if (meter === undefined) return []
    return [{
      Update: {
        TableName: this.#database.tableNames.roomMeters,
        Key: { roomId: meter.roomId },
        ...expression({ condition: compare('chargedMinutes', '=', meter.chargedMinutes - entry.minutes), update: chargeOf(meter) }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    }]
  }

  #put (table: 'streamers' | 'ledger', Item: Row, condition: Condition): TransactionItem {
    return {
      Put: { TableName: this.#database.tableNames[table], Item, ...expression({ condition }), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
    }
  }
}

export function streamerRow (streamer: Streamer): Row {
  return { ...streamer, listShard: String(shardOf(streamer.streamerId, STREAMER_SHARDS)), createdKey: createdKey(streamer.createdAt, streamer.streamerId) }
}

/** @param writeToken names the write, so that a repeat whose first answer was lost recognises its own row */
export function entryRow (entry: LedgerEntry, writeToken: string): Row {
  return { ...entry, createdKey: createdKey(entry.createdAt, entry.entryId), writeToken }
}

/** @throws Error for a row that is not a streamer of ours */
export const streamerOf = keeping(['listShard', 'createdKey'], (row): Streamer => ({
  streamerId: text(row, 'streamerId'),
  email: text(row, 'email'),
  minutesPurchased: integer(row, 'minutesPurchased'),
  minutesUsed: integer(row, 'minutesUsed'),
  createdAt: text(row, 'createdAt'),
  updatedAt: text(row, 'updatedAt'),
  version: integer(row, 'version'),
}))

/** @throws Error for a row that is not an entry of ours */
export const entryOf = keeping(['createdKey', 'writeToken'], (row): LedgerEntry => ({
  entryId: text(row, 'entryId'),
  streamerId: text(row, 'streamerId'),
  kind: word(row, 'kind'),
  minutes: integer(row, 'minutes'),
  minutesRemaining: integer(row, 'minutesRemaining'),
  paymentId: textOrNull(row, 'paymentId'),
  broadcastId: textOrNull(row, 'broadcastId'),
  note: textOrNull(row, 'note'),
  createdAt: text(row, 'createdAt'),
  fingerprint: text(row, 'fingerprint'),
}))
