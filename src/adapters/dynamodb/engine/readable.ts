import type { Database } from './client.js'
import { UnreadableRow, type Row } from './row.js'
import { TABLES, type TableDefinition, type TableId } from './tables.js'

/** Reads a row. It calls `odd` where it shows a safe default in place of what the row holds. @throws UnreadableRow */
export type Reader<T> = (row: Row, odd: () => void) => T

/**
 * What lists show of rows, so that one odd row never hides the others: a row that cannot be read is left out.
 * The database hears of each row that is left out or shown with defaults.
 */
export function readable<T> (database: Database, table: TableId, rows: readonly Row[], read: Reader<T>): T[] {
  const found: T[] = []
  for (const row of rows) {
    const odd = (): void => { database.onUnreadable(table, keyOf(table, row)) }
    try {
      found.push(read(row, odd))
    } catch (error) {
      if (!(error instanceof UnreadableRow)) throw error
      odd()
    }
  }
  return found
}

/** The key of a row in one text. That of a user is their id, because their key is their address. */
export function keyOf (table: TableId, row: Row): string {
  const { hash, range }: TableDefinition = TABLES[table]
  const attributes = table === 'users' ? ['userId'] : [hash, range].filter((attribute) => attribute !== undefined)
  return attributes.map((attribute) => String(row[attribute])).join(' ')
}
