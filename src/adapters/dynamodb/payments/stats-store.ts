import { exact, sumOf, type DayFigures, type Figures } from '#domain/payments/payment-stats.js'
import { dayOf, idOf } from '#domain/time.js'
import { OUTBOX_SHARDS } from '#application/ports/outbox-store.js'
import type { StatsWrite } from '#application/ports/projection.js'
import type { StatsStore } from '#application/ports/stats-store.js'
import type { Database } from '../engine/database.js'
import { allOf, between, compare, expression } from '../engine/expression.js'
import { queryRows } from '../engine/query.js'
import { text, wholeNumber, type Row } from '../engine/row.js'
import type { TransactionItem } from '../engine/transact.js'

/**
 * A row holds one day and currency, as far as the events of one shard of the outbox go: whoever has the lease of the shard is alone with
 * the row, so that no two transactions meet on it. One more shard of the outbox is one more partition here; fewer would hide what they hold.
 */
export class DynamoStatsStore implements StatsStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async read (from: string, to: string): Promise<readonly DayFigures[]> {
    const shards = await Promise.all(Array.from({ length: OUTBOX_SHARDS }, async (_, shard) => await this.#rowsOf(shard, from, to)))
    const rows = Map.groupBy(shards.flat(), (row) => text(row, 'dayCurrency'))
    return [...rows].map(([key, parts]) => ({ day: dayOf(key), currency: idOf(key), figures: sumOf(parts.map(figuresOf)) }))
  }

  async #rowsOf (shard: number, from: string, to: string): Promise<Row[]> {
    const { documents, tableNames } = this.#database
    return await queryRows(documents, {
      TableName: tableNames.stats,
      ConsistentRead: true,
      ...expression({ key: allOf(compare('shard', '=', String(shard)), between('dayCurrency', `${from}#`, `${to}#~`)) }),
    })
  }
}

/** For the projections: the item that adds to the figures of a day. */
export function statsItem ({ tableNames }: Database, shard: number, { day, currency, add }: StatsWrite): TransactionItem {
  return { Update: { TableName: tableNames.stats, Key: { shard: String(shard), dayCurrency: `${day}#${currency}` }, ...expression({ update: { add } }) } }
}

/** DynamoDB adds up exactly where a number here no longer does. */
function figuresOf ({ shard, dayCurrency, ...figures }: Row): Figures {
  return exact(Object.fromEntries(Object.keys(figures).map((name) => [name, wholeNumber(figures, name)])))
}
