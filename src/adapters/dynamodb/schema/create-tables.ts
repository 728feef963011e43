import {
  ContinuousBackupsUnavailableException, CreateTableCommand, DescribeTableCommand, DescribeTimeToLiveCommand, ResourceInUseException,
  ResourceNotFoundException, UpdateContinuousBackupsCommand, UpdateTableCommand, UpdateTimeToLiveCommand, type AttributeDefinition, type GlobalSecondaryIndex, type KeySchemaElement, type TableDescription,
} from '@aws-sdk/client-dynamodb'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { setTimeout } from 'node:timers/promises'
import type { Database } from '../engine/client.js'
import { noteNew } from './migrations.js'
import { TABLE_IDS, TABLES, type IndexDefinition, type TableDefinition } from '../engine/tables.js'

/** How long to wait between two looks at a table that DynamoDB is making. An index on a large table takes minutes. */
const POLL_MS = 1000

export interface CreateTablesOptions {
  /** Receives a line for every step. */
  readonly report: (line: string) => void
  readonly pollMs?: number
}

/** Makes the tables and indexes that are missing, and leaves all others as they are: it may be repeated at will. */
export async function createTables (database: Database, { report, pollMs = POLL_MS }: CreateTablesOptions): Promise<void> {
  const { documents, tableNames } = database
  for (const id of TABLE_IDS) {
    const name = tableNames[id]
    const definition: TableDefinition = TABLES[id]
    const found = await describe(documents, name)
    if (found === null) {
      report(`${name}: creating with ${definition.indexes.length} indexes`)
      await create(documents, name, definition)
      await untilActive(documents, name, pollMs)
      await noteNew(database, id)
    } else {
      await addIndexes(documents, found, name, definition, { report, pollMs })
    }
    await setExpiry(documents, name, definition)
    report(`${name}: ready${await backUp(documents, name, pollMs)}`)
  }
}

async function create (documents: DynamoDBDocumentClient, name: string, definition: TableDefinition): Promise<void> {
  try {
    await documents.send(new CreateTableCommand(creation(name, definition)))
  } catch (error) {
    // Another process was as quick, or the answer to the first attempt was lost.
    if (!(error instanceof ResourceInUseException)) throw error
  }
}

/** DynamoDB builds one index of a table at a time. */
async function addIndexes (documents: DynamoDBDocumentClient, found: TableDescription, name: string, definition: TableDefinition, options: Required<CreateTablesOptions>): Promise<void> {
  const existing = new Set(found.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName))
  await untilActive(documents, name, options.pollMs)
  for (const index of definition.indexes.filter((wanted) => !existing.has(wanted.name))) {
    options.report(`${name}: adding ${index.name}`)
    await documents.send(new UpdateTableCommand({
      TableName: name,
      AttributeDefinitions: attributes([definition, index]),
      GlobalSecondaryIndexUpdates: [{ Create: { ...globalIndex(index), ...capacityLike(found) } }],
    }))
    await untilActive(documents, name, options.pollMs)
  }
}

/** A table with provisioned capacity wants the same of each index. The operator has chosen it, and it stays. */
function capacityLike ({ ProvisionedThroughput: { ReadCapacityUnits = 0, WriteCapacityUnits = 0 } = {} }: TableDescription): Pick<GlobalSecondaryIndex, 'ProvisionedThroughput'> {
  return WriteCapacityUnits > 0 ? { ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits } } : {}
}

async function describe (documents: DynamoDBDocumentClient, TableName: string): Promise<TableDescription | null> {
  try {
    const { Table = null } = await documents.send(new DescribeTableCommand({ TableName }))
    return Table
  } catch (error) {
    if ((error as Error).cause instanceof ResourceNotFoundException) return null
    throw error
  }
}

async function untilActive (documents: DynamoDBDocumentClient, name: string, pollMs: number): Promise<void> {
  while (!isActive(await describe(documents, name))) await setTimeout(pollMs)
}

function isActive (table: TableDescription | null): boolean {
  return table?.TableStatus === 'ACTIVE' && (table.GlobalSecondaryIndexes ?? []).every(({ IndexStatus }) => IndexStatus === 'ACTIVE')
}

async function setExpiry (documents: DynamoDBDocumentClient, TableName: string, { expiry }: TableDefinition): Promise<void> {
  if (expiry === undefined) return
  const { TimeToLiveDescription } = await documents.send(new DescribeTimeToLiveCommand({ TableName }))
  // Setting it a second time is refused.
  if (TimeToLiveDescription?.AttributeName === expiry) return
  await documents.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { AttributeName: expiry, Enabled: true } }))
}

/** Turns on point-in-time recovery, which servers for development do not have. Answers a remark for the report. */
async function backUp (documents: DynamoDBDocumentClient, TableName: string, pollMs: number): Promise<string> {
  try {
    await documents.send(new UpdateContinuousBackupsCommand({
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }))
    return ', with point-in-time recovery'
  } catch (error) {
    if (error instanceof Error && error.name === 'UnknownOperationException') return ' (this server has no point-in-time recovery)'
    // AWS is not ready for it in the first moments of a table.
    if (!(error instanceof ContinuousBackupsUnavailableException)) throw error
    await setTimeout(pollMs)
    return await backUp(documents, TableName, pollMs)
  }
}

function creation (TableName: string, definition: TableDefinition) {
  const { indexes } = definition
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST' as const,
    KeySchema: keySchema(definition),
    AttributeDefinitions: attributes([definition, ...indexes]),
    // An empty list is refused.
    GlobalSecondaryIndexes: indexes.length === 0 ? undefined : indexes.map(globalIndex),
  }
}

function globalIndex (index: IndexDefinition): GlobalSecondaryIndex {
  const { name, projection } = index
  return {
    IndexName: name,
    KeySchema: keySchema(index),
    Projection: typeof projection === 'string' ? { ProjectionType: projection } : { ProjectionType: 'INCLUDE', NonKeyAttributes: [...projection] },
  }
}

type Keys = Pick<TableDefinition, 'hash' | 'range'>

function keySchema ({ hash, range }: Keys): KeySchemaElement[] {
  const schema: KeySchemaElement[] = [{ AttributeName: hash, KeyType: 'HASH' }]
  return range === undefined ? schema : [...schema, { AttributeName: range, KeyType: 'RANGE' }]
}

/** The key attributes of a table and its indexes, each once. */
function attributes (keys: readonly Keys[]): AttributeDefinition[] {
  const names = new Set(keys.flatMap((key) => keySchema(key).map(({ AttributeName }) => AttributeName)))
  return [...names].map((AttributeName) => ({ AttributeName, AttributeType: 'S' }))
}
