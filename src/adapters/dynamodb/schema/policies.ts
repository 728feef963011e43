import { TABLE_IDS, TABLES, type TableId, type TableNames } from '../engine/tables.js'

/** What the stores do with rows: a transaction needs the actions of its parts. */
const ROWS = ['BatchGetItem', 'BatchWriteItem', 'ConditionCheckItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'] as const

/** The actions of each program that works with DynamoDB. A test holds them to the commands that the programs send. */
export const ACTIONS = {
  start: ['DescribeTable', ...ROWS, 'Scan'],
  tables: ['CreateTable', 'DescribeTable', 'DescribeTimeToLive', 'PutItem', 'UpdateContinuousBackups', 'UpdateTable', 'UpdateTimeToLive'],
  backfill: ['DescribeTable', ...ROWS.filter((action) => action !== 'DeleteItem'), 'Scan'],
  drain: ['DescribeTable', ...ROWS, 'Scan'],
} as const satisfies Record<string, readonly string[]>

/** The tables that a program reads from end to end: those of the earlier application, and what newer indexes list. The service does so until the back-fill is done. */
const SCANNED: Readonly<Record<keyof typeof ACTIONS, readonly TableId[]>> = { start: ['payments'], tables: [], backfill: ['messages', 'payments', 'webhookEvents', 'audit'], drain: ['payments'] }

export type ProgramOfTables = keyof typeof ACTIONS

export const PROGRAMS_OF_TABLES = Object.keys(ACTIONS) as readonly ProgramOfTables[]

/** Whether a program needs an action on a table. */
export function needs (program: ProgramOfTables, action: string, id: TableId): boolean {
  return (ACTIONS[program] as readonly string[]).includes(action) && (action !== 'Scan' || SCANNED[program].includes(id))
}

/** The least policy of IAM for a program: its actions, on the tables and indexes of the service alone. */
export function policyOf (program: ProgramOfTables, { region, tableNames }: { readonly region: string, readonly tableNames: TableNames }): object {
  const arnOf = (id: TableId): string => `arn:aws:dynamodb:${region}:*:table/${tableNames[id]}`
  const actions: readonly string[] = ACTIONS[program].filter((action) => action !== 'Scan')
  const scanned = SCANNED[program].map(arnOf)
  const indexed = TABLE_IDS.filter((id) => TABLES[id].indexes.length > 0)
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Tables', Effect: 'Allow', Action: actions.map((action) => `dynamodb:${action}`), Resource: TABLE_IDS.map(arnOf) },
      ...(actions.includes('Query') ? [{ Sid: 'Indexes', Effect: 'Allow', Action: ['dynamodb:Query'], Resource: indexed.map((id) => `${arnOf(id)}/index/*`) }] : []),
      ...(scanned.length > 0 ? [{ Sid: 'Scans', Effect: 'Allow', Action: ['dynamodb:Scan'], Resource: scanned }] : []),
    ],
  }
}
