import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb'
import { TABLE_IDS, TABLES, type TableDefinition, type TableNames } from './tables.js'

export type TransactionItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number]

/** What an item does, whatever its kind: a put names its whole row, the other kinds its key. */
interface Operation {
  readonly TableName?: string | undefined
  readonly Item?: Readonly<Record<string, unknown>> | undefined
  readonly Key?: Readonly<Record<string, unknown>> | undefined
  readonly ConditionExpression?: string | undefined
}

/** Names the row that an item works on; null where it cannot. */
export type RowNames = (item: TransactionItem) => string | null

export function rowNames (tableNames: TableNames): RowNames {
  const tables = new Map<string | undefined, TableDefinition>(TABLE_IDS.map((id) => [tableNames[id], TABLES[id]]))
  return (item) => {
    const { TableName, Item, Key = Item } = operationOf(item)
    const table = tables.get(TableName)
    if (table === undefined) return null
    const values = [table.hash, ...(table.range === undefined ? [] : [table.range])].map((attribute) => Key?.[attribute])
    // Texts may hold any character, so that their lengths keep them apart.
    return values.every((value) => typeof value === 'string') ? [TableName, ...values.map((value) => `${value.length} ${value}`)].join(' ') : null
  }
}

/** Whether a condition stands at an item of the transaction. */
export function isGuarded (items: readonly TransactionItem[]): boolean {
  return items.some((item) => operationOf(item).ConditionExpression !== undefined)
}

function operationOf ({ Put, Update, Delete, ConditionCheck }: TransactionItem): Operation {
  return Put ?? Update ?? Delete ?? ConditionCheck ?? {}
}

/** DynamoDB's longest number takes so many bytes. */
const NUMBER_BYTES = 21
/** What DynamoDB adds to a value of a list or map, its name apart. */
const PLACE_BYTES = 3

/** At least the bytes that DynamoDB counts for a value. */
export function sizeOf (value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (value instanceof Uint8Array) return value.byteLength
  if (typeof value !== 'object' || value === null) return NUMBER_BYTES
  let bytes = 0
  for (const [name, inner] of Object.entries(value)) bytes += PLACE_BYTES + Buffer.byteLength(name) + sizeOf(inner)
  return bytes
}
