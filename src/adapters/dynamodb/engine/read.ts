import { BatchGetCommand, QueryCommand, type BatchGetCommandInput, type BatchGetCommandOutput, type QueryCommandInput } from '@aws-sdk/lib-dynamodb'
import { shardOf } from '#domain/shard.js'
import type { Timestamp } from '#domain/time.js'
import type { Database } from './client.js'
import { allOf, compare, expression, type Condition } from './expression.js'
import type { Key } from './group-reads.js'
import { patience } from './retry.js'
import { text, type Row } from './row.js'
import { TABLES, type IndexName, type TableDefinition, type TableId } from './tables.js'

/** DynamoDB's limit. */
const BATCH_GET_MAX = 100
/** How long a batch asks again for keys that DynamoDB leaves over, because it is busy or the answer would be too large. */
const LEFT_OVER_DEADLINE_MS = 3000

export type { Key } from './group-reads.js'

/** The row with this key as all writes before have left it; null where there is none. It may be read in one request with others. */
export async function getRow ({ reads }: Database, table: TableId, key: Key): Promise<Row | null> {
  return await reads.row(table, key)
}

/**
 * The rows with these keys, which have to differ, in any order; those that do not exist are left out. One request for each hundred.
 * @throws store_unavailable
 */
export async function getRows (database: Database, table: TableId, keys: readonly Key[]): Promise<Row[]> {
  const batches = Array.from({ length: Math.ceil(keys.length / BATCH_GET_MAX) },
    (_, index) => getBatch(database, database.tableNames[table], keys.slice(index * BATCH_GET_MAX, (index + 1) * BATCH_GET_MAX)))
  return (await Promise.all(batches)).flat()
}

async function getBatch (database: Database, tableName: string, keys: Key[]): Promise<Row[]> {
  const pause = patience(database, LEFT_OVER_DEADLINE_MS)
  const rows: Row[] = []
  let remaining: NonNullable<BatchGetCommandInput['RequestItems']> = { [tableName]: { Keys: keys, ConsistentRead: true } }
  for (;;) {
    const { Responses = {}, UnprocessedKeys = {} }: BatchGetCommandOutput = await database.documents.send(new BatchGetCommand({ RequestItems: remaining }))
    rows.push(...Object.values(Responses).flat())
    if (UnprocessedKeys[tableName] === undefined) return rows
    remaining = UnprocessedKeys
    await pause()
  }
}

/**
 * The rows that rows of an index name by the key of their table, in the order of these; one that is gone is left out.
 * An index follows its table after some milliseconds, while these rows are as all writes before have left them.
 */
export async function loadRows (database: Database, table: TableId, keys: readonly Row[]): Promise<Row[]> {
  const { hash } = TABLES[table]
  const ids = keys.map((row) => text(row, hash))
  const rows = await getRows(database, table, ids.map((id) => ({ [hash]: id })))
  const found = new Map(rows.map((row) => [text(row, hash), row]))
  return ids.map((id) => found.get(id)).filter((row) => row !== undefined)
}

/** The rows of a table, or of one of its indexes, under one hash key. They lie in the order of the range key. */
export interface Partition {
  readonly table: TableId
  readonly index: string | undefined
  readonly hash: string
  readonly range: string
  readonly value: string
}

/** @param index null for the table itself */
export function partition<Table extends TableId> (table: Table, index: IndexName<Table> | null, value: string): Partition {
  const definition: TableDefinition = TABLES[table]
  const { name, hash, range = hash } = { name: undefined, ...(definition.indexes.find((one) => one.name === index) ?? definition) }
  return { table, index: name, hash, range, value }
}

export interface Query {
  readonly partition: Partition
  /** A condition on the range key; null for all rows. */
  readonly within?: Condition | null
  readonly filter?: Condition
  readonly projection?: readonly string[]
  readonly newestFirst?: boolean
  /** Sees every write before it, at twice the price. Indexes cannot. */
  readonly consistent?: boolean
}

/** The first `count` rows of a query. One request, unless the rows are so large that DynamoDB breaks them up (1 MB). */
export async function queryRows (database: Database, query: Query, count = Infinity): Promise<Row[]> {
  const rows: Row[] = []
  for await (const page of queryPages(database, query, () => count - rows.length)) {
    rows.push(...page)
    if (rows.length >= count) break
  }
  return rows
}

/** The number of rows in these partitions, up to `max`, which bounds the cost. One query for each, all at once. */
export async function countRows (database: Database, partitions: readonly Partition[], max: number): Promise<number> {
  const found = await Promise.all(partitions.map(async (one) => await queryRows(database, { partition: one, projection: [one.range] }, max)))
  return Math.min(found.flat().length, max)
}

/** The rows of a query request by request, as they are asked for. `limit` is called before each request. */
export async function * queryPages ({ documents, tableNames }: Database, query: Query, limit: () => number): AsyncGenerator<readonly Row[], void> {
  const { partition: { table, index, hash, value }, within = null, filter, projection, newestFirst = false, consistent = false } = query
  const inPartition = compare(hash, '=', value)
  let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey']
  do {
    const most = limit()
    const { Items = [], LastEvaluatedKey } = await documents.send(new QueryCommand({
      TableName: tableNames[table],
      IndexName: index,
      ScanIndexForward: !newestFirst,
      ConsistentRead: consistent,
      ...expression({ key: within === null ? inPartition : allOf(inPartition, within), filter, projection }),
      Limit: most === Infinity ? undefined : most,
      ExclusiveStartKey,
    }))
    yield Items
    ExclusiveStartKey = LastEvaluatedKey
  } while (ExclusiveStartKey !== undefined)
}

/** Rows that are due lie in so many partitions: each takes 1,000 writes a second. */
const DUE_SHARDS = 4

/** The partition of a row while something of it is due. Index keys are texts. */
export function dueShardOf (id: string): string {
  return String(shardOf(id, DUE_SHARDS))
}

/**
 * Rows that are due by now, those that have been due for longest first: one query for each partition and one batch of reads.
 * The index follows its table after some milliseconds, so that a row may be due no longer.
 */
export async function dueRows (database: Database, table: 'payments' | 'shipments' | 'webhookEvents' | 'roomMeters', now: Timestamp, limit: number): Promise<Row[]> {
  const shards = await Promise.all(Array.from({ length: DUE_SHARDS }, async (_, shard) => await queryRows(database, {
    partition: partition(table, 'dueShard-dueAt-index', String(shard)),
    within: compare('dueAt', '<=', now),
  }, limit)))
  const due = shards.flat().sort((one, other) => text(one, 'dueAt') < text(other, 'dueAt') ? -1 : 1)
  return await loadRows(database, table, due.slice(0, limit))
}
