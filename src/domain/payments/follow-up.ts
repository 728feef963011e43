import { firstTry, nextTry, type Waits } from '../retry.js'
import { DAY_MS, HOUR_MS, laterBy, MINUTE_MS, type Timestamp } from '../time.js'
import { isUnderstood, type FollowUp, type Payment } from './payment.js'

const WAITS_MS: Waits = [5 * MINUTE_MS, HOUR_MS, DAY_MS, DAY_MS, DAY_MS, DAY_MS, DAY_MS]

/** Follow-ups of one payment. After the last one the payment is flagged `outcome_unknown` and waits for a person. */
export const FOLLOW_UPS_MAX = WAITS_MS.length

/** Whether the charge can still end either way: its outcome is unknown, or the provider or the payer has not decided. */
export function isChargeOpen ({ status, taken }: Payment): boolean {
  return (status === 'pending' || status === 'requires_action') && taken === null
}

/** Whether the payer has done their part, so that they must not be asked to pay: an older word does not change that. */
export function isPayerDone ({ status, providerReference }: Payment): boolean {
  return status === 'pending' && providerReference !== null
}

/** Whether the payment is to be closed at the provider once the offer is over: the charge is open, and the payer has not done their part. */
export function isOffered (payment: Payment): boolean {
  return isChargeOpen(payment) && !isPayerDone(payment)
}

/**
 * When the time of the payer is over. From then on no page is offered, and the charge is not sent again.
 *
 * @param abandonMs how long payers have where the request did not say
 */
export function offerEnd ({ expiresAt, createdAt }: Payment, abandonMs: number): Timestamp {
  return expiresAt ?? laterBy(createdAt, abandonMs)
}

/** Whether the charge or a refund is not final. An open dispute does not count: it takes months, and its end arrives by webhook. */
export function isOpen (payment: Payment): boolean {
  return isChargeOpen(payment) || payment.refunds.some(({ status }) => status === 'pending')
}

export function firstFollowUp (now: Timestamp): FollowUp {
  return { tries: 0, dueAt: firstTry(WAITS_MS, now) }
}

/** The next follow-up after one that settled nothing; null when none are left. */
export function followUpAfter (before: FollowUp, now: Timestamp): FollowUp | null {
  const tries = before.tries + 1
  const dueAt = nextTry(WAITS_MS, tries, now)
  return dueAt === null ? null : { ...before, tries, dueAt }
}

/** The follow-up, at `end` where that is earlier. */
export function dueBy (followUp: FollowUp, end: Timestamp): FollowUp {
  return end < followUp.dueAt ? { ...followUp, dueAt: end } : followUp
}

/**
 * The follow-up to store with a payment. A final payment has none. An open one always has one, unless they are used up and the
 * payment is flagged for it. In a state of another version the payment keeps the follow-up of that version.
 */
export function followUpOf (payment: Payment, now: Timestamp): FollowUp | null {
  if (!isUnderstood(payment)) return payment.followUp
  if (!isOpen(payment)) return null
  return payment.followUp ?? (isGivenUp(payment) ? null : firstFollowUp(now))
}

/** Whether the follow-ups were used up once. A person may have decided the flag since, which asks no provider again. */
function isGivenUp ({ flags, causes }: Payment): boolean {
  return flags.includes('outcome_unknown') || causes.some(({ flag }) => flag === 'outcome_unknown')
}

export function isDue ({ followUp }: Payment, now: Timestamp): boolean {
  return followUp !== null && followUp.dueAt <= now
}

/** Sorts the payments that have been due longest to the front. */
export function byDueAt (one: Payment, other: Payment): number {
  return String(one.followUp?.dueAt) < String(other.followUp?.dueAt) ? -1 : 1
}
