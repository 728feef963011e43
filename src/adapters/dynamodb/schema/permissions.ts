import { CreateTableCommand, DescribeTableCommand, DescribeTimeToLiveCommand, UpdateTableCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb'
import { BatchGetCommand, BatchWriteCommand, DeleteCommand, GetCommand, PutCommand, QueryCommand, ScanCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { randomUUID } from 'node:crypto'
import { DomainError } from '#domain/errors.js'
import { StoreUnserved } from '#application/ports/store-unserved.js'
import type { Database } from '../engine/client.js'
import { TABLE_IDS, TABLES, type TableDefinition, type TableId } from '../engine/tables.js'
import { needs, PROGRAMS_OF_TABLES, type ACTIONS, type ProgramOfTables } from './policies.js'
import { creation } from './table-requests.js'

type Action = typeof ACTIONS[ProgramOfTables][number]

/** What a program may do, and what no call shows without a change. */
export interface Permissions {
  readonly program: ProgramOfTables
  /** Each an action and a table, such as `PutItem on basvideo-messages`. */
  readonly denied: readonly string[]
  /** Actions of which it stays open somewhere. */
  readonly unshown: readonly string[]
}

type Shown = 'allowed' | 'denied' | 'unshown'

interface Probed {
  readonly documents: Database['documents']
  readonly TableName: string
  readonly definition: TableDefinition
  /** A key that no row has. */
  readonly Key: Readonly<Record<string, string>>
  readonly isThere: boolean
}

/** A condition that no row meets, there or not. */
const never = ({ definition: { hash } }: Probed) => ({ ConditionExpression: 'attribute_exists(#key) AND attribute_not_exists(#key)', ExpressionAttributeNames: { '#key': hash } })

/** No table has an index of this name. */
const NO_INDEX = 'no-index-has-this-name'

/** Calls that need an action and change nothing. Null where there is none at the moment. */
const PROBES: Readonly<Record<Action, (probed: Probed) => Promise<unknown> | null>> = {
  DescribeTable: async ({ documents, TableName }) => await documents.send(new DescribeTableCommand({ TableName })),
  DescribeTimeToLive: async ({ documents, TableName }) => await documents.send(new DescribeTimeToLiveCommand({ TableName })),
  GetItem: async ({ documents, TableName, Key }) => await documents.send(new GetCommand({ TableName, Key })),
  BatchGetItem: async ({ documents, TableName, Key }) => await documents.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [Key] } } })),
  Query: async (probed) => await Promise.all([undefined, ...probed.definition.indexes].map(async (index) => await query(probed, index))),
  Scan: async ({ documents, TableName }) => await documents.send(new ScanCommand({ TableName, Limit: 1 })),
  PutItem: async (probed) => await probed.documents.send(new PutCommand({ TableName: probed.TableName, Item: probed.Key, ...never(probed) })),
  UpdateItem: async (probed) => await probed.documents.send(new UpdateCommand({ TableName: probed.TableName, Key: probed.Key, ...never(probed) })),
  DeleteItem: async (probed) => await probed.documents.send(new DeleteCommand({ TableName: probed.TableName, Key: probed.Key, ...never(probed) })),
  ConditionCheckItem: async (probed) =>
    await probed.documents.send(new TransactWriteCommand({ TransactItems: [{ ConditionCheck: { TableName: probed.TableName, Key: probed.Key, ...never(probed) } }] })),
  // To delete what is not there changes nothing.
  BatchWriteItem: async ({ documents, TableName, Key }) => await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: [{ DeleteRequest: { Key } }] } })),
  // A table that stands is not created again, and an index that is not there not deleted.
  CreateTable: ({ documents, TableName, definition, isThere }) => isThere ? documents.send(new CreateTableCommand(creation(TableName, definition, true))) : null,
  UpdateTable: async ({ documents, TableName }) => await documents.send(new UpdateTableCommand({ TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: NO_INDEX } }] })),
  UpdateTimeToLive: ({ definition: { expiry }, ...probed }) => expiry === undefined ? Promise.resolve() : expireAgain(probed, expiry),
  UpdateContinuousBackups: () => null,
}

/** Sets an expiry that is set already: DynamoDB refuses that to those who may. */
async function expireAgain ({ documents, TableName }: Pick<Probed, 'documents' | 'TableName'>, AttributeName: string): Promise<unknown> {
  const described = await documents.send(new DescribeTimeToLiveCommand({ TableName })).catch(() => null)
  const { TimeToLiveStatus, AttributeName: set } = { ...described?.TimeToLiveDescription }
  if (`${TimeToLiveStatus} ${set}` !== `ENABLED ${AttributeName}`) throw new Unshown()
  return await documents.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { AttributeName, Enabled: true } }))
}

/** No call shows it at the moment. */
class Unshown extends Error {}

async function query ({ documents, TableName, definition, Key }: Probed, index: TableDefinition['indexes'][number] | undefined): Promise<unknown> {
  const { hash } = index ?? definition
  const condition = { KeyConditionExpression: '#hash = :hash', ExpressionAttributeNames: { '#hash': hash }, ExpressionAttributeValues: { ':hash': String(Key[definition.hash]) } }
  return await documents.send(new QueryCommand({ TableName, IndexName: index?.name, Limit: 1, ...condition }))
}

/** What each program may do with these credentials, asked by calls that change nothing. @throws store_unavailable where DynamoDB is not reached */
export async function permissionsOf (database: Database): Promise<readonly Permissions[]> {
  const answers = (await Promise.all(TABLE_IDS.map(async (id) => await probe(database, id)))).flat()
  return PROGRAMS_OF_TABLES.map((program) => {
    const its = answers.filter(({ action, id }) => needs(program, action, id))
    return {
      program,
      denied: its.filter(({ shown }) => shown === 'denied').map(({ action, table }) => `${action} on ${table}`),
      unshown: [...new Set(its.filter(({ shown }) => shown === 'unshown').map(({ action }) => action))],
    }
  })
}

interface Answer {
  readonly action: Action
  readonly id: TableId
  readonly table: string
  readonly shown: Shown
}

/** One action after another, so that the look is no load. */
async function probe ({ documents, tableNames }: Database, id: TableId): Promise<readonly Answer[]> {
  const definition: TableDefinition = TABLES[id]
  const TableName = tableNames[id]
  const nothing = `none-${randomUUID()}`
  const Key = Object.fromEntries([definition.hash, definition.range].filter((name) => name !== undefined).map((name) => [name, nothing]))
  const isThere = await documents.send(new DescribeTableCommand({ TableName })).then(() => true, (error: unknown) => {
    shownBy(error)
    return false
  })
  const answers: Answer[] = []
  const actions = (Object.keys(PROBES) as Action[]).filter((action) => PROGRAMS_OF_TABLES.some((program) => needs(program, action, id)))
  for (const action of actions) {
    const call = PROBES[action]({ documents, TableName, definition, Key, isThere })
    answers.push({ action, id, table: TableName, shown: call === null ? 'unshown' : await call.then((): Shown => 'allowed', shownBy) })
  }
  return answers
}

/** What an error says about the permission: all but one come after it. @throws store_unavailable where DynamoDB is not reached */
function shownBy (error: unknown): Shown {
  if (error instanceof Unshown) return 'unshown'
  if (error instanceof StoreUnserved) return /AccessDenied/.test((error.cause as Error).name) ? 'denied' : 'allowed'
  if (error instanceof DomainError && error.code === 'store_unavailable') throw error
  return 'allowed'
}
