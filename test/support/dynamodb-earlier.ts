import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Test } from 'tap'
import type { Database, DatabaseOptions } from '#adapters/dynamodb/engine/client.js'
import { laterBy } from '#domain/time.js'
import type { DynamoDb } from './dynamodb.js'

/** A message as the earlier application wrote it, from ayse to mehmet unless told otherwise. */
export function earlierRow (messageId: string, second: number, fields: object = {}) {
  const timestamp = laterBy('2126-03-01T10:00:00.000Z', second * 1000)
  return {
    messageId,
    senderId: 'ayse',
    receiverId: 'mehmet',
    message: `text of ${messageId}`,
    type: 'text',
    metadata: {},
    timestamp,
    read: false,
    readAt: null,
    status: 'sent',
    createdAt: timestamp,
    updatedAt: timestamp,
    ...fields,
  }
}

/** Stores such rows, and makes the tables those of the earlier application: there is no record of a back-fill. */
export async function putEarlierRows ({ documents, tableNames }: Database, rows: readonly object[]): Promise<void> {
  for (let start = 0; start < rows.length; start += 50) {
    await Promise.all(rows.slice(start, start + 50).map(async (row) => await documents.send(new PutCommand({ TableName: tableNames.messages, Item: { ...row } }))))
  }
  await documents.send(new DeleteCommand({ TableName: tableNames.migrations, Key: { name: 'earlier-messages' } }))
}

/** Stores on tables of the earlier application with these rows. */
export async function openEarlier (t: Test, dynamoDb: DynamoDb, rows: readonly object[], options: Partial<DatabaseOptions> = {}) {
  const tables = await dynamoDb.freshTables()
  const database = dynamoDb.database(tables)
  await putEarlierRows(database, rows)
  const persistence = dynamoDb.open(tables, options)
  t.teardown(async () => await persistence.close())
  return { ...persistence, tables, database }
}
