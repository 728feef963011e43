import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Database } from '../engine/database.js'
import type { Row } from '../engine/row.js'

/** The migration that gives the earlier application's messages the attributes of ours. */
const EARLIER_MESSAGES = 'earlier-messages'

/** The record of the migration; null where it was never begun. */
export async function readMigration ({ documents, tableNames }: Database): Promise<Row | null> {
  const { Item } = await documents.send(new GetCommand({
    TableName: tableNames.migrations,
    Key: { name: EARLIER_MESSAGES },
    ConsistentRead: true,
  }))
  return Item ?? null
}

export async function writeMigration ({ documents, tableNames }: Database, record: Row & { state: 'running' | 'done' }): Promise<void> {
  await documents.send(new PutCommand({ TableName: tableNames.migrations, Item: { name: EARLIER_MESSAGES, ...record } }))
}
