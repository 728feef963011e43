import { ConditionalCheckFailedException, TransactionCanceledException, type CancellationReason } from '@aws-sdk/client-dynamodb'
import { BatchWriteCommand, type BatchWriteCommandInput, type BatchWriteCommandOutput } from '@aws-sdk/lib-dynamodb'
import type { Database } from './client.js'
import { isDecided } from './errors.js'
import type { Key } from './read.js'
import { patience, retryConflicts } from './retry.js'
import { rowOf, type Row } from './row.js'
import type { TableId } from './tables.js'
import type { TransactionItem } from './transaction.js'

export type { TransactionItem } from './transaction.js'

/** The condition of one item that was not written. */
export interface Check {
  readonly failed: boolean
  /** The row that failed it, where the item asked for it and there is one. */
  readonly row: Row | null
}

/**
 * Writes all of the items, or nothing. Null means written; else the checks say, in the order of the items, which conditions failed.
 * All checks come from one moment at which no other transaction was at work on any of the items.
 * It may go out in one call with others; once it has met a conflict or a throttled partition, it goes alone.
 */
export async function transact (database: Database, items: TransactionItem[]): Promise<readonly Check[] | null> {
  return await retryConflicts(database, async (isRepeat) => {
    try {
      await database.groups.write(items, isRepeat)
      return null
    } catch (error) {
      const reasons = cancellationReasons(error)
      if (reasons.length > 0 && reasons.every(isDecided)) return reasons.map(checkOf)
      throw error
    }
  })
}

function cancellationReasons (error: unknown): readonly CancellationReason[] {
  return error instanceof TransactionCanceledException ? error.CancellationReasons ?? [] : []
}

function checkOf ({ Code, Item }: CancellationReason): Check {
  return { failed: Code === 'ConditionalCheckFailed', row: Item === undefined ? null : rowOf(Item) }
}

/** Makes a single write on condition, at half the price of a transaction. Null means written; else the check that failed. */
export async function writeIf (database: Database, write: () => Promise<unknown>): Promise<Check | null> {
  try {
    await retryConflicts(database, write)
    return null
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return { failed: true, row: error.Item === undefined ? null : rowOf(error.Item) }
  }
}

/** The row that failed a condition which no missing row fails. */
export function takenBy ({ row }: Check): Row {
  if (row === null) throw new Error('a condition failed, and DynamoDB does not say by which row')
  return row
}

/** DynamoDB's limit. */
const BATCH_WRITE_MAX = 25
/** How long a batch sends those keys again that DynamoDB leaves over. */
const LEFT_OVER_DEADLINE_MS = 3000

/**
 * Deletes the rows with these keys, which have to differ, where they exist. One request for each 25, at half the price of a transaction.
 * @throws store_unavailable
 */
export async function deleteRows (database: Database, table: TableId, keys: readonly Key[]): Promise<void> {
  await writeBatches(database, table, keys.map((Key) => ({ DeleteRequest: { Key } })))
}

/** Writes these rows, whose keys have to differ, whatever is there. @throws store_unavailable */
export async function putRows (database: Database, table: TableId, rows: readonly Row[]): Promise<void> {
  await writeBatches(database, table, rows.map((Item) => ({ PutRequest: { Item } })))
}

type Requests = NonNullable<BatchWriteCommandInput['RequestItems']>

async function writeBatches (database: Database, table: TableId, requests: NonNullable<Requests[string]>): Promise<void> {
  await Promise.all(Array.from({ length: Math.ceil(requests.length / BATCH_WRITE_MAX) },
    async (_, index) => await writeBatch(database, database.tableNames[table], requests.slice(index * BATCH_WRITE_MAX, (index + 1) * BATCH_WRITE_MAX))))
}

async function writeBatch (database: Database, tableName: string, requests: NonNullable<Requests[string]>): Promise<void> {
  const pause = patience(database, LEFT_OVER_DEADLINE_MS)
  let remaining: Requests = { [tableName]: requests }
  for (;;) {
    const { UnprocessedItems = {} }: BatchWriteCommandOutput = await database.documents.send(new BatchWriteCommand({ RequestItems: remaining }))
    if (UnprocessedItems[tableName] === undefined) return
    remaining = UnprocessedItems
    await pause()
  }
}
