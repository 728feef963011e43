import { exact, sumOf, type DayFigures, type Figures } from '#domain/payments/payment-stats.js'
import { dayOf, idOf } from '#domain/time.js'
import { OUTBOX_SHARDS, type StatsWrite } from '#application/ports/outbox-store.js'
import type { StatsStore } from '#application/ports/read-models.js'
import type { Database } from '../engine/client.js'
import { between, expression } from '../engine/expression.js'
import { partition, queryRows } from '../engine/read.js'
import { text, wholeNumber, type Row } from '../engine/row.js'
import type { TransactionItem } from '../engine/write.js'

/**
 * A row holds the figures of one day and currency from the events of one shard of the outbox. Only the owner of the shard's lease writes
 * to it, so that no two transactions meet on it. One more shard of the outbox is one more partition here; fewer would hide rows.
 */
export class DynamoStatsStore implements StatsStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async read (from: string, to: string): Promise<readonly DayFigures[]> {
    const within = between('dayCurrency', `${from}#`, `${to}#~`)
    const shards = await Promise.all(Array.from({ length: OUTBOX_SHARDS },
      async (_, shard) => await queryRows(this.#database, { partition: partition('stats', null, String(shard)), within, consistent: true })))
    const rows = Map.groupBy(shards.flat(), (row) => text(row, 'dayCurrency'))
    return [...rows].map(([key, parts]) => ({ day: dayOf(key), currency: idOf(key), figures: sumOf(parts.map(figuresOf)) }))
  }
}

/** For the projections: the item that adds to the figures of a day. */
export function statsItem ({ tableNames }: Database, shard: number, { day, currency, add }: StatsWrite): TransactionItem {
  return { Update: { TableName: tableNames.stats, Key: { shard: String(shard), dayCurrency: `${day}#${currency}` }, ...expression({ update: { add } }) } }
}

/** Figures of statuses that this version does not know are figures too; other attributes are of another version. */
const FIGURE = /_(?:count|amount)$/

/** DynamoDB adds up exactly where a number here no longer does. */
function figuresOf (row: Row): Figures {
  return exact(Object.fromEntries(Object.keys(row).filter((name) => FIGURE.test(name)).map((name) => [name, wholeNumber(row, name)])))
}
