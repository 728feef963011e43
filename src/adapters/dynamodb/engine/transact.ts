import { TransactionCanceledException, type CancellationReason } from '@aws-sdk/client-dynamodb'
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb'
import type { Database } from './database.js'
import { classify, isDecided } from './errors.js'
import { patience } from './patience.js'
import { rowOf, type Row } from './row.js'

export type TransactionItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number]

/** What became of the condition of one item of a transaction that was not written. */
export interface Check {
  readonly failed: boolean
  /** The row that failed it, where the item asked for it and there is one. */
  readonly row: Row | null
}

const CONFLICT_DEADLINE_MS = 2000

/**
 * Writes all of the items, or nothing. Null means written; else the checks tell, in the order of the items, what was against it.
 * All checks come from one moment at which no other transaction was at work on any of the items.
 */
export async function transact (database: Database, items: TransactionItem[]): Promise<readonly Check[] | null> {
  return await retryConflicts(database, async () => {
    try {
      await database.documents.send(new TransactWriteCommand({ TransactItems: items }))
      return null
    } catch (error) {
      const reasons = cancellationReasons(error)
      if (reasons.length > 0 && reasons.every(isDecided)) return reasons.map(checkOf)
      throw error
    }
  })
}

/** Repeats a write that met a transaction at work on the same item: the SDK never does. @throws store_busy */
export async function retryConflicts<T> (database: Database, write: () => Promise<T>): Promise<T> {
  const pause = patience(database, CONFLICT_DEADLINE_MS)
  for (;;) {
    try {
      return await write()
    } catch (error) {
      if (classify(error) !== 'conflict') throw error
      await pause(error)
    }
  }
}

function cancellationReasons (error: unknown): readonly CancellationReason[] {
  return error instanceof TransactionCanceledException ? error.CancellationReasons ?? [] : []
}

function checkOf ({ Code, Item }: CancellationReason): Check {
  return { failed: Code === 'ConditionalCheckFailed', row: Item === undefined ? null : rowOf(Item) }
}
