import { BatchWriteCommand, type BatchWriteCommandInput, type BatchWriteCommandOutput } from '@aws-sdk/lib-dynamodb'
import type { Database } from './database.js'

/** DynamoDB's limit. */
const BATCH_WRITE_MAX = 25

type Key = Readonly<Record<string, string>>

/** Deletes the rows with these keys, which have to differ, as far as they are there. A request for each 25, at half the price of a transaction. */
export async function batchDelete (database: Database, table: string, keys: readonly Key[]): Promise<void> {
  await Promise.all(Array.from({ length: Math.ceil(keys.length / BATCH_WRITE_MAX) },
    async (_, index) => await deleteSome(database, table, keys.slice(index * BATCH_WRITE_MAX, (index + 1) * BATCH_WRITE_MAX))))
}

async function deleteSome ({ documents }: Database, table: string, keys: readonly Key[]): Promise<void> {
  let remaining: NonNullable<BatchWriteCommandInput['RequestItems']> = { [table]: keys.map((Key) => ({ DeleteRequest: { Key } })) }
  while (remaining[table] !== undefined) {
    const { UnprocessedItems = {} }: BatchWriteCommandOutput = await documents.send(new BatchWriteCommand({ RequestItems: remaining }))
    remaining = UnprocessedItems
  }
}
