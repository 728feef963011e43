import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { exact, sumOf, type Figures, type SliceFigures } from '#domain/payments/payment-stats.js'
import { createdAtOf, idOf, type Timestamp } from '#domain/time.js'
import { OUTBOX_SHARDS, type StatsWrite } from '#application/ports/outbox-store.js'
import { BY_CREATION, RECOUNT_KNOWN_MS, type Counted, type Recount, type StatsStore } from '#application/ports/read-models.js'
import type { Database } from '../engine/client.js'
import { absent, anyOf, between, compare, expression } from '../engine/expression.js'
import { getRows, partition, queryRows, type Key } from '../engine/read.js'
import { flag, integer, text, textOrNull, wholeNumber, type Row } from '../engine/row.js'
import { transact, writeIf, type TransactionItem } from '../engine/write.js'
import { PAYMENT_RECOUNT, readMigration } from '../schema/migrations.js'

/** The shards of the outbox, and a recount. */
const WRITERS = [...Array.from({ length: OUTBOX_SHARDS }, (_, shard) => String(shard)), 'recount']

/**
 * A row holds the figures of one slice and currency from one writer: the events of one shard of the outbox, or a recount. Only the owner
 * of the shard's lease writes to it, so that no two transactions meet on it. One more shard of the outbox is one more partition here;
 * fewer would hide rows.
 */
export class DynamoStatsStore implements StatsStore {
  readonly #database: Database
  #recount: Promise<Recount | null> = Promise.resolve(null)
  #readAgainAt = -Infinity

  constructor (database: Database) {
    this.#database = database
  }

  async read (family: string, from: string, before: string): Promise<readonly SliceFigures[]> {
    // A key goes on behind its slice, so that none of the slice `before` is within.
    const within = between('dayCurrency', from, before)
    const found = await Promise.all(WRITERS.map(async (writer) =>
      await queryRows(this.#database, { partition: partition('stats', null, partitionOf(family, writer)), within, consistent: true })))
    const rows = Map.groupBy(found.flat(), (row) => text(row, 'dayCurrency'))
    return [...rows].map(([key, parts]) => ({ slice: createdAtOf(key), currency: idOf(key), figures: sumOf(parts.map(figuresOf)) }))
  }

  async recount (): Promise<Recount | null> {
    const { now } = this.#database
    if (now() >= this.#readAgainAt) {
      this.#readAgainAt = now() + RECOUNT_KNOWN_MS
      this.#recount = this.#readRecount()
    }
    return await this.#recount
  }

  async #readRecount (): Promise<Recount | null> {
    try {
      const row = await readMigration(this.#database, PAYMENT_RECOUNT)
      return row === null ? null : recountOf(row)
    } catch (error) {
      this.#readAgainAt = -Infinity
      throw error
    }
  }

  async saveRecount (recount: Recount): Promise<boolean> {
    const { documents, tableNames } = this.#database
    const check = await writeIf(this.#database, async () => await documents.send(new PutCommand({
      TableName: tableNames.migrations,
      Item: { ...recount, name: PAYMENT_RECOUNT },
      ...expression({ condition: anyOf(absent('since'), compare('since', '<=', recount.since)) }),
    })))
    this.#readAgainAt = -Infinity
    return check === null
  }

  async counted (since: Timestamp, paymentIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await getRows(this.#database, 'stats', paymentIds.map((paymentId) => markKey(since, paymentId)))
    return new Map(rows.map((row) => [text(row, 'paymentId'), integer(row, 'version')]))
  }

  async count (since: Timestamp, payments: readonly Counted[], writes: readonly StatsWrite[]): Promise<boolean> {
    const TableName = this.#database.tableNames.stats
    const checks = await transact(this.#database, [
      ...payments.map(({ paymentId, version }) => ({
        Put: { TableName, Item: { ...markKey(since, paymentId), paymentId, version }, ...expression({ condition: absent('version') }) },
      })),
      ...writes.map((write) => statsItem(this.#database, 'recount', write)),
    ])
    return checks === null
  }
}

/** For the projections: the item that adds to the figures of a slice. `writer` is the shard of the events, or `recount`. */
export function statsItem ({ tableNames }: Database, writer: number | 'recount', { family, slice, currency, add }: StatsWrite): TransactionItem {
  const Key = { shard: partitionOf(family, String(writer)), dayCurrency: `${slice}#${currency}` }
  return { Update: { TableName: tableNames.stats, Key, ...expression({ update: { add } }) } }
}

/** Version 0.1.0 reads all rows of the partitions that have the names of shards. */
function partitionOf (family: string, writer: string): string {
  return family === BY_CREATION ? writer : `${family}#${writer}`
}

/** The row that marks a payment as counted. Each has a partition of its own, because a recount writes many at once. */
function markKey (since: Timestamp, paymentId: string): Key {
  return { shard: `counted#${since}#${paymentId}`, dayCurrency: 'counted' }
}

function recountOf (row: Row): Recount {
  return { since: text(row, 'since'), isComplete: flag(row, 'isComplete'), position: textOrNull(row, 'position'), looked: integer(row, 'looked') }
}

/** Figures of statuses that this version does not know are figures too; other attributes are of another version. */
const FIGURE = /_(?:count|amount)$/

/** DynamoDB adds up exactly where a number here no longer does. */
function figuresOf (row: Row): Figures {
  return exact(Object.fromEntries(Object.keys(row).filter((name) => FIGURE.test(name)).map((name) => [name, wholeNumber(row, name)])))
}
