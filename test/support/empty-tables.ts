import { paginateScan } from '@aws-sdk/lib-dynamodb'
import { deleteRows } from '#adapters/dynamodb/engine/write.js'
import type { Database } from '#adapters/dynamodb/engine/client.js'
import { TABLE_IDS, TABLES, type TableDefinition } from '#adapters/dynamodb/engine/tables.js'

/** Deletes every row of all tables. */
export async function emptyTables (database: Database): Promise<void> {
  const { documents: client, tableNames } = database
  await Promise.all(TABLE_IDS.map(async (id) => {
    const { hash, range }: TableDefinition = TABLES[id]
    const names = Object.fromEntries([hash, range].filter((name) => name !== undefined).map((name, index) => [`#${index}`, name]))
    const scan = { TableName: tableNames[id], ConsistentRead: true, ProjectionExpression: Object.keys(names).join(', '), ExpressionAttributeNames: names }
    for await (const { Items: keys = [] } of paginateScan({ client }, scan)) await deleteRows(database, id, keys)
  }))
}
