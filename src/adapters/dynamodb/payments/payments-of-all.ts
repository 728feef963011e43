import { keyRange, matchesFilter, type KeyRange, type PaymentFilter } from '#domain/payments/payment-filter.js'
import type { Payment } from '#domain/payments/payment.js'
import { FilteredPage, type Page, type PageRequest } from '#application/ports/page.js'
import type { Database } from '../engine/client.js'
import { between } from '../engine/expression.js'
import { mergeNewest } from '../engine/page.js'
import { partition, queryPages } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import { daysOf, FIRST, LAST, type Day } from './day-register.js'
import { adminBuckets, paymentKey, paymentOf, userStatus } from './payment-row.js'

/** Days that one request looks into. */
const DAYS_MAX = 32
/** Days whose buckets are read at once where each holds little. */
const DAYS_AT_ONCE_MAX = 8
/** Rows that one query asks for. */
const ROWS_MAX = 100

/** A list, the filter and the page that are wanted of it, and what has been found. */
interface Stretch {
  readonly database: Database
  readonly filter: PaymentFilter
  readonly page: PageRequest
  readonly range: KeyRange
  readonly found: FilteredPage<Payment>
}

/**
 * A page of all payments that match: those of one user from the user's index, others from the buckets of one day after another, for at most 32 days.
 * An index of DynamoDB follows its table after some milliseconds: a payment stored just now may not be in it yet, and one that was
 * changed may show as it was.
 *
 * @param earlier those that lack the attributes of our indexes, newest first
 */
export async function paymentsOfAll (database: Database, filter: PaymentFilter, page: PageRequest, earlier: readonly Payment[] = []): Promise<Page<Payment>> {
  const range = keyRange(filter, page.before)
  const found = new FilteredPage<Payment>(page, (payment) => matchesFilter(payment, filter))
  // DynamoDB refuses a range that ends before it begins.
  if (range.low !== null && range.high !== null && range.low >= range.high) return found.upTo(null)
  const stretch = { database, filter, page, range, found }
  const walk = withEarlier(filter.userId === null ? overDays(stretch) : ofUser(stretch, filter.userId), within(earlier, range))
  let step = await walk.next()
  while (step.done !== true) {
    if (!found.examine(paymentKey(step.value), step.value)) return found.unfinished()
    step = await walk.next()
  }
  return found.upTo(step.value)
}

function within (payments: readonly Payment[], { low, high }: KeyRange): readonly Payment[] {
  return payments.filter((payment) => (low === null || paymentKey(payment) >= low) && (high === null || paymentKey(payment) < high))
}

/** Adds earlier payments to a walk at their places; one that has been written meanwhile is in the walk already. */
async function * withEarlier (walk: AsyncGenerator<Payment, string | null>, earlier: readonly Payment[]): AsyncGenerator<Payment, string | null> {
  const waiting = [...earlier]
  let step = await walk.next()
  for (; step.done !== true; step = await walk.next()) {
    const key = paymentKey(step.value)
    yield * waiting.splice(0, countAbove(waiting, key))
    if (waiting[0]?.paymentId === step.value.paymentId) waiting.shift()
    yield step.value
  }
  const nextKey = step.value
  yield * nextKey === null ? waiting : waiting.slice(0, countAbove(waiting, nextKey))
  return nextKey
}

function countAbove (payments: readonly Payment[], key: string): number {
  const index = payments.findIndex((payment) => paymentKey(payment) <= key)
  return index === -1 ? payments.length : index
}

async function * ofUser (stretch: Stretch, userId: string): AsyncGenerator<Payment, null> {
  const { filter: { status }, page } = stretch
  const limits = { first: page.limit + 1, next: () => ROWS_MAX }
  yield * status === null
    ? rowsOf(stretch, 'userId', userId, limits)
    : rowsOf(stretch, 'userStatus', userStatus(userId, status), limits)
  return null
}

/**
 * Reads one day first, because a page of a busy shop needs no more, and then more and more days at once, but only as many as the page will
 * examine if they hold as much as the days before. Returns the key at which older days follow.
 */
async function * overDays (stretch: Stretch): AsyncGenerator<Payment, string | null> {
  const { database, range } = stretch
  const { days, nextKey } = await daysOf(database, range, DAYS_MAX)
  let size = 1
  for (let start = 0; start < days.length;) {
    const group = days.slice(start, start + size)
    const wanted = rowsWanted(stretch)
    yield * mergeNewest(bucketsOf(stretch, group), paymentKey)
    const rowsOfDay = (wanted - rowsWanted(stretch)) / group.length
    start += group.length
    size = Math.min(size * 2, DAYS_AT_ONCE_MAX, Math.ceil(rowsWanted(stretch) / rowsOfDay))
  }
  return nextKey
}

function bucketsOf (stretch: Stretch, days: readonly Day[]): Array<AsyncGenerator<Payment, void>> {
  const count = days.reduce((sum, { shards }) => sum + shards, 0)
  // Half as many again as the share of each, because payments spread by chance.
  const share = (buckets: number) => Math.min(Math.ceil(rowsWanted(stretch) / buckets * 1.5) + 2, ROWS_MAX)
  return days.flatMap(({ day, shards }) => adminBuckets(day, shards).map((bucket) =>
    rowsOf(stretch, 'adminBucket', bucket, { first: share(count), next: () => share(shards) })))
}

/** Rows that the page will examine if there are as many, with the one that shows that the list goes on. */
function rowsWanted ({ filter: { status, provider, sellerId, flag, fulfillment = null }, found }: Stretch): number {
  const isSelective = [status, provider, sellerId, flag, fulfillment].some((wanted) => wanted !== null)
  return (isSelective ? found.toExamine : found.toFind) + 1
}

/** Rows that the first request of a query asks for, and each that goes on where the one before ended. */
interface Limits {
  readonly first: number
  readonly next: () => number
}

/** The payments of one partition of an index, newest first, read as they are asked for. */
async function * rowsOf ({ database, page, range: { low, high } }: Stretch, attribute: 'adminBucket' | 'userId' | 'userStatus', value: string, { first, next }: Limits): AsyncGenerator<Payment, void> {
  const query = {
    partition: partition('payments', `${attribute}-createdKey-index`, value), within: between('createdKey', low ?? FIRST, high ?? LAST), newestFirst: true,
  }
  let limit = () => first
  for await (const rows of queryPages(database, query, () => limit())) {
    limit = next
    // Both ends belong to the range of the query, and the page before has shown `before`.
    yield * readable(database, 'payments', rows, paymentOf).filter((payment) => paymentKey(payment) !== page.before)
  }
}
