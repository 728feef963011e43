import { BatchGetCommand, type BatchGetCommandInput, type BatchGetCommandOutput } from '@aws-sdk/lib-dynamodb'
import type { Database } from './database.js'
import type { Row } from './row.js'

/** DynamoDB's limit. */
const BATCH_GET_MAX = 100

type Keys = NonNullable<BatchGetCommandInput['RequestItems']>
type Key = Readonly<Record<string, string>>

/** The rows with these keys, which have to differ, in any order; those that do not exist are left out. A request for each hundred. */
export async function batchGet (database: Database, table: string, keys: readonly Key[]): Promise<Row[]> {
  const batches = Array.from({ length: Math.ceil(keys.length / BATCH_GET_MAX) },
    (_, index) => getSome(database, table, keys.slice(index * BATCH_GET_MAX, (index + 1) * BATCH_GET_MAX)))
  return (await Promise.all(batches)).flat()
}

async function getSome ({ documents }: Database, table: string, keys: Key[]): Promise<Row[]> {
  const rows: Row[] = []
  let remaining: Keys = { [table]: { Keys: keys, ConsistentRead: true } }
  while (remaining[table] !== undefined) {
    const { Responses = {}, UnprocessedKeys = {} }: BatchGetCommandOutput = await documents.send(new BatchGetCommand({ RequestItems: remaining }))
    rows.push(...Object.values(Responses).flat())
    remaining = UnprocessedKeys
  }
  return rows
}
