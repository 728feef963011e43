import { DescribeTableCommand, DescribeTimeToLiveCommand, UpdateContinuousBackupsCommand, UpdateTableCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb'
import { setTimeout } from 'node:timers/promises'
import { StoreUnserved } from '#application/ports/store-unserved.js'
import type { Database } from '../engine/client.js'
import { TABLES, type TableDefinition, type TableId } from '../engine/tables.js'

interface Run {
  readonly database: Database
  readonly pollMs: number
  readonly isProtected: boolean
}

/** AWS is not ready for recovery in the first moments of a table, and changes one thing of a table at a time. */
const NOT_NOW = ['ContinuousBackupsUnavailableException', 'ResourceInUseException']

/** Turns on the expiry of rows, point-in-time recovery and the protection from deletion. Answers remarks for the report. */
export async function addExtras (run: Run, id: TableId): Promise<string> {
  const { database: { documents, tableNames }, isProtected } = run
  const TableName = tableNames[id]
  const { expiry }: TableDefinition = TABLES[id]
  const remarks = [
    expiry === undefined ? '' : await extra(run, 'expiry', async () => await setExpiry(run, TableName, expiry)),
    await extra(run, 'point-in-time recovery', async () => {
      await documents.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }))
      return ', with point-in-time recovery'
    }),
    isProtected ? await extra(run, 'protection from deletion', async () => await protect(run, TableName)) : '',
  ]
  return remarks.join('')
}

/** What the work remarks. An extra that is denied, or that the server does not have, is a remark too. */
async function extra (run: Run, what: string, work: () => Promise<string>): Promise<string> {
  try {
    return await work()
  } catch (error) {
    const { name, cause } = error as Error
    if (name === 'UnknownOperationException') return ` (this server has no ${what})`
    if (error instanceof StoreUnserved) return ` (without ${what}: ${(cause as Error).name})`
    if (!NOT_NOW.includes(name)) throw error
    await setTimeout(run.pollMs)
    return await extra(run, what, work)
  }
}

async function setExpiry ({ database: { documents } }: Run, TableName: string, AttributeName: string): Promise<string> {
  const { TimeToLiveDescription } = await documents.send(new DescribeTimeToLiveCommand({ TableName }))
  if (TimeToLiveDescription?.AttributeName === AttributeName) return ''
  try {
    await documents.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { AttributeName, Enabled: true } }))
  } catch (error) {
    // Another run was as quick: setting it a second time is refused.
    if ((error as Error).name !== 'ValidationException') throw error
  }
  return ''
}

async function protect ({ database: { documents } }: Run, TableName: string): Promise<string> {
  const { Table = {} } = await documents.send(new DescribeTableCommand({ TableName }))
  if (Table.DeletionProtectionEnabled === false) await documents.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }))
  return ''
}
