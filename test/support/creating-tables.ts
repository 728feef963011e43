import { DescribeTableCommand, type TableDescription } from '@aws-sdk/client-dynamodb'
import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import { createTables } from '#adapters/dynamodb/schema/create-tables.js'
import { openDatabase, type Database } from '#adapters/dynamodb/engine/client.js'
import { tableNames } from '#adapters/dynamodb/engine/tables.js'
import { startFaultProxy, type FaultProxy } from './dynamodb-proxy.js'
import type { DynamoDb } from './dynamodb.js'

/** Tables that are not there yet, behind a proxy, and the command that makes them. */
export async function openTables (t: Test, dynamoDb: DynamoDb): Promise<{ database: Database, proxy: FaultProxy, create: () => Promise<string[]> }> {
  const proxy = await startFaultProxy(dynamoDb.client.endpoint)
  const { database, close } = openDatabase({ ...dynamoDb.client, endpoint: proxy.endpoint, tableNames: tableNames({}, `test-${randomUUID()}-`) })
  t.teardown(async () => {
    close()
    await proxy.stop()
  })
  const create = async () => {
    const lines: string[] = []
    await createTables(database, { report: (line) => lines.push(line), pollMs: 1 })
    return lines
  }
  return { database, proxy, create }
}

export async function described ({ documents }: Database, TableName: string): Promise<TableDescription> {
  const { Table = {} } = await documents.send(new DescribeTableCommand({ TableName }))
  return Table
}
