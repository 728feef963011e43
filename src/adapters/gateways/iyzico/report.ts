import { findRefund } from '#domain/payments/refund.js'
import type { Payment } from '#domain/payments/payment.js'
import type { RefundFact } from '#domain/payments/payment-fact.js'
import { amountOf } from './amount.js'
import type { Client } from './client.js'
import { listOf, textOf, type Fields } from './fields.js'
import { NoAnswer } from '#adapters/exchange/no-answer.js'

const REPORT = '/v2/reporting/payment/details'

const PAID = '1'
/** The attempt has failed, or the payer was sent to his bank and has not come back. Others may take days, such as a transfer. */
const NOT_PAID: ReadonlySet<string> = new Set(['0', '2'])
const REFUNDED = '1'

export interface Report {
  /** All attempts to pay that are known under our reference. */
  readonly attempts: readonly Fields[]
  readonly answer: Fields
}

/** What iyzico's reporting knows of a payment. @throws NoAnswer */
export async function reported (client: Client, paymentId: string): Promise<Report> {
  const answer = await client.get(REPORT, { locale: 'tr', paymentConversationId: paymentId })
  if ('refused' in answer) throw new NoAnswer(`iyzico refused a report, with code ${answer.refused.code}`)
  const attempts = listOf(answer.fields, 'payments')
  if (attempts.some((attempt) => textOf(attempt, 'paymentConversationId') !== paymentId)) throw new NoAnswer('iyzico reported another payment')
  return { attempts, answer: answer.fields }
}

export function isPaid (attempt: Fields): boolean {
  return textOf(attempt, 'paymentStatus') === PAID
}

export function isGivenUp (attempt: Fields): boolean {
  return NOT_PAID.has(textOf(attempt, 'paymentStatus'))
}

/** Minor units that iyzico has given back of a payment for certain, and whether the refund is among what it knows. */
export function givenBack (paid: Fields, refundId: string, currency: string): { readonly amount: number, readonly knowsRefund: boolean } {
  const entries = entriesOf(paid, currency)
  return { amount: sum(entries.filter(({ done }) => done)), knowsRefund: entries.some((entry) => entry.refundId === refundId) }
}

/**
 * The refunds of a payment. iyzico spreads one over the lines of the basket, and reports it line by line: it has succeeded
 * once every line has, and all of its amount is there.
 */
export function refundFacts (paid: Fields, payment: Payment): RefundFact[] {
  const { currency } = payment
  const lines = Map.groupBy(entriesOf(paid, currency), ({ refundId }) => refundId)
  return [...lines].map(([refundId, entries]) => {
    const amount = sum(entries)
    const isWhole = amount >= (findRefund(payment, refundId)?.amount ?? amount)
    if (!isWhole || entries.some(({ done }) => !done)) return { kind: 'refund', refundId, status: 'pending' }
    return { kind: 'refund', refundId, status: 'succeeded', amount, currency }
  })
}

interface Entry {
  /** Ours, or one that is made of iyzico's own where somebody gave the money back by another way. */
  readonly refundId: string
  readonly amount: number
  readonly done: boolean
}

function entriesOf (paid: Fields, currency: string): Entry[] {
  const refunds = listOf(paid, 'itemTransactions').flatMap((line) => listOf(line, 'refunds'))
  return [
    ...refunds.map((refund) => entry(refund, textOf(refund, 'refundConversationId') || `iyzico_${textOf(refund, 'refundTxId')}`)),
    ...listOf(paid, 'cancels').map((cancel) => entry(cancel, textOf(cancel, 'cancelConversationId') || `iyzico_${textOf(cancel, 'refundId')}`)),
  ]

  function entry (fields: Fields, refundId: string): Entry {
    if (textOf(fields, 'currencyCode') !== currency) throw new NoAnswer('iyzico reported a refund in another currency')
    return { refundId, amount: amountOf(fields, 'refundPrice', currency), done: textOf(fields, 'refundStatus') === REFUNDED }
  }
}

function sum (entries: readonly Entry[]): number {
  return entries.reduce((total, { amount }) => total + amount, 0)
}
