import { isWholeTerm } from '#domain/payments/order-search.js'
import { shardOf } from '#domain/shard.js'
import { createdKey } from '#domain/time.js'
import type { TermWrite } from '#application/ports/projection.js'
import type { Database } from '../engine/database.js'
import type { TransactionItem } from '../engine/transact.js'

/** Into how many partitions a gram goes where everybody's orders lie: a partition takes 1,000 writes a second. */
const GRAM_SHARDS = 4

/** The partition of a user's orders under a term. No id of a user has the sign that joins them. */
export function userTerm (userId: string, term: string): string {
  return `${userId}#${term}`
}

/** The partitions of everybody's orders under a term. An id names few orders, and so stays in one. */
export function adminTerms (term: string): readonly string[] {
  return isWholeTerm(term) ? [term] : Array.from({ length: GRAM_SHARDS }, (_, shard) => shardedTerm(term, shard))
}

/** Gram and shard can be told apart, because a gram has letters and digits alone. */
function shardedTerm (gram: string, shard: number): string {
  return `${gram}#${shard}`
}

/**
 * For the projections: the item that puts down a term. Its row serves the user by its own key and administrators by the index, so that
 * an order has no more rows than terms. The same term of the same order is the same row, whenever it is written.
 */
export function termItem ({ tableNames }: Database, { term, paymentId, userId, createdAt }: TermWrite): TransactionItem {
  const Item = {
    userTerm: userTerm(userId, term),
    createdKey: createdKey(createdAt, paymentId),
    adminTerm: isWholeTerm(term) ? term : shardedTerm(term, shardOf(paymentId, GRAM_SHARDS)),
  }
  return { Put: { TableName: tableNames.searchTerms, Item } }
}
