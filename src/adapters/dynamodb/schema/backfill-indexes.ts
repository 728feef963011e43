import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Database } from '../engine/client.js'
import { expression, present } from '../engine/expression.js'
import { text, textOrNull, type Row } from '../engine/row.js'
import { TABLES, type TableDefinition } from '../engine/tables.js'
import { writeIf } from '../engine/write.js'
import { backfill, type Backfilled, type BackfillOptions, type Migration } from './backfill.js'

interface Copied extends Pick<Migration, 'name' | 'lacking'> {
  readonly table: 'webhookEvents' | 'audit'
  /** The attributes of the indexes, and those that they repeat where these are texts. */
  readonly copies: Readonly<Record<string, string>>
}

/** What versions before an index have left out of it. */
export const LATER_INDEXES = {
  webhookEvents: { name: 'webhook-events-by-payment', table: 'webhookEvents', lacking: 'listPaymentId', copies: { listPaymentId: 'paymentId' } },
  audit: { name: 'audit-by-ids', table: 'audit', lacking: 'listTargetId', copies: { listActorId: 'actorId', listTargetId: 'targetId' } },
} as const satisfies Record<string, Copied>

/** Gives rows of earlier versions the attributes of newer indexes. Run it when no earlier version writes any more. */
export async function backfillIndexes (database: Database, { copies, ...migration }: Copied, options: BackfillOptions): Promise<Backfilled> {
  const { table } = migration
  return await backfill(database, {
    ...migration,
    take: async (row) => {
      const found = Object.entries(copies).map(([attribute, from]) => [attribute, textOrNull(row, from)] as const)
      const set = Object.fromEntries(found.flatMap(([attribute, value]) => value === null ? [] : [[attribute, value] as const]))
      if (Object.keys(set).length > 0) await add(database, table, row, set)
      return true
    },
  }, options)
}

async function add (database: Database, table: Copied['table'], row: Row, set: Readonly<Record<string, string>>): Promise<void> {
  const { documents, tableNames } = database
  const { hash, range }: TableDefinition = TABLES[table]
  const keys = [hash, range].filter((name) => name !== undefined)
  // A row that has expired meanwhile does not come back.
  await writeIf(database, async () => await documents.send(new UpdateCommand({
    TableName: tableNames[table],
    Key: Object.fromEntries(keys.map((name) => [name, text(row, name)])),
    ...expression({ condition: present(hash), update: { set } }),
  })))
}
