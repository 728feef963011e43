import type { Timestamp } from '#domain/time.js'
import { shardOf } from '#domain/shard.js'
import type { Database } from './database.js'
import { allOf, compare, expression } from './expression.js'
import { queryRows } from './query.js'
import { text } from './row.js'
import { TABLES, type TableId } from './tables.js'

/** Over so many partitions lies what is due: each takes 1,000 writes a second. */
const DUE_SHARDS = 4

/** In which of them a row stands while something of it is due. Index keys are texts. */
export function dueShardOf (id: string): string {
  return String(shardOf(id, DUE_SHARDS))
}

/**
 * The ids of rows that are due by now, those that have been due for longest first. One query for each partition.
 * An index follows its table after some milliseconds: whoever takes such a row looks at the row itself.
 */
export async function dueIds ({ documents, tableNames }: Database, table: TableId, now: Timestamp, limit: number): Promise<string[]> {
  const { hash } = TABLES[table]
  const shards = await Promise.all(Array.from({ length: DUE_SHARDS }, async (_, shard) => await queryRows(documents, {
    TableName: tableNames[table],
    IndexName: 'dueShard-dueAt-index',
    ...expression({ key: allOf(compare('dueShard', '=', String(shard)), compare('dueAt', '<=', now)) }),
  }, limit)))
  return shards.flat()
    .map((row) => ({ id: text(row, hash), dueAt: text(row, 'dueAt') }))
    .sort((one, other) => one.dueAt < other.dueAt ? -1 : 1)
    .slice(0, limit)
    .map(({ id }) => id)
}
