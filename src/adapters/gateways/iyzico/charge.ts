import type { ChargeRequest } from '#application/ports/payment-gateway.js'
import type { ChargeFact } from '#domain/payments/payment-fact.js'
import type { Payment } from '#domain/payments/payment.js'
import { amountOf, type Fields, textOf } from './fields.js'
import { formRequest } from './checkout-form.js'
import { type Client, NO_CODE, notOfCard, type Refusal, refusalOf } from './client.js'
import { NoAnswer, NotTaken } from '#adapters/exchange/http.js'
import { refusedCharge } from '#domain/payments/refusal.js'
import { DAY_MS, HOUR_MS } from '#domain/time.js'

const INITIALIZE = '/payment/iyzipos/checkoutform/initialize/auth/ecom'
const FORM_DETAIL = '/payment/iyzipos/checkoutform/auth/ecom/detail'
const PAYMENT_DETAIL = '/payment/detail'

/** iyzico's id of a payment. The token of a page is never digits alone. */
const IYZICO_PAYMENT_ID = /^\d{1,20}$/

export function isIyzicoPaymentId (reference: string): boolean {
  return IYZICO_PAYMENT_ID.test(reference)
}

/** Opens a page on which the payer pays. @throws NoAnswer, NotTaken */
export async function openForm (client: Client, request: ChargeRequest): Promise<ChargeFact> {
  const { paymentId } = request.payment
  const answer = await client.post(INITIALIZE, 'initialize', formRequest(request))
  // Without a page, no payment can follow.
  if ('refused' in answer) return refusedPage(answer)
  const reference = textOf(answer.fields, 'token')
  if (textOf(answer.fields, 'conversationId') !== paymentId) throw new NoAnswer('iyzico answered for another payment')
  if (!/^[\w-]{1,200}$/.test(reference) || isIyzicoPaymentId(reference)) throw new NoAnswer('iyzico answered an unusable token')
  return { kind: 'requires_action', reference, nextAction: { type: 'redirect', url: pageUrl(answer.fields) } }
}

function refusedPage (refusal: Refusal): ChargeFact {
  const { refused: { code } } = refusal
  const about = code === NO_CODE ? 'request' : notOfCard(code)
  if (about !== null) throw new NotTaken(`iyzico refused with code ${code}`, about, code)
  return failureOf(refusal, null)
}

function pageUrl (answer: Fields): string {
  const url = textOf(answer, 'paymentPageUrl')
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') throw new NoAnswer('iyzico answered no page for the payer')
  return url
}

export interface FormOutcome {
  readonly fact: ChargeFact
  /** The answer with the fact. */
  readonly answer: Fields
}

/** The outcome of a page, by its token. @throws NoAnswer */
export async function formOutcome (client: Client, payment: Payment, token: string): Promise<FormOutcome> {
  const answer = await client.post(FORM_DETAIL, 'formDetail', { locale: 'tr', conversationId: payment.paymentId, token })
  if ('refused' in answer) return { fact: refusedFact(answer, payment, token), answer: answer.answer }
  const { fields } = answer
  if (textOf(fields, 'token') !== token) throw new NoAnswer('iyzico answered for another page')
  return { fact: answeredFact(fields, payment, token), answer: fields }
}

function answeredFact (fields: Fields, payment: Payment, token: string): ChargeFact {
  switch (textOf(fields, 'paymentStatus')) {
    case 'SUCCESS': return takenFact(fields, payment)
    case 'FAILURE': return attemptFact(refusalOf(fields), payment, token)
    default: return { kind: 'processing', reference: token }
  }
}

/**
 * iyzico also refuses to answer for a page on which no attempt to pay was made. For a final payment, which has no follow-ups, that
 * is no answer: it throws, so that the webhook that led to this look-up is kept and tried again.
 */
function refusedFact (refusal: Refusal, payment: Payment, token: string): ChargeFact {
  const isUntried = refusal.meaning === 'undocumented' && textOf(refusal.answer, 'paymentStatus') !== 'FAILURE'
  if (!isUntried) return attemptFact(refusal, payment, token)
  if (payment.status === 'pending' || payment.status === 'requires_action') return { kind: 'processing', reference: token }
  throw new NoAnswer(`iyzico refused to answer for a page, with code ${refusal.refused.code}`)
}

/** A failed attempt is final once the page is closed; on an open page the payer may try another card. */
function attemptFact (refusal: Refusal, payment: Payment, token: string): ChargeFact {
  const failure = failureOf(refusal, token)
  return isClosed(refusal.answer, payment) ? failure : { kind: 'processing', reference: token }
}

/** The signed answer about a payment that iyzico's reporting knows. @throws NoAnswer */
export async function paymentOutcome (client: Client, payment: Payment, iyzicoPaymentId: string): Promise<ChargeFact> {
  const answer = await client.post(PAYMENT_DETAIL, 'paymentDetail', { locale: 'tr', conversationId: payment.paymentId, paymentId: iyzicoPaymentId })
  if ('refused' in answer) throw new NoAnswer(`iyzico refused to answer for a payment, with code ${answer.refused.code}`)
  if (textOf(answer.fields, 'paymentId') !== iyzicoPaymentId) throw new NoAnswer('iyzico answered for another payment')
  return takenFact(answer.fields, payment)
}

/** A refusal is a failure unless its code leaves the outcome unknown, or is not about the card. */
function failureOf ({ refused, meaning }: Refusal, reference: string | null): ChargeFact {
  if (meaning === 'unknown') throw new NoAnswer(`iyzico refused with code ${refused.code}`)
  return notOfCard(refused.code) === null ? { kind: 'failed', reference, failure: refused } : refusedCharge(refused.code, reference)
}

/** A charge succeeds once iyzico's fraud filters have accepted it. */
function takenFact (answer: Fields, payment: Payment): ChargeFact {
  const reference = textOf(answer, 'paymentId')
  const currency = textOf(answer, 'currency')
  if (!isIyzicoPaymentId(reference) || textOf(answer, 'conversationId') !== payment.paymentId || textOf(answer, 'basketId') !== payment.orderId) {
    throw new NoAnswer('iyzico answered for another payment')
  }
  switch (textOf(answer, 'fraudStatus')) {
    case '1': return { kind: 'succeeded', reference, amount: amountOf(answer, 'paidPrice', currency), currency }
    case '0': return { kind: 'processing', reference }
    case '-1': return { kind: 'failed', reference, failure: { code: 'fraud_rejected', message: 'the fraud filters of iyzico have rejected the payment' } }
    default: throw new NoAnswer('iyzico did not answer the result of its fraud filters')
  }
}

/** Payers can try on a page for half an hour; the bank's answer to the last attempt may take longer. */
const OPEN_MS = HOUR_MS
/** Reporting may be late, but after a day it shows every payment on a page. */
const REPORTED_MS = DAY_MS

/** Whether the page of a payment was closed at the time of iyzico's answer. */
function isClosed (answer: Fields, payment: Payment): boolean {
  return ageMs(answer, payment) >= OPEN_MS
}

/** Whether reporting was complete at the time of iyzico's answer: what it does not show has not happened. */
export function isAllReported (answer: Fields, payment: Payment): boolean {
  return ageMs(answer, payment) >= REPORTED_MS
}

/** A page is as old as its payment, because a payment has one page. An answer without a time counts as zero. */
function ageMs (answer: Fields, { createdAt }: Payment): number {
  const time = textOf(answer, 'systemTime')
  return /^\d{1,15}$/.test(time) ? Number(time) - Date.parse(createdAt) : 0
}
