import { DescribeTableCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb'
import { StoreUnserved } from '#application/ports/store-unserved.js'
import type { Database } from '../engine/client.js'
import { TABLE_IDS, TABLES, type TableId } from '../engine/tables.js'
import { differencesOf } from './differences.js'

/** While something is missing, the tables are looked at again after this time. */
const LOOK_AGAIN_MS = 5000
/** What mends a lack. */
export const LACK_REMEDY = 'npx --no basvideo tables makes what is missing'

/** Looks at every table and index that the service needs: once, then again when a call says that one is missing, and until none is. */
export class Inspection {
  readonly #database: Database
  #lacks: readonly string[] | null = null
  #lookedAt = 0

  constructor (database: Database) {
    this.#database = database
  }

  /** A call says that a table or an index is missing. */
  readonly doubt = (): void => { this.#lacks = null }

  /** What is missing, not filled or different: a line each. @throws store_unavailable where the store does not answer */
  readonly inspect = async (): Promise<readonly string[]> => {
    const now = this.#database.now()
    if (this.#lacks !== null && (this.#lacks.length === 0 || now - this.#lookedAt < LOOK_AGAIN_MS)) return this.#lacks
    const lacks = (await Promise.all(TABLE_IDS.map(async (id) => await this.#look(id)))).flat()
    this.#lookedAt = now
    this.#lacks = lacks
    return lacks
  }

  async #look (id: TableId): Promise<string[]> {
    const name = this.#database.tableNames[id]
    try {
      const { Table = {} } = await this.#database.documents.send(new DescribeTableCommand({ TableName: name }))
      const { unlike, missing, unfilled } = differencesOf(Table, TABLES[id])
      return [
        ...unlike.map((difference) => `${name}: ${difference}`),
        ...missing.map((index) => `${name} has no index ${index.name}: ${LACK_REMEDY}`),
        ...unfilled.map((index) => `${name}: the index ${index} is not filled yet`),
      ]
    } catch (error) {
      if (!(error instanceof StoreUnserved)) throw error
      // Without the permission to look, the calls themselves show what is missing.
      return error.cause instanceof ResourceNotFoundException ? [`${name} is missing: ${LACK_REMEDY}`] : []
    }
  }
}
