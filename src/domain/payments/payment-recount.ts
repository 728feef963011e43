import type { Timestamp } from '../time.js'
import { countedAmount, countedRefundsOf } from './counted.js'
import { isCountedByStatus } from './decision.js'
import type { FiguresChange, Matter } from './payment-stats.js'
import { isCaptured, ownDisputes, type Payment } from './payment.js'

/** Refunds that are counted each on its own day. A payment with more of them would take more rows than one transaction holds. */
const DATED_REFUNDS_MAX = 20

/** What a dispute has been. Most of those that were won or lost were opened before. */
const MATTERS: Readonly<Record<string, readonly Matter[]>> = {
  open: ['disputes_opened'],
  won: ['disputes_opened', 'disputes_won'],
  lost: ['disputes_opened', 'disputes_lost'],
  warning: [],
  prevented: [],
}

/**
 * What a payment adds to the figures from its creation up to its present version, for payments whose events went by before they were counted
 * by time. A row says when it was created, last changed, and asked for each refund; the rest is taken to have happened then:
 * a payment that went on after its success succeeded when it was created, and what the provider said last, it said at the last change.
 */
export function wholeCount (payment: Payment): FiguresChange[] {
  const { createdAt, updatedAt, currency, status } = payment
  const amount = countedAmount(payment)
  const on = (at: Timestamp, matter: Matter, count: number, minorUnits: number): FiguresChange =>
    ({ createdAt, at, currency, add: { [`${matter}_count`]: count, [`${matter}_amount`]: minorUnits } })
  const first = isCaptured(payment) && status !== 'succeeded' ? 'succeeded' : 'pending'
  const changes = [on(createdAt, first, 1, amount)]
  if (status !== first) changes.push(on(updatedAt, first, -1, -amount))
  if (status !== first && isCountedByStatus(payment)) changes.push(on(updatedAt, status, 1, amount))
  const succeeded = countedRefundsOf(payment)
  const isDated = succeeded.length <= DATED_REFUNDS_MAX
  for (const refund of succeeded) changes.push(on(isDated ? refund.createdAt : updatedAt, 'refunds', 1, refund.amount))
  for (const dispute of ownDisputes(payment)) for (const matter of MATTERS[dispute.status] ?? []) changes.push(on(updatedAt, matter, 1, dispute.amount))
  return changes
}
