import { isTaken, takenAmount, type Payment } from '#domain/payments/payment.js'
import type { Bank } from './bank.js'
import type { BankRefund } from './bank-records.js'
import { violate, type Context } from './context.js'
import { asksPayer, isFlagged } from './watch.js'

/** Compares all that the provider has moved, also outside of our calls, with what is recorded of a payment. */
export function checkBooks (context: Context, payment: Payment, bank: Bank): void {
  const differs = (what: string): void => { violate(context, 'the provider\'s books equal ours after rest', `${payment.paymentId} (${payment.status}): ${what}`) }
  checkTaken(payment, bank, differs)
  for (const refund of bank.refundsOf(payment.paymentId)) checkRefund(payment, refund, differs)
  for (const { disputeId, status, amount } of isTaken(payment) ? bank.disputesOf(payment.paymentId) : []) {
    const recorded = payment.disputes.find((dispute) => dispute.disputeId === disputeId)
    if (recorded?.status !== status || recorded.amount !== amount) differs(`${disputeId} is ${status}, and recorded as ${recorded?.status ?? 'nothing'}`)
  }
  const lost = payment.disputes.filter(({ status }) => status === 'lost').reduce((sum, { amount }) => sum + amount, 0)
  const isOver = isTaken(payment) && payment.refundedAmount + lost > takenAmount(payment)
  if (isOver && !isFlagged(payment, 'over_refunded')) differs('more is gone than was taken, and it is not flagged')
  const isPaid = bank.chargesOf(payment.paymentId).some(({ state }) => state === 'succeeded' || state === 'processing')
  if (isPaid && asksPayer(payment)) violate(context, 'no one who has paid is asked to act', `${payment.paymentId} is ${payment.status} in the end`)
}

function checkTaken ({ paymentId, taken, capturedAmount }: Payment, bank: Bank, differs: (what: string) => void): void {
  const charges = bank.chargesOf(paymentId).filter(({ state }) => state === 'succeeded')
  const charge = charges.find(({ reference }) => reference === taken?.reference)
  const isSame = taken === null ? charges.length === 0 && capturedAmount === 0 : charge?.charged === taken.amount && charge.installments === taken.installments
  if (!isSame) differs(`${charges.map(({ reference, charged }) => `${charged} as ${reference}`).join() || 'nothing'} was taken, ${taken?.amount ?? 'nothing'} is recorded`)
}

function checkRefund (payment: Payment, { reference, refundId, charge, amount, state }: BankRefund, differs: (what: string) => void): void {
  const recorded = payment.refunds.filter((refund) => refundId === null ? refund.reference === reference : refund.refundId === refundId)
  const isElsewhere = charge !== payment.providerReference
  const isSame = recorded.length === 1 && recorded.every((refund) => refund.amount === amount && refund.status === state && (refund.charge !== null) === isElsewhere)
  if (!isSame) differs(`${reference} of ${amount} is ${state}, and recorded as ${recorded.map((refund) => `${refund.amount} ${refund.status}`).join() || 'nothing'}`)
}
