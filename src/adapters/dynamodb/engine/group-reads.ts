import { BatchGetCommand, GetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { isOfStore } from './errors.js'
import type { Row } from './row.js'
import { TABLE_IDS, TABLES, type TableDefinition, type TableId, type TableNames } from './tables.js'
import { WaitingLine, type Choice } from './waiting-line.js'

export type Key = Readonly<Record<string, string>>

/** What a request has found in a table. */
interface Found {
  readonly table: TableId
  /** In any order. */
  readonly rows: readonly Row[]
  /** The keys that it has left over. */
  readonly left: readonly Row[]
}

/** What reads go to. Both read what all writes before have left. Their errors have been through `storeError`. */
export interface Reads {
  readonly one: (table: TableId, key: Key) => Promise<Row | null>
  readonly many: (keys: ReadonlyMap<TableId, Key[]>) => Promise<readonly Found[]>
}

export function readsOf (documents: DynamoDBDocumentClient, tableNames: TableNames): Reads {
  return {
    one: async (table, Key) => {
      const { Item = null } = await documents.send(new GetCommand({ TableName: tableNames[table], Key, ConsistentRead: true }))
      return Item
    },
    many: async (keys) => {
      const RequestItems = Object.fromEntries([...keys].map(([table, Keys]) => [tableNames[table], { Keys, ConsistentRead: true }]))
      const { Responses = {}, UnprocessedKeys = {} } = await documents.send(new BatchGetCommand({ RequestItems }))
      return TABLE_IDS.map((table) => ({ table, rows: Responses[tableNames[table]] ?? [], left: UnprocessedKeys[tableNames[table]]?.Keys ?? [] }))
    },
  }
}

/** A read of one caller. */
interface Unit {
  readonly table: TableId
  readonly key: Key
  /** The same for the same row. */
  readonly name: string
  readonly resolve: (row: Row | null) => void
  readonly reject: (error: unknown) => void
}

/** Reads by key of one turn of the event loop, and those that wait while others are under way, go out in one request. Each ends as if it had gone alone. */
export class GroupReads {
  readonly #reads: Reads
  readonly #keysMax: number
  readonly #line: WaitingLine<Unit>

  /** @param keysMax how many rows a request for several reads may ask for; 1 lets each read go alone */
  constructor (reads: Reads, keysMax: number) {
    this.#reads = reads
    this.#keysMax = keysMax
    this.#line = new WaitingLine({
      choice: () => this.#choice(),
      call: async (units) => { await this.#read(units) },
    })
  }

  /** The row with this key as all writes before have left it; null where there is none. */
  async row (table: TableId, key: Key): Promise<Row | null> {
    if (this.#keysMax === 1) return await this.#reads.one(table, key)
    return await new Promise((resolve, reject) => { this.#line.enter({ table, key, name: nameOf(table, key), resolve, reject }) })
  }

  #choice (): Choice<Unit> {
    const names = new Set<string>()
    return ({ name }) => {
      if (names.size >= this.#keysMax && !names.has(name)) return false
      names.add(name)
      return true
    }
  }

  async #read (units: readonly Unit[]): Promise<void> {
    const distinct = [...new Map(units.map((unit) => [unit.name, unit])).values()]
    if (distinct.length < 2) {
      await this.#readAlone(units)
      return
    }
    const keys = new Map([...Map.groupBy(distinct, ({ table }) => table)].map(([table, own]) => [table, own.map(({ key }) => key)]))
    try {
      const found = new Map<string, Row | null>(distinct.map(({ name }) => [name, null]))
      for (const { table, rows, left } of await this.#reads.many(keys)) {
        for (const row of rows) found.set(nameOf(table, row), row)
        for (const key of left) found.delete(nameOf(table, key))
      }
      const given = new Set<string>()
      await this.#readAlone(units.filter(({ name, resolve }) => {
        const row = found.get(name)
        // Each caller has a row of its own.
        if (row !== undefined) resolve(given.has(name) ? structuredClone(row) : row)
        given.add(name)
        return row === undefined
      }))
    } catch (error) {
      if (isOfStore(error)) for (const { reject } of units) reject(error)
      else await this.#readAlone(units)
    }
  }

  async #readAlone (units: readonly Unit[]): Promise<void> {
    await Promise.all(units.map(async ({ table, key, resolve, reject }) => { await this.#reads.one(table, key).then(resolve, reject) }))
  }
}

/** Texts may hold any character, so that their lengths keep them apart. */
function nameOf (table: TableId, key: Row): string {
  const { hash, range = hash }: TableDefinition = TABLES[table]
  const values = [hash, range].map((attribute) => String(key[attribute]))
  return [table, ...values.map((value) => `${value.length} ${value}`)].join(' ')
}
