import { CreateTableCommand, DescribeTableCommand, ResourceInUseException, ResourceNotFoundException, UpdateTableCommand, type TableDescription } from '@aws-sdk/client-dynamodb'
import { setTimeout } from 'node:timers/promises'
import { DomainError } from '#domain/errors.js'
import { StoreUnserved } from '#application/ports/store-unserved.js'
import type { Database } from '../engine/client.js'
import { TABLE_IDS, TABLES, type TableDefinition, type TableId } from '../engine/tables.js'
import { differencesOf } from './differences.js'
import { noteNew } from './migrations.js'
import { addExtras } from './table-extras.js'
import { addition, creation } from './table-requests.js'

/** How long to wait between two looks at a table that DynamoDB is making. An index on a large table takes minutes. */
const POLL_MS = 1000

export interface CreateTablesOptions {
  /** Receives a line for every step. */
  readonly report: (line: string) => void
  readonly pollMs?: number
  /** Whether DynamoDB is to refuse to delete the tables. */
  readonly isProtected?: boolean
}

type Run = Required<CreateTablesOptions> & { readonly database: Database }

/**
 * Makes the tables and indexes that are missing, and leaves all others as they are: it may be repeated at will, and several may run at
 * once. What differs from its definition, or cannot be made, is reported, and the other tables go on. True where all is as defined.
 *
 * @throws store_unavailable where DynamoDB is not reached
 */
export async function createTables (database: Database, { pollMs = POLL_MS, isProtected = true, report }: CreateTablesOptions): Promise<boolean> {
  const run = { database, pollMs, isProtected, report }
  const standing: TableId[] = []
  for (const id of TABLE_IDS) {
    if (await attempt(run, id, async () => await stand(run, id))) standing.push(id)
  }
  // What is useful beside the tables, and may be denied, comes once all stand.
  for (const id of standing) report(`${database.tableNames[id]}: ready${await addExtras(run, id)}`)
  return standing.length === TABLE_IDS.length
}

/** Reports what `createTables` would do, and does nothing. True where all is as defined. */
export async function planTables (database: Database, report: (line: string) => void): Promise<boolean> {
  let isWhole = true
  for (const id of TABLE_IDS) {
    const name = database.tableNames[id]
    const definition: TableDefinition = TABLES[id]
    const found = await describe(database, name)
    if (found === null) {
      report(`${name}: would be created with ${definition.indexes.length} indexes`)
      isWhole = false
      continue
    }
    const { unlike, missing } = differencesOf(found, definition)
    for (const index of missing) report(`${name}: ${index.name} would be added`)
    for (const line of unlike) report(`${name}: ${line}`)
    if (unlike.length + missing.length === 0) report(`${name}: is as defined`)
    else isWhole = false
  }
  return isWhole
}

/** Whether the table stands as defined. What DynamoDB refuses is reported; where it is not reached, all ends. */
async function attempt ({ database, report }: Run, id: TableId, work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DomainError && !(error instanceof StoreUnserved)) throw error
    const { cause, message, name } = error as Error
    report(`${database.tableNames[id]}: failed: ${cause instanceof Error ? `${cause.name}: ${cause.message}` : `${name}: ${message}`}`)
    return false
  }
}

/** Makes a table and its indexes where they are missing. False where it differs from its definition. */
async function stand (run: Run, id: TableId): Promise<boolean> {
  const { database, isProtected, report } = run
  const name = database.tableNames[id]
  const definition: TableDefinition = TABLES[id]
  if (await settled(run, name) === null) {
    report(`${name}: creating with ${definition.indexes.length} indexes`)
    await unlessInUse(async () => await database.documents.send(new CreateTableCommand(creation(name, definition, isProtected))))
    await settled(run, name)
    await noteNew(database, id)
  }
  const { unlike } = differencesOf(await withIndexes(run, name, definition), definition)
  for (const line of unlike) report(`${name}: ${line}`)
  return unlike.length === 0
}

/** Adds the indexes that are missing. Another run may add them too. Answers the table that has all. */
async function withIndexes (run: Run, name: string, definition: TableDefinition): Promise<TableDescription> {
  const refused = new Map<string, unknown>()
  for (;;) {
    const found = await settled(run, name) ?? {}
    const [next] = differencesOf(found, definition).missing
    if (next === undefined) return found
    // DynamoDB refuses an index that another run has just added. One that it still lacks is refused for another reason.
    if (refused.has(next.name)) throw refused.get(next.name)
    try {
      if (await unlessInUse(async () => await run.database.documents.send(new UpdateTableCommand(addition(name, found, definition, next))))) run.report(`${name}: adding ${next.name}`)
      else await setTimeout(run.pollMs)
    } catch (error) {
      refused.set(next.name, error)
    }
  }
}

/** False where another process works on the table, or was as quick. */
async function unlessInUse (work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (error instanceof ResourceInUseException || (error instanceof DomainError && error.code === 'store_busy')) return false
    throw error
  }
}

/** The table once nothing is under way, null where there is none. Reports each reason to wait. */
async function settled ({ database, pollMs, report }: Run, name: string): Promise<TableDescription | null> {
  let told = ''
  for (;;) {
    const found = await describe(database, name)
    const reason = found === null ? null : waitReason(found)
    if (reason === null) return found
    if (reason !== told) report(`${name}: waiting: ${reason}`)
    told = reason
    await setTimeout(pollMs)
  }
}

const UNDER_WAY = ['CREATING', 'UPDATING', 'DELETING']

/** Why the table cannot be worked on yet; null where it can. @throws where it never can, as without its encryption key */
function waitReason ({ TableStatus, GlobalSecondaryIndexes = [] }: TableDescription): string | null {
  if (UNDER_WAY.includes(String(TableStatus))) return `the table is ${TableStatus}`
  if (TableStatus !== 'ACTIVE') throw new Error(`the table is ${TableStatus}`)
  const index = GlobalSecondaryIndexes.find(({ IndexStatus }) => IndexStatus !== 'ACTIVE')
  return index === undefined ? null : `the index ${index.IndexName} is ${index.IndexStatus}`
}

async function describe ({ documents }: Database, TableName: string): Promise<TableDescription | null> {
  try {
    const { Table = null } = await documents.send(new DescribeTableCommand({ TableName }))
    return Table
  } catch (error) {
    if ((error as Error).cause instanceof ResourceNotFoundException) return null
    throw error
  }
}
