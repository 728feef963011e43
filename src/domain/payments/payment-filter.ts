import { fulfillmentOf, type FulfillmentStatus } from './fulfillment.js'
import type { Payment, PaymentFlag, PaymentStatus } from './payment.js'
import type { Timestamp } from '../time.js'

/** The payments of a list. Null admits any. */
export interface PaymentFilter {
  readonly status: PaymentStatus | null
  readonly provider: string | null
  readonly userId: string | null
  readonly sellerId: string | null
  readonly flag: PaymentFlag | null
  /** Whether `flag` admits payments too of which a person has dismissed it. Absent means false. */
  readonly isDismissedToo?: boolean
  /** Absent admits any, as null does. */
  readonly fulfillment?: FulfillmentStatus | null
  /** Inclusive. */
  readonly from: Timestamp | null
  /** Exclusive. */
  readonly to: Timestamp | null
}

/** Whether the payment belongs to the list. Stores may read fewer rows by the filter; this decides. */
export function matchesFilter (payment: Payment, { status, provider, userId, sellerId, flag, isDismissedToo = false, fulfillment = null, from, to }: PaymentFilter): boolean {
  return (status === null || payment.status === status) &&
    (provider === null || payment.provider === provider) &&
    (userId === null || payment.userId === userId) &&
    (sellerId === null || payment.sellerId === sellerId) &&
    (flag === null || payment.flags.includes(flag) || (isDismissedToo && isDismissed(payment, flag))) &&
    (fulfillment === null || fulfillmentOf(payment) === fulfillment) &&
    (from === null || payment.createdAt >= from) &&
    (to === null || payment.createdAt < to)
}

function isDismissed ({ causes }: Payment, flag: PaymentFlag): boolean {
  return causes.findLast((cause) => cause.flag === flag)?.decision === 'dismiss'
}

/** Created keys from `low` (inclusive) to `high` (exclusive); null is no bound. */
export interface KeyRange {
  readonly low: string | null
  readonly high: string | null
}

/** The keys below `before` that a filter can match. A moment sorts before all created keys of that moment. */
export function keyRange ({ from, to }: Pick<PaymentFilter, 'from' | 'to'>, before: string | null): KeyRange {
  return { low: from, high: [before, to].filter((bound) => bound !== null).sort()[0] ?? null }
}
