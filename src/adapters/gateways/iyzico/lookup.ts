import type { LookupAnswer } from '#application/ports/payment-gateway.js'
import { isCaptured, type Payment } from '#domain/payments/payment.js'
import type { PaymentFact, RefundFact } from '#domain/payments/payment-fact.js'
import { formOutcome, isAllReported, isIyzicoPaymentId, paymentOutcome } from './charge.js'
import type { Client } from './client.js'
import { amountOf, type Fields, listOf, textOf } from './fields.js'
import { NoAnswer } from '#adapters/exchange/http.js'
import { findRefund } from '#domain/payments/refund.js'

/** One success settles a payment; a second one flags it for a person. */
const SUCCESSES_MAX = 2

/**
 * Everything that iyzico knows of a payment, in at most four calls. While the payment waits for its payer, its reference is the token
 * of the page, and the outcome of the page counts. Otherwise, and where the page was left, reporting finds the payment by our
 * reference; because reports are not signed, the look-up then reads each charge in a signed answer.
 * @throws NoAnswer
 */
export async function lookUp (client: Client, payment: Payment): Promise<LookupAnswer> {
  const { providerReference: reference } = payment
  if (reference === null || isIyzicoPaymentId(reference)) return await lookUpReport(client, payment)
  const { fact, answer } = await formOutcome(client, payment, reference)
  const isLeft = fact.kind === 'processing' && isAllReported(answer, payment)
  return isLeft ? await lookUpReport(client, payment) : { kind: 'found', facts: [fact] }
}

async function lookUpReport (client: Client, payment: Payment): Promise<LookupAnswer> {
  const { paymentId, providerReference: reference } = payment
  const { attempts, answer } = await reported(client, paymentId)
  const paid = attempts.filter(isPaid)
  if (paid.length > 0) return { kind: 'found', facts: await factsOf(client, payment, paid) }
  // A payment with an id of iyzico exists, even where reporting does not show it.
  const isMissing = reference !== null && isIyzicoPaymentId(reference) && attempts.length === 0
  if (isMissing) throw new NoAnswer('the report of iyzico does not show the payment')
  if (isAllReported(answer, payment) && attempts.every(isGivenUp)) return { kind: 'found', facts: [{ kind: 'canceled', reference }] }
  // Without a token, no payer has seen a page.
  if (reference === null && attempts.length === 0) return { kind: 'not_found' }
  // The payer may try again on the page after a failure, so no attempt without success is final.
  const [attempt] = attempts.map((one) => textOf(one, 'paymentId')).filter(isIyzicoPaymentId)
  if (attempt === undefined) throw new NoAnswer('the report of iyzico does not show the payment')
  return { kind: 'found', facts: [{ kind: 'processing', reference: attempt }] }
}

async function factsOf (client: Client, payment: Payment, paid: readonly Fields[]): Promise<PaymentFact[]> {
  const facts: PaymentFact[] = []
  for (const attempt of paid.filter((one) => !isKnown(one)).slice(0, SUCCESSES_MAX)) {
    facts.push(await paymentOutcome(client, payment, textOf(attempt, 'paymentId')))
  }
  // Refunds of a second charge are not refunds of the first.
  const own = isCaptured(payment) ? paid.filter(isKnown) : paid.slice(0, 1)
  return [...facts, ...own.flatMap((attempt) => refundFacts(attempt, payment))]

  function isKnown (attempt: Fields): boolean {
    return isCaptured(payment) && textOf(attempt, 'paymentId') === payment.providerReference
  }
}

const REPORT = '/v2/reporting/payment/details'

const PAID = '1'
/** The attempt failed, or the payer did not come back from the bank. Attempts of other statuses, such as a transfer, may take days. */
const NOT_PAID: ReadonlySet<string> = new Set(['0', '2'])
const REFUNDED = '1'

export interface Report {
  /** Every attempt to pay that iyzico knows under our reference. */
  readonly attempts: readonly Fields[]
  readonly answer: Fields
}

/** The report of a payment. It is not signed. @throws NoAnswer */
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

/** The minor units that iyzico has refunded for certain, and whether the report shows this refund. */
export function givenBack (paid: Fields, refundId: string, currency: string): { readonly amount: number, readonly knowsRefund: boolean } {
  const entries = entriesOf(paid, currency)
  return { amount: sum(entries.filter(({ done }) => done)), knowsRefund: entries.some((entry) => entry.refundId === refundId) }
}

/**
 * The refunds of a payment. iyzico splits a refund over the lines of the basket and reports each line: the refund has succeeded once
 * every line has and the lines add up to its amount.
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
  /** Our id; for a refund that was made at iyzico, an id derived from iyzico's. */
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
