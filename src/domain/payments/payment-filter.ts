import type { Payment, PaymentFlag, PaymentStatus } from './payment.js'
import type { Timestamp } from '../time.js'

/** Which payments a list is about. Null admits any. */
export interface PaymentFilter {
  readonly status: PaymentStatus | null
  readonly provider: string | null
  readonly userId: string | null
  readonly sellerId: string | null
  readonly flag: PaymentFlag | null
  /** Created then or later. */
  readonly from: Timestamp | null
  /** Created before then. */
  readonly to: Timestamp | null
}

/** The one that decides, whatever a store does to read no more rows than it has to. */
export function matchesFilter (payment: Payment, { status, provider, userId, sellerId, flag, from, to }: PaymentFilter): boolean {
  return (status === null || payment.status === status) &&
    (provider === null || payment.provider === provider) &&
    (userId === null || payment.userId === userId) &&
    (sellerId === null || payment.sellerId === sellerId) &&
    (flag === null || payment.flags.includes(flag)) &&
    (from === null || payment.createdAt >= from) &&
    (to === null || payment.createdAt < to)
}

/** Created keys from `low` on and below `high`; null where there is no bound. */
export interface KeyRange {
  readonly low: string | null
  readonly high: string | null
}

/** Where to look for what a filter may match below `before`. A moment is less than all created keys of that moment. */
export function keyRange ({ from, to }: Pick<PaymentFilter, 'from' | 'to'>, before: string | null): KeyRange {
  return { low: from, high: [before, to].filter((bound) => bound !== null).sort()[0] ?? null }
}
