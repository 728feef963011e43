import { decided, unchanged, type Decision } from './decision.js'
import { capturedStatus, checkUnderstood, type Dispute, type Payment } from './payment.js'
import type { DisputeFact } from './payment-fact.js'
import type { Timestamp } from '../time.js'

const EVENT = { open: 'dispute.opened', won: 'dispute.won', lost: 'dispute.lost' } as const

/** Opens or ends a dispute. Its end is final: news of its opening that arrives later changes nothing. @throws payment_unreadable */
export function settleDispute (payment: Payment, fact: DisputeFact, now: Timestamp): Decision {
  const known = payment.disputes.find(({ disputeId }) => disputeId === fact.disputeId)
  if (known?.status === 'won' || known?.status === 'lost' || (known !== undefined && fact.status === 'open')) return unchanged(payment)
  checkUnderstood(payment)
  const dispute: Dispute = { ...known, disputeId: fact.disputeId, amount: fact.amount, status: fact.status }
  const others = payment.disputes.filter(({ disputeId }) => disputeId !== fact.disputeId)
  const disputed: Payment = { ...payment, disputes: [...others, dispute] }
  const next = { ...disputed, status: capturedStatus(disputed) }
  return decided(payment, next, now, [{ type: EVENT[fact.status], amount: fact.amount }])
}
