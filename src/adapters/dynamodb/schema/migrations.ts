import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { COUNTED_FROM_THE_START } from '#application/ports/read-models.js'
import type { Database } from '../engine/client.js'
import { getRow } from '../engine/read.js'
import { integer, keeping, mapOrNull, maps, type Row } from '../engine/row.js'
import type { TableId } from '../engine/tables.js'

/** The migration that gives the messages of the earlier application the attributes of ours. */
export const EARLIER_MESSAGES = 'earlier-messages'
/** The migration that writes the payments of the earlier application as ours. */
export const EARLIER_PAYMENTS = 'earlier-payments'
/** The count of payments by the time of each change. */
export const PAYMENT_RECOUNT = 'payment-recount'
/** The claims on orders of payments from before claims. */
export const ORDER_CLAIMS = 'order-claims'
/** The places of refunds, disputes and flags of payments from before these. */
export const ATTENTION_PLACES = 'attention-places'

/** A part of a table that a migration reads on its own. */
export interface Segment {
  readonly index: number
  /** The last key of the page before; null at the beginning and the end. */
  readonly position: Row | null
  readonly done: boolean
  readonly looked: number
}

/** The record of the migration; null where it has not begun. */
export async function readMigration (database: Database, name = EARLIER_MESSAGES): Promise<Row | null> {
  return await getRow(database, 'migrations', { name })
}

/**
 * Notes that a new table holds nothing that a migration has to change. Where the register of days is new, no version of ours has stored a
 * payment, whatever the earlier application has left in the table of payments.
 */
export async function noteNew (database: Database, table: TableId): Promise<void> {
  if (table === 'messages') await write(database, { state: 'done', name: EARLIER_MESSAGES })
  if (table === 'payments') await write(database, { state: 'done', name: EARLIER_PAYMENTS })
  if (table !== 'payments' && table !== 'days') return
  await write(database, { ...COUNTED_FROM_THE_START, name: PAYMENT_RECOUNT })
  for (const name of [ORDER_CLAIMS, ATTENTION_PLACES]) await write(database, { position: null, looked: 0, isDone: true, name })
}

export async function write ({ documents, tableNames }: Database, Item: Row & { name: string }): Promise<void> {
  await documents.send(new PutCommand({ TableName: tableNames.migrations, Item }))
}

/** The segments of a migration that is running. */
export function segmentsOf (record: Row): Segment[] {
  return maps(record, 'segments').map(segmentOf)
}

export function newSegments (count: number): Segment[] {
  return Array.from({ length: count }, (_, index) => ({ index, position: null, done: false, looked: 0 }))
}

const segmentOf = keeping([], (row): Segment => ({
  index: integer(row, 'index'),
  position: mapOrNull(row, 'position'),
  done: row['done'] === true,
  looked: integer(row, 'looked'),
}))
