import { takenCurrency, type Payment } from '#domain/payments/payment.js'
import type { ReportedRefund } from '#domain/payments/payment-fact.js'
import { findRefund, GUESSES } from '#domain/payments/refund.js'
import type { Fields } from './fields.js'
import { isAllReported } from './page-time.js'
import { inPrice, isRefundPrice } from './paid-price.js'
import { refundLines, sumOf, type Attempt, type RefundLine } from './report.js'

/**
 * The refunds of a charge of a payment. One of ours has succeeded once all its lines have and add up to its amount. Of those that were
 * made in the merchant panel each line is a refund: iyzico does not say which lines belong together.
 * @throws NoAnswer
 */
export function refundFacts (payment: Payment, attempt: Attempt): ReportedRefund[] {
  const currency = takenCurrency(payment)
  const lines = refundLines(attempt, currency)
  const { id: charge } = attempt
  if (charge !== payment.providerReference) return madeAtIyzico(lines)
  const ours = Map.groupBy(lines, ({ refundId }) => refundId)
  const made = madeAtIyzico(inPrice(payment, ours.get(null) ?? []))
  return [...made, ...[...ours].flatMap(([refundId, own]) => refundId === null ? [] : ownRefund(payment, refundId, own))]

  function madeAtIyzico (panel: readonly RefundLine[]): ReportedRefund[] {
    return panel.filter(({ done }) => done).map(({ reference, amount }) => ({ kind: 'refund', refundId: null, status: 'succeeded', reference, charge, amount, currency }))
  }
}

function ownRefund (payment: Payment, refundId: string, lines: readonly RefundLine[]): ReportedRefund {
  const currency = takenCurrency(payment)
  const price = sumOf(lines)
  const wanted = findRefund(payment, refundId)?.amount ?? sumOf(inPrice(payment, [{ amount: price }]))
  const isAsWanted = isRefundPrice(payment, wanted, price)
  if (lines.some(({ done }) => !done) || (!isAsWanted && price < wanted)) return { kind: 'refund', refundId, status: 'pending' }
  return { kind: 'refund', refundId, status: 'succeeded', amount: isAsWanted ? wanted : price, currency }
}

/** Our refunds that iyzico has not made: a day after them, its report is complete and does not show them. */
export function unmadeRefunds (payment: Payment, paid: readonly Attempt[], answer: Fields): ReportedRefund[] {
  // A report without the charge says nothing about its refunds.
  const charges = paid.filter(({ id }) => id === payment.providerReference)
  const shown = new Set(charges.flatMap((charge) => refundLines(charge, takenCurrency(payment))).map(({ refundId }) => refundId))
  return payment.refunds
    .filter((refund) => charges.length > 0 && refund.status === 'pending' && refund.origin === 'service' && !shown.has(refund.refundId) && isAllReported(answer, refund))
    .map(({ refundId }) => ({ kind: 'refund', refundId, status: 'failed', failure: NOT_MADE }))
}

const NOT_MADE = { code: GUESSES.unreported, message: 'iyzico has not made this refund: its report of the day after does not show it' } as const
