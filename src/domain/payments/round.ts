import { DAY_MS, dayOf, laterBy, startOfDay, type Timestamp } from '../time.js'
import { isTaken, isUnderstood, type Payment } from './payment.js'
import { isPayerDone } from './follow-up.js'
import { refundableAmount } from './refund.js'

/** How far the round of a day has come, in which the providers are asked about settled payments. */
export interface Round {
  /** YYYY-MM-DD, in UTC. */
  readonly day: string
  /** Who makes it, and until when. The epoch grows with each owner and fences late ones. */
  readonly owner: string
  readonly epoch: number
  readonly until: Timestamp
  /** The name of the step that comes next; null before the first. */
  readonly step: string | null
  /** Where the step goes on; null at its beginning. */
  readonly cursor: string | null
  /** Payments about which a provider did not answer. Once the round is done: also those that it did not reach. */
  readonly left: number
  /** Providers whose own list of a day could not be read. */
  readonly unlisted: readonly string[]
  readonly done: boolean
}

/** The round before its first owner. */
export function newRound (day: string): Round {
  return { day, owner: '', epoch: 0, until: '', step: null, cursor: null, left: 0, unlisted: [], done: false }
}

/** The days before the round whose payments are asked about each day, and the one day that is asked about once more, after most disputes. */
const RECENT_DAYS = 7
const LATE_DAY = 35

/** Payments that were created from `from` on, and before `to`. */
export interface RoundPart {
  readonly name: string
  readonly from: Timestamp
  readonly to: Timestamp
}

export function roundParts (day: string): readonly RoundPart[] {
  const start = (daysBefore: number): Timestamp => laterBy(startOfDay(day), -daysBefore * DAY_MS)
  return [
    { name: 'recent', from: start(RECENT_DAYS), to: start(0) },
    { name: 'late', from: start(LATE_DAY), to: start(LATE_DAY - 1) },
  ]
}

/** The days whose lists a provider is asked for, newest first. A day is complete only once it is over. */
export function listedDays (day: string): readonly string[] {
  return Array.from({ length: RECENT_DAYS }, (_, index) => dayBefore(day, index + 1))
}

export function dayBefore (day: string, days = 1): string {
  return dayOf(laterBy(startOfDay(day), -days * DAY_MS))
}

/** Whether a charge that a provider lists says nothing new: the payment has it, or has flagged it. A charge without an id is that of the payment. */
export function isKnownCharge (payment: Payment, charge: string | null): boolean {
  const { providerReference, causes } = payment
  return isTaken(payment) && (charge === null || charge === providerReference || causes.some(({ reference }) => reference === charge))
}

/**
 * Whether something may have happened at the provider to the money of a payment, taken or on its way. Not where all of it went back or was lost, and nothing
 * has changed for as many days as a recent payment is asked about.
 */
export function isWorthAsking (payment: Payment, now: Timestamp): boolean {
  if (!isUnderstood(payment)) return false
  // A debit or a transfer may take longer than there are follow-ups.
  if (!isTaken(payment)) return isPayerDone(payment)
  const isOver = refundableAmount(payment) === 0 &&
    payment.refunds.every(({ status }) => status !== 'pending') && payment.disputes.every(({ status }) => status !== 'open')
  return !isOver || payment.updatedAt > laterBy(now, -RECENT_DAYS * DAY_MS)
}
