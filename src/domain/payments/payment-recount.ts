import type { FiguresChange } from './payment-stats.js'
import { isCaptured, type Payment } from './payment.js'

/** Refunds that are counted each on its own day. A payment with more of them would take more rows than one transaction holds. */
const DATED_REFUNDS_MAX = 20

/**
 * What a payment adds to the figures from its creation up to its present version, for payments whose events went by before they were counted
 * by time. A row says when it was created, last changed, and asked for each refund; the rest is taken to have happened then:
 * a payment that went on after its success succeeded when it was created, and what the provider said last, it said at the last change.
 */
export function wholeCount (payment: Payment): FiguresChange[] {
  const { createdAt, updatedAt, currency, amount, status, refunds, disputes } = payment
  const on = (at: string, matter: string, count: number, minorUnits: number): FiguresChange =>
    ({ createdAt, at, currency, add: { [`${matter}_count`]: count, [`${matter}_amount`]: minorUnits } })
  const first = isCaptured(payment) && status !== 'succeeded' ? 'succeeded' : 'pending'
  const changes = [on(createdAt, first, 1, amount)]
  if (status !== first) changes.push(on(updatedAt, first, -1, -amount), on(updatedAt, status, 1, amount))
  const succeeded = refunds.filter((refund) => refund.status === 'succeeded')
  const isDated = succeeded.length <= DATED_REFUNDS_MAX
  for (const refund of succeeded) changes.push(on(isDated ? refund.createdAt : updatedAt, 'refunds', 1, refund.amount))
  for (const dispute of disputes) {
    changes.push(on(updatedAt, 'disputes_opened', 1, dispute.amount))
    if (dispute.status !== 'open') changes.push(on(updatedAt, `disputes_${dispute.status}`, 1, dispute.amount))
  }
  return changes
}
