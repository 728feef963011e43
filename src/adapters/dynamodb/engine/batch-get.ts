import { BatchGetCommand, type BatchGetCommandInput, type BatchGetCommandOutput } from '@aws-sdk/lib-dynamodb'
import type { Database } from './database.js'
import { patience } from './patience.js'
import type { Row } from './row.js'

/** DynamoDB's limit. */
const BATCH_GET_MAX = 100
/** How long those keys are asked for that DynamoDB leaves over, because it is busy or the answer would be too large. */
const LEFT_OVER_DEADLINE_MS = 3000

type Keys = NonNullable<BatchGetCommandInput['RequestItems']>
type Key = Readonly<Record<string, string>>

/** The rows with these keys, which have to differ, in any order; those that do not exist are left out. A request for each hundred. @throws store_unavailable */
export async function batchGet (database: Database, table: string, keys: readonly Key[]): Promise<Row[]> {
  const batches = Array.from({ length: Math.ceil(keys.length / BATCH_GET_MAX) },
    (_, index) => getSome(database, table, keys.slice(index * BATCH_GET_MAX, (index + 1) * BATCH_GET_MAX)))
  return (await Promise.all(batches)).flat()
}

async function getSome (database: Database, table: string, keys: Key[]): Promise<Row[]> {
  const pause = patience(database, LEFT_OVER_DEADLINE_MS)
  const rows: Row[] = []
  let remaining: Keys = { [table]: { Keys: keys, ConsistentRead: true } }
  for (;;) {
    const { Responses = {}, UnprocessedKeys = {} }: BatchGetCommandOutput = await database.documents.send(new BatchGetCommand({ RequestItems: remaining }))
    rows.push(...Object.values(Responses).flat())
    if (UnprocessedKeys[table] === undefined) return rows
    remaining = UnprocessedKeys
    await pause()
  }
}
