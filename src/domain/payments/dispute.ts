import type { Timestamp } from '../time.js'
import { decided, noted, raiseFlag, type Decision, unchanged } from './decision.js'
import { checkUnderstood, secondCharge, takenCurrency, takenStatus, type Dispute, type Payment } from './payment.js'
import type { DisputeFact } from './payment-fact.js'

const EVENTS = {
  open: 'dispute.opened', won: 'dispute.won', lost: 'dispute.lost', warning: 'dispute.warned', prevented: 'dispute.prevented',
} as const

/**
 * Takes in a word about a dispute, which may also be reopened after its end. The latest word holds, in whatever order they arrive: an
 * older one adds at most what no later one names. A dispute of a second charge is told and flagged, and claims nothing of the payment.
 *
 * @throws payment_unreadable
 */
export function settleDispute (payment: Payment, fact: DisputeFact, now: Timestamp): Decision {
  const known = payment.disputes.find(({ disputeId }) => disputeId === fact.disputeId)
  const dispute = known === undefined ? firstWord(payment, fact, now) : together(payment, fact, known, now)
  if (known !== undefined && isSame(known, dispute)) return unchanged(payment)
  checkUnderstood(payment)
  const { amount, status, charge } = dispute
  const disputed: Payment = { ...payment, disputes: [...payment.disputes.filter((other) => other !== known), dispute] }
  const isNews = known?.status !== status || known.charge !== charge
  const isOnlyLater = !isNews && known.amount === amount && known.currency === dispute.currency
  if (isOnlyLater) return noted(payment, disputed)
  const details = isNews ? [{ type: EVENTS[status], amount, charge }] : []
  return decided(payment, { ...disputed, status: takenStatus(disputed) }, now, details)
}

/** Flags what a person should look at: money of a second charge, or of another currency than the one taken. */
export function compareDispute (payment: Payment, { disputeId: reference, amount, currency, charge }: Dispute, now: Timestamp): Decision {
  if (charge !== null) return raiseFlag(payment, 'duplicate_charge', now, { reference, amount })
  return currency !== null && currency !== takenCurrency(payment) ? raiseFlag(payment, 'amount_mismatch', now, { reference, amount }) : unchanged(payment)
}

function firstWord (payment: Payment, fact: DisputeFact, now: Timestamp): Dispute {
  const { disputeId, amount, status, currency = null, at = null, charge } = fact
  return { disputeId, amount, status, currency, at, charge: secondCharge(payment, charge), createdAt: now }
}

/** What is known of a dispute with one word more. */
function together (payment: Payment, fact: DisputeFact, known: Dispute, now: Timestamp): Dispute {
  // A word that names no charge is about the same one as before.
  const charge = fact.charge === undefined ? known.charge : secondCharge(payment, fact.charge)
  if (!isLater(fact, known)) return { ...known, currency: known.currency ?? fact.currency ?? null, charge }
  const { amount, status, currency, at } = fact
  return { ...known, amount, status, currency: currency ?? known.currency, at: at ?? timeOf(known, now), charge }
}

function isSame (one: Dispute, other: Dispute): boolean {
  return one.status === other.status && one.amount === other.amount && one.currency === other.currency && one.at === other.at && one.charge === other.charge
}

/** The time of a word that has none, where an earlier one had: a look-up that began before it came must not seem to be the later word. */
function timeOf (known: Dispute, now: Timestamp): Timestamp | null {
  return known.at !== null && known.at < now ? now : known.at
}

/** Which of two words holds that were said at the same time, or of which one has no time: the later state of a dispute, and the worse end. */
const RANK: Readonly<Record<string, number>> = { warning: 0, open: 1, prevented: 2, won: 3, lost: 4 }

/** Below all others for a status that only another version knows: the word then waits for that version. */
function rankOf ({ status }: Pick<Dispute, 'status'>): number {
  return RANK[status] ?? -1
}

/**
 * Whether the fact is a later word than what is known. For words with times this is a total order, so that the order of their arrival
 * does not matter. What earlier versions stored has no time: each word that has one is later.
 */
function isLater (fact: DisputeFact, known: Dispute): boolean {
  const { at = null } = fact
  if (at !== null && at !== known.at) return known.at === null || at > known.at
  return fact.status === known.status ? fact.amount > known.amount : rankOf(fact) > rankOf(known)
}
