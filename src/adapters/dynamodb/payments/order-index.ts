import { mergedPage, type CandidateQuery, type OrderIndex } from '#application/ports/order-index.js'
import type { Page } from '#application/ports/page.js'
import type { Database } from '../engine/database.js'
import { FIRST, LAST } from './day-register.js'
import { allOf, between, compare, expression } from '../engine/expression.js'
import { queryRows } from '../engine/query.js'
import { text } from '../engine/row.js'
import { adminTerms, userTerm } from './search-term-row.js'

/** A partition of the table or of its index. */
interface Partition {
  readonly attribute: 'userTerm' | 'adminTerm'
  readonly value: string
}

export class DynamoOrderIndex implements OrderIndex {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  /** A query for each term of a user, all at once; for everybody's orders as many for a gram as it has shards. */
  async candidates (query: CandidateQuery): Promise<Page<string>> {
    const { low, high } = query.range
    // DynamoDB refuses a range that ends before it begins.
    if (low !== null && high !== null && low >= high) return { items: [], nextKey: null }
    const partitions = query.terms.flatMap((term) => partitionsOf(term, query.userId))
    return mergedPage(await Promise.all(partitions.map(async (partition) => await this.#newest(partition, query))), query.limit)
  }

  async #newest ({ attribute, value }: Partition, { range: { low, high }, limit }: CandidateQuery): Promise<string[]> {
    const { documents, tableNames } = this.#database
    const rows = await queryRows(documents, {
      TableName: tableNames.searchTerms,
      IndexName: attribute === 'adminTerm' ? 'adminTerm-createdKey-index' : undefined,
      ScanIndexForward: false,
      ...expression({ key: allOf(compare(attribute, '=', value), between('createdKey', low ?? FIRST, high ?? LAST)) }),
      // One more than shows that the list goes on, because both ends belong to what is asked for, and `high` to what is not wanted.
    }, limit + 2)
    return rows.map((row) => text(row, 'createdKey')).filter((key) => key !== high)
  }
}

function partitionsOf (term: string, userId: string | null): Partition[] {
  if (userId !== null) return [{ attribute: 'userTerm', value: userTerm(userId, term) }]
  return adminTerms(term).map((value) => ({ attribute: 'adminTerm', value }))
}
