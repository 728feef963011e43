import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb'
import { keyRange, matchesFilter, type KeyRange, type PaymentFilter } from '../../domain/payment-filter.js'
import type { Payment } from '../../domain/payment.js'
import { FilteredPage } from '../../application/ports/filtered-page.js'
import type { Page, PageRequest } from '../../application/ports/page.js'
import type { Database } from './database.js'
import { daysOf, FIRST, LAST, type Day } from './day-register.js'
import { allOf, between, compare, expression } from './expression.js'
import { mergeNewest } from './merge-newest.js'
import { adminBuckets, paymentKey, paymentOf, userStatus } from './payment-row.js'

/** Days that one request looks into. */
const DAYS_MAX = 32
/** Days whose buckets are read at once, once it shows that there is little in each. */
const DAYS_AT_ONCE_MAX = 8
/** Rows that a query asks for where more are wanted than was foreseen. */
const CHUNK = 100

/** A list, and what of it is wanted. */
interface Stretch {
  readonly database: Database
  readonly filter: PaymentFilter
  readonly page: PageRequest
  readonly range: KeyRange
}

/**
 * A page of all payments that match: of one user from his index, else from the buckets of one day after another, for at most 32 days.
 * An index of DynamoDB follows its table after some milliseconds: a payment stored just now may not be in it yet, and one that was
 * changed may show as it was.
 */
export async function paymentsOfAll (database: Database, filter: PaymentFilter, page: PageRequest): Promise<Page<Payment>> {
  const range = keyRange(filter, page.before)
  const found = new FilteredPage<Payment>(page, (payment) => matchesFilter(payment, filter))
  // DynamoDB refuses a range that ends before it begins.
  if (range.low !== null && range.high !== null && range.low >= range.high) return found.upTo(null)
  const stretch = { database, filter, page, range }
  const walk = filter.userId === null ? overDays(stretch) : ofUser(stretch, filter.userId)
  let step = await walk.next()
  while (step.done !== true) {
    if (!found.examine(paymentKey(step.value), step.value)) return found.unfinished()
    step = await walk.next()
  }
  return found.upTo(step.value)
}

async function * ofUser (stretch: Stretch, userId: string): AsyncGenerator<Payment, null> {
  const { filter: { status }, page } = stretch
  yield * status === null
    ? rowsOf(stretch, 'userId', userId, page.limit + 1)
    : rowsOf(stretch, 'userStatus', userStatus(userId, status), page.limit + 1)
  return null
}

/** Ends with the key at which older days follow. */
async function * overDays (stretch: Stretch): AsyncGenerator<Payment, string | null> {
  const { database, range } = stretch
  const { days, nextKey } = await daysOf(database, range, DAYS_MAX)
  for (const group of growingGroups(days)) yield * mergeNewest(group.flatMap((day) => bucketsOf(stretch, day)), paymentKey)
  return nextKey
}

/** One day first, because a page of a busy shop needs no more; then more and more at once. */
function * growingGroups (days: readonly Day[]): Generator<readonly Day[]> {
  let size = 1
  for (let start = 0; start < days.length; size = Math.min(size * 2, DAYS_AT_ONCE_MAX)) {
    yield days.slice(start, start + size)
    start += size
  }
}

function bucketsOf (stretch: Stretch, { day, shards }: Day): Array<AsyncGenerator<Payment, void>> {
  const { filter: { status, provider, sellerId, flag }, page: { limit } } = stretch
  const selective = [status, provider, sellerId, flag].some((wanted) => wanted !== null)
  // Half as many again as the share of each, because payments spread by chance.
  const count = selective ? CHUNK : Math.ceil(limit / shards * 1.5) + 2
  return adminBuckets(day, shards).map((bucket) => rowsOf(stretch, 'adminBucket', bucket, count))
}

/** The payments of one partition of an index, newest first, read as they are asked for. */
async function * rowsOf ({ database, page, range: { low, high } }: Stretch, attribute: 'adminBucket' | 'userId' | 'userStatus', value: string, count: number): AsyncGenerator<Payment, void> {
  const { documents, tableNames } = database
  let Limit = count
  let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey']
  do {
    const { Items = [], LastEvaluatedKey } = await documents.send(new QueryCommand({
      TableName: tableNames.payments,
      IndexName: `${attribute}-createdKey-index`,
      ScanIndexForward: false,
      ...expression({ key: allOf(compare(attribute, '=', value), between('createdKey', low ?? FIRST, high ?? LAST)) }),
      Limit,
      ExclusiveStartKey,
    }))
    // Both ends belong to what was asked for, and `before` has been seen.
    yield * Items.map(paymentOf).filter((payment) => paymentKey(payment) !== page.before)
    ExclusiveStartKey = LastEvaluatedKey
    Limit = CHUNK
  } while (ExclusiveStartKey !== undefined)
}
