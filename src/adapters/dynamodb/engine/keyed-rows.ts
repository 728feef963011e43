import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Timestamp } from '#domain/time.js'
import type { Database } from './client.js'
import { absent, compare, expression } from './expression.js'
import { getRow } from './read.js'
import { untilWritten } from './retry.js'
import { secondsOf, type Row } from './row.js'
import { TABLES, type TableId } from './tables.js'
import { writeIf, type Check } from './write.js'

interface Expiring {
  readonly expiresAt: Timestamp
  readonly version: number
}

/** Rows of a table by its hash key, which run out. Each change is written on condition that no other came between. */
export class KeyedRows<T extends Expiring> {
  readonly #database: Database
  readonly #table: TableId
  readonly #read: (row: Row) => T
  readonly #derived: (value: T) => Row

  /** @param derived the attributes beside those of the value: the keys of indexes */
  constructor (database: Database, table: TableId, read: (row: Row) => T, derived: (value: T) => Row = () => ({})) {
    this.#database = database
    this.#table = table
    this.#read = read
    this.#derived = derived
  }

  async find (key: string): Promise<T | null> {
    return this.#in(await getRow(this.#database, this.#table, this.#keyOf(key)))
  }

  async update (key: string, change: (before: T | null) => T | null): Promise<T | null> {
    let before = await this.find(key)
    return await untilWritten(this.#database, async () => {
      const after = change(before)
      if (after === before) return before
      const check = await this.#replace(key, before, after)
      if (check === null) return after
      before = this.#in(check.row)
      return undefined
    })
  }

  async #replace (key: string, before: T | null, after: T | null): Promise<Check | null> {
    const { documents, tableNames } = this.#database
    const condition = before === null ? absent(TABLES[this.#table].hash) : compare('version', '=', before.version)
    const request = { TableName: tableNames[this.#table], ...expression({ condition }), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const }
    return await writeIf(this.#database, async () => await (after === null
      ? documents.send(new DeleteCommand({ ...request, Key: this.#keyOf(key) }))
      : documents.send(new PutCommand({ ...request, Item: { ...after, ...this.#derived(after), ...this.#keyOf(key), deleteAt: secondsOf(after.expiresAt) } }))))
  }

  #keyOf (key: string): Record<string, string> {
    return { [TABLES[this.#table].hash]: key }
  }

  #in (row: Row | null): T | null {
    return row === null ? null : this.#read(row)
  }
}
