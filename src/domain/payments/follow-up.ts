import { isUnderstood, type FollowUp, type Payment } from './payment.js'
import { DAY_MS, HOUR_MS, laterBy, MINUTE_MS, type Timestamp } from '../time.js'

/** How long each check waits for the one before it: within minutes, then an hour, then once a day for five days. */
const WAITS_MS = [5 * MINUTE_MS, HOUR_MS, DAY_MS, DAY_MS, DAY_MS, DAY_MS, DAY_MS] as const

/** After so many checks without an end nobody asks any more, and a person has to look. */
export const FOLLOW_UPS_MAX = WAITS_MS.length

/** Whether it is open how the charge ends: nobody knows, the provider has not decided, or the payer has not. */
export function isChargeOpen ({ status }: Payment): boolean {
  return status === 'pending' || status === 'requires_action'
}

/** Whether anything of the payment waits for the provider's word. An open dispute takes months and is not asked for. */
export function isOpen (payment: Payment): boolean {
  return isChargeOpen(payment) || payment.refunds.some(({ status }) => status === 'pending')
}

export function firstFollowUp (now: Timestamp): FollowUp {
  return { tries: 0, dueAt: laterBy(now, WAITS_MS[0]) }
}

/** The check that follows one that brought no end; null once they are used up. */
export function followUpAfter (before: FollowUp, now: Timestamp): FollowUp | null {
  const tries = before.tries + 1
  const wait = WAITS_MS[tries]
  return wait === undefined ? null : { ...before, tries, dueAt: laterBy(now, wait) }
}

/**
 * The check of a payment as it is to be stored: none once all is final, and one as long as something is open,
 * unless the checks are used up and the payment is flagged for it. One that another version has set on a state that this one does not
 * know stays.
 */
export function followUpOf (payment: Payment, now: Timestamp): FollowUp | null {
  if (!isUnderstood(payment)) return payment.followUp
  if (!isOpen(payment)) return null
  return payment.followUp ?? (payment.flags.includes('outcome_unknown') ? null : firstFollowUp(now))
}

export function isDue ({ followUp }: Payment, now: Timestamp): boolean {
  return followUp !== null && followUp.dueAt <= now
}

/** Those that have been due for longest first. */
export function byDueAt (one: Payment, other: Payment): number {
  return String(one.followUp?.dueAt) < String(other.followUp?.dueAt) ? -1 : 1
}
