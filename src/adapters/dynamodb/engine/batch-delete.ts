import { BatchWriteCommand, type BatchWriteCommandInput, type BatchWriteCommandOutput } from '@aws-sdk/lib-dynamodb'
import type { Database } from './database.js'
import { patience } from './patience.js'

/** DynamoDB's limit. */
const BATCH_WRITE_MAX = 25
/** How long those keys are sent again that DynamoDB leaves over. */
const LEFT_OVER_DEADLINE_MS = 3000

type Key = Readonly<Record<string, string>>

/** Deletes the rows with these keys, which have to differ, as far as they are there. A request for each 25, at half the price of a transaction. @throws store_unavailable */
export async function batchDelete (database: Database, table: string, keys: readonly Key[]): Promise<void> {
  await Promise.all(Array.from({ length: Math.ceil(keys.length / BATCH_WRITE_MAX) },
    async (_, index) => await deleteSome(database, table, keys.slice(index * BATCH_WRITE_MAX, (index + 1) * BATCH_WRITE_MAX))))
}

async function deleteSome (database: Database, table: string, keys: readonly Key[]): Promise<void> {
  const pause = patience(database, LEFT_OVER_DEADLINE_MS)
  let remaining: NonNullable<BatchWriteCommandInput['RequestItems']> = { [table]: keys.map((Key) => ({ DeleteRequest: { Key } })) }
  for (;;) {
    const { UnprocessedItems = {} }: BatchWriteCommandOutput = await database.documents.send(new BatchWriteCommand({ RequestItems: remaining }))
    if (UnprocessedItems[table] === undefined) return
    remaining = UnprocessedItems
    await pause()
  }
}
