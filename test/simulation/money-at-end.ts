import { takenAmount, type Payment } from '#domain/payments/payment.js'
import { isWanted } from './bank-records.js'
import type { Bank } from './bank.js'
import { checkBooks } from './books-at-end.js'
import { momentOf, violate, type Context } from './context.js'
import { capturedOf, isAccepted, isFlagged } from './watch.js'

/** Compares, once all is quiet, what is recorded of money with what the providers have moved. */
export function checkMoney (context: Context, payments: readonly Payment[]): void {
  for (const payment of payments) {
    const bank = context.banks.find(({ provider }) => provider === payment.provider)
    if (bank === undefined) continue
    checkCharges(context, payment, bank)
    checkRefunds(context, payment, bank)
    checkEnd(context, payment, bank)
    checkBooks(context, payment, bank)
  }
  const known = new Set(payments.map(({ paymentId }) => paymentId))
  for (const { paymentId, reference } of context.banks.flatMap(({ charges }) => charges)) {
    if (!known.has(paymentId)) violate(context, 'the provider has charged what is recorded as captured', `${reference} belongs to no payment of ours`)
  }
}

function checkCharges (context: Context, payment: Payment, bank: Bank): void {
  const { paymentId, status, capturedAmount, flags } = payment
  const all = bank.chargesOf(paymentId)
  const charges = all.filter(({ isExtra }) => !isExtra)
  if (all.length > charges.length && !isFlagged(payment, 'duplicate_charge')) {
    violate(context, 'the provider\'s books equal ours after rest', `${paymentId} was paid twice, and is not flagged`)
  }
  if (charges.length > 1) violate(context, 'a payment is charged at most once', `${paymentId} as ${charges.map(({ reference }) => reference).join()}`)
  const taken = charges.filter(({ state }) => state === 'succeeded')
  const captured = taken.reduce((sum, charge) => sum + capturedOf(charge, payment), 0)
  // Where all has gone back, nothing is left for a person to accept.
  const isBack = isAccepted(payment) && capturedAmount === 0 && (payment.refundedAmount >= takenAmount(payment) || isFlagged(payment, 'refund_failed'))
  if (captured !== capturedAmount && !isBack) {
    violate(context, 'the provider has charged what is recorded as captured', `${paymentId} (${status} ${flags.join()}): ${captured} were taken, ${capturedAmount} are recorded`)
  }
  if (taken.some((charge) => !isWanted(charge, payment)) && !isFlagged(payment, 'amount_mismatch')) {
    violate(context, 'the provider has charged what is recorded as captured', `${paymentId}: another amount was taken, and is not flagged`)
  }
}

function checkRefunds (context: Context, payment: Payment, bank: Bank): void {
  const { paymentId, refundedAmount } = payment
  const refunds = bank.refundsOf(paymentId).filter(({ charge }) => charge === payment.providerReference)
  const ids = refunds.flatMap(({ refundId }) => refundId ?? [])
  if (new Set(ids).size < ids.length) violate(context, 'a refund is made at most once', `${paymentId}: ${ids.join()}`)
  const unknown = ids.filter((refundId) => !payment.refunds.some((refund) => refund.refundId === refundId))
  const given = refunds.filter(({ state }) => state === 'succeeded').reduce((sum, { amount }) => sum + amount, 0)
  if (given !== refundedAmount || unknown.length > 0) {
    violate(context, 'the provider has refunded what is recorded as refunded', `${paymentId}: ${given} were given, ${refundedAmount} are recorded ${unknown.join()}`)
  }
}

function checkEnd (context: Context, payment: Payment, bank: Bank): void {
  const { paymentId, status, followUp, refunds, lease } = payment
  const isOpen = status === 'pending' || status === 'requires_action' || refunds.some((refund) => refund.status === 'pending')
  const isTold = isFlagged(payment, 'outcome_unknown') || isFlagged(payment, 'amount_mismatch')
  if (followUp !== null || (isOpen && !isTold)) violate(context, 'everything becomes final or flagged', `${paymentId}: ${status}, to be checked ${followUp?.dueAt ?? 'never'}`)
  if (isOpen && [lease, ...refunds.map((refund) => refund.lease)].some(({ until }) => until !== null && until > momentOf(context))) {
    violate(context, 'everything becomes final or flagged', `${paymentId}: a lease never ends`)
  }
  const isEnded = bank.chargesOf(paymentId).some(({ state }) => state === 'failed' || state === 'canceled')
  if (isEnded && status === 'pending') violate(context, 'everything becomes final or flagged', `${paymentId} is pending, the provider has decided`)
}
