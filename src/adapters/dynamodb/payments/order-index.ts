import type { Payment } from '#domain/payments/payment.js'
import { isWholeTerm, orderTerms } from '#domain/payments/order-search.js'
import type { KeyRange } from '#domain/payments/payment-filter.js'
import { shardOf } from '#domain/shard.js'
import { createdKey } from '#domain/time.js'
import { mergedPage, type CandidateQuery, type OrderIndex } from '#application/ports/read-models.js'
import type { Page } from '#application/ports/page.js'
import type { TermWrite } from '#application/ports/outbox-store.js'
import type { Database } from '../engine/client.js'
import { between, expression } from '../engine/expression.js'
import { partition, queryRows, type Partition } from '../engine/read.js'
import { text } from '../engine/row.js'
import { deleteRows, type TransactionItem } from '../engine/write.js'
import { FIRST, LAST } from './day-register.js'
import { paymentKey } from './payment-row.js'

/** Partitions of a gram in the index of everybody's orders: a partition takes 1,000 writes a second. */
const GRAM_SHARDS = 4

interface Unwritten {
  /** Payments of the earlier application that the back-fill has not written, of one user or of all, newest first. */
  readonly list: (userId: string | null) => Promise<readonly Payment[]>
}

export class DynamoOrderIndex implements OrderIndex {
  readonly #database: Database
  readonly #earlier: Unwritten

  constructor (database: Database, earlier: Unwritten) {
    this.#database = database
    this.#earlier = earlier
  }

  async forget (terms: readonly TermWrite[]): Promise<void> {
    await deleteRows(this.#database, 'searchTerms', terms.map((write) => {
      const { userTerm, createdKey } = termRow(write)
      return { userTerm, createdKey }
    }))
  }

  /** One query for each term of a user, all at once; for everybody's orders as many for a gram as it has shards. */
  async candidates ({ terms, userId, range: { low, high }, limit }: CandidateQuery): Promise<Page<string>> {
    // DynamoDB refuses a range that ends before it begins.
    if (low !== null && high !== null && low >= high) return { items: [], nextKey: null }
    const lists = await Promise.all(terms.flatMap((term) => partitionsOf(term, userId)).map(async (one) => {
      const within = between('createdKey', low ?? FIRST, high ?? LAST)
      // One more than shows that the list goes on: both ends belong to the range of the query, and `high` does not belong to that of the page.
      const rows = await queryRows(this.#database, { partition: one, within, newestFirst: true }, limit + 2)
      return rows.map((row) => text(row, 'createdKey')).filter((key) => key !== high)
    }))
    return mergedPage([...lists, await this.#unwritten(terms, userId, { low, high })], limit)
  }

  /** The keys of earlier payments under a term: the index gets them from the back-fill. */
  async #unwritten (terms: readonly string[], userId: string | null, { low, high }: KeyRange): Promise<string[]> {
    const found = (await this.#earlier.list(userId)).filter((payment) => orderTerms(payment).some((term) => terms.includes(term)))
    return found.map(paymentKey).filter((key) => (low === null || key >= low) && (high === null || key < high))
  }
}

/** A user's orders under a term lie in one partition of the table, everybody's in those of its index. An id names few orders, and so has one partition. */
function partitionsOf (term: string, userId: string | null): Partition[] {
  if (userId !== null) return [partition('searchTerms', null, termOfUser(userId, term))]
  const terms = isWholeTerm(term) ? [term] : Array.from({ length: GRAM_SHARDS }, (_, shard) => shardedTerm(term, shard))
  return terms.map((one) => partition('searchTerms', 'adminTerm-createdKey-index', one))
}

/** No id of a user contains the '#' that joins them. */
function termOfUser (userId: string, term: string): string {
  return `${userId}#${term}`
}

/** A gram has letters and digits alone, so that gram and shard can be told apart. */
function shardedTerm (gram: string, shard: number): string {
  return `${gram}#${shard}`
}

/**
 * For the projections: the item that writes a term. It sets attributes, so that a row which exists keeps those of another version.
 */
export function termItem ({ tableNames }: Database, write: TermWrite): TransactionItem {
  const { userTerm, createdKey, ...set } = termRow(write)
  return { Update: { TableName: tableNames.searchTerms, Key: { userTerm, createdKey }, ...expression({ update: { set } }) } }
}

/**
 * A row serves the user by its own key and administrators by the index, so that an order has no more rows than terms.
 * The same term of the same order is the same row, whenever it is written.
 */
export function termRow ({ term, paymentId, userId, createdAt }: TermWrite) {
  return {
    userTerm: termOfUser(userId, term),
    createdKey: createdKey(createdAt, paymentId),
    adminTerm: isWholeTerm(term) ? term : shardedTerm(term, shardOf(paymentId, GRAM_SHARDS)),
  }
}
