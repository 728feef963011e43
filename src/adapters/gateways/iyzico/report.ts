import { NoAnswer } from '#adapters/exchange/http.js'
import type { Client } from './client.js'
import { amountOf, type Fields, listOf, textOf } from './fields.js'
import { statusOfNumber, type ReportedStatus } from './status.js'

const REPORT = '/v2/reporting/payment/details'
const REFUNDED = '1'
/** The form of our refund ids. Refunds that were made in the merchant panel have another conversation id, or none. */
const OURS = /^re_[a-z2-7]{52}$/

export interface Report {
  /** Every attempt to pay that iyzico knows under our reference. */
  readonly attempts: readonly Attempt[]
  readonly answer: Fields
}

export interface Attempt {
  /** iyzico's id of the payment; empty where it has none yet. */
  readonly id: string
  readonly status: ReportedStatus
  readonly fields: Fields
}

/** The report of a payment. It is not signed. @throws NoAnswer */
export async function reported (client: Client, paymentId: string): Promise<Report> {
  const answer = await client.get(REPORT, { locale: 'tr', paymentConversationId: paymentId })
  if ('refused' in answer) throw new NoAnswer(`iyzico refused a report, with code ${answer.refused.code}`)
  const payments = listOf(answer.fields, 'payments')
  if (payments.some((fields) => textOf(fields, 'paymentConversationId') !== paymentId)) throw new NoAnswer('iyzico reported another payment')
  return { attempts: payments.map((fields) => ({ id: textOf(fields, 'paymentId'), status: statusOfNumber(textOf(fields, 'paymentStatus')), fields })), answer: answer.fields }
}

/** What iyzico reports of a refund or a cancellation: iyzico splits a refund over the lines of the basket and reports each line. */
export interface RefundLine {
  /** Our id; null for a refund that was made in the merchant panel. */
  readonly refundId: string | null
  /** iyzico's id of the line. */
  readonly reference: string
  /** Minor units of what the payer was charged. */
  readonly amount: number
  readonly done: boolean
}

/** The lines of all refunds of an attempt, as iyzico has numbered them. @throws NoAnswer */
export function refundLines ({ fields }: Attempt, currency: string): RefundLine[] {
  const refunds = listOf(fields, 'itemTransactions').flatMap((item) => listOf(item, 'refunds'))
  const lines = [
    ...refunds.map((refund) => lineOf(refund, 'refundConversationId', 'refundTxId')),
    ...listOf(fields, 'cancels').map((cancel) => lineOf(cancel, 'cancelConversationId', 'refundId')),
  ]
  return lines.toSorted((one, other) => Number(BigInt(one.reference) - BigInt(other.reference)))

  function lineOf (line: Fields, conversationId: string, id: string): RefundLine {
    if (textOf(line, 'currencyCode') !== currency) throw new NoAnswer('iyzico reported a refund in another currency')
    const reference = textOf(line, id)
    if (!/^\d{1,20}$/.test(reference)) throw new NoAnswer('iyzico reported a refund without an id')
    const given = textOf(line, conversationId)
    return { refundId: OURS.test(given) ? given : null, reference, amount: amountOf(line, 'refundPrice', currency), done: textOf(line, 'refundStatus') === REFUNDED }
  }
}

export function sumOf (lines: ReadonlyArray<{ readonly amount: number }>): number {
  return lines.reduce((total, { amount }) => total + amount, 0)
}
