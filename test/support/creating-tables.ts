import { DescribeTableCommand, type TableDescription } from '@aws-sdk/client-dynamodb'
import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import { createTables, planTables } from '#adapters/dynamodb/schema/create-tables.js'
import { openDatabase, type Database } from '#adapters/dynamodb/engine/client.js'
import { tableNames } from '#adapters/dynamodb/engine/tables.js'
import { startFaultProxy, type FaultProxy } from './dynamodb-proxy.js'
import type { DynamoDb } from './dynamodb.js'

interface OpenTables {
  readonly database: Database
  readonly proxy: FaultProxy
  /** The lines of a run, which says at its end whether all is as defined. */
  readonly create: (isWhole?: boolean) => Promise<string[]>
  readonly plan: () => Promise<{ readonly whole: boolean, readonly lines: readonly string[] }>
}

/** Tables that are not there yet, behind a proxy, and the command that makes them. A test that adds indexes makes them without expiry. */
export async function openTables (t: Test, dynamoDb: DynamoDb, withoutExpiry = false): Promise<OpenTables> {
  const proxy = await startFaultProxy(dynamoDb.client.endpoint, withoutExpiry)
  const { database, close } = openDatabase({ ...dynamoDb.client, endpoint: proxy.endpoint, tableNames: tableNames({}, `test-${randomUUID()}-`) })
  t.teardown(async () => {
    close()
    await proxy.stop()
  })
  const create = async (isWhole = true) => {
    const lines: string[] = []
    t.equal(await createTables(database, { report: (line) => lines.push(line), pollMs: 1 }), isWhole)
    return lines
  }
  const plan = async () => {
    const lines: string[] = []
    return { whole: await planTables(database, (line) => lines.push(line)), lines }
  }
  return { database, proxy, create, plan }
}

export async function described ({ documents }: Database, TableName: string): Promise<TableDescription> {
  const { Table = {} } = await documents.send(new DescribeTableCommand({ TableName }))
  return Table
}
