import type { ChargeRequest } from '#application/ports/payment-gateway.js'
import type { ChargeFact } from '#domain/payments/payment-fact.js'
import type { NextAction, Payment } from '#domain/payments/payment.js'
import { amountOf, type Fields, textOf } from './fields.js'
import { formRequest } from './checkout-form.js'
import { type Client, NO_CODE, notOfCard, type Refusal, refusalOf } from './client.js'
import { NoAnswer, NotTaken } from '#adapters/exchange/http.js'
import { isChargeOpen } from '#domain/payments/follow-up.js'
import { refusedCharge } from '#domain/payments/refusal.js'
import { isClosed, pageEnd } from './page-time.js'
import { isOpenStatus } from './status.js'

const INITIALIZE = '/payment/iyzipos/checkoutform/initialize/auth/ecom'
const FORM_DETAIL = '/payment/iyzipos/checkoutform/auth/ecom/detail'
const PAYMENT_DETAIL = '/payment/detail'

/** A client, and who bears the surcharge for installments. */
export interface Iyzico extends Client {
  /** `payer`: they are charged more than the price. `shop`: they are not, so that a higher charge is another amount than ours. */
  readonly installmentFee: 'payer' | 'shop'
}

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
  return { kind: 'requires_action', reference, nextAction: nextAction(answer.fields) }
}

function refusedPage (refusal: Refusal): ChargeFact {
  const { refused: { code } } = refusal
  const about = code === NO_CODE ? 'request' : notOfCard(code)
  if (about !== null) throw new NotTaken(`iyzico refused with code ${code}`, about, code)
  return failureOf(refusal, null)
}

function nextAction (answer: Fields): NextAction {
  const expiresAt = pageEnd(answer)
  return { type: 'redirect', url: pageUrl(answer), ...(expiresAt !== null && { expiresAt }) }
}

function pageUrl (answer: Fields): string {
  const url = textOf(answer, 'paymentPageUrl')
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') throw new NoAnswer('iyzico answered no page for the payer')
  return url
}

export interface FormOutcome {
  readonly fact: ChargeFact
  /** Whether iyzico knows of an attempt to pay on the page. */
  readonly tried: boolean
  /** The answer with the fact. */
  readonly answer: Fields
}

/** The outcome of a page, by its token. @throws NoAnswer */
export async function formOutcome (iyzico: Iyzico, payment: Payment, token: string): Promise<FormOutcome> {
  const answer = await iyzico.post(FORM_DETAIL, 'formDetail', { locale: 'tr', conversationId: payment.paymentId, token })
  if ('refused' in answer) return refusedOutcome(answer, payment, token)
  const { fields } = answer
  if (textOf(fields, 'token') !== token) throw new NoAnswer('iyzico answered for another page')
  return { fact: answeredFact(iyzico, fields, payment, token), tried: true, answer: fields }
}

function answeredFact (iyzico: Iyzico, fields: Fields, payment: Payment, token: string): ChargeFact {
  const status = textOf(fields, 'paymentStatus')
  switch (status) {
    case 'SUCCESS': return takenFact(iyzico, fields, payment)
    case 'FAILURE': return attemptFact(refusalOf(fields), payment, token)
    default: return { kind: isOpenStatus(status) ? 'open' : 'processing', reference: token }
  }
}

/**
 * iyzico also refuses to answer for a page on which no attempt to pay was made. For a final payment, which has no follow-ups, that
 * is no answer: it throws, so that the webhook that led to this look-up is kept and tried again.
 */
function refusedOutcome (refusal: Refusal, payment: Payment, token: string): FormOutcome {
  const { answer, meaning, refused } = refusal
  const status = textOf(answer, 'paymentStatus')
  if (meaning !== 'undocumented' || status === 'FAILURE') return { fact: attemptFact(refusal, payment, token), tried: true, answer }
  if (!isChargeOpen(payment)) throw new NoAnswer(`iyzico refused to answer for a page, with code ${refused.code}`)
  return { fact: { kind: isOpenStatus(status) ? 'open' : 'processing', reference: token }, tried: status !== '', answer }
}

/** A failed attempt is final once the page is closed; on an open page the payer may try another card. */
function attemptFact (refusal: Refusal, payment: Payment, token: string): ChargeFact {
  const failure = failureOf(refusal, token)
  return isClosed(refusal.answer, payment) ? failure : { kind: 'open', reference: token }
}

/** The signed answer about a payment that iyzico's reporting knows. @throws NoAnswer */
export async function paymentOutcome (iyzico: Iyzico, payment: Payment, iyzicoPaymentId: string): Promise<ChargeFact> {
  const answer = await iyzico.post(PAYMENT_DETAIL, 'paymentDetail', { locale: 'tr', conversationId: payment.paymentId, paymentId: iyzicoPaymentId })
  if ('refused' in answer) throw new NoAnswer(`iyzico refused to answer for a payment, with code ${answer.refused.code}`)
  if (textOf(answer.fields, 'paymentId') !== iyzicoPaymentId) throw new NoAnswer('iyzico answered for another payment')
  return takenFact(iyzico, answer.fields, payment)
}

/** A refusal is a failure unless its code leaves the outcome unknown, or is not about the card. */
function failureOf ({ refused, meaning }: Refusal, reference: string | null): ChargeFact {
  if (meaning === 'unknown') throw new NoAnswer(`iyzico refused with code ${refused.code}`)
  return notOfCard(refused.code) === null ? { kind: 'failed', reference, failure: refused } : refusedCharge(refused.code, reference)
}

/** A charge succeeds once iyzico's fraud filters have accepted it. Until then the payer has done their part. */
function takenFact (iyzico: Iyzico, answer: Fields, payment: Payment): ChargeFact {
  const reference = textOf(answer, 'paymentId')
  if (!isIyzicoPaymentId(reference) || textOf(answer, 'conversationId') !== payment.paymentId || textOf(answer, 'basketId') !== payment.orderId) {
    throw new NoAnswer('iyzico answered for another payment')
  }
  switch (textOf(answer, 'fraudStatus')) {
    case '1': return successOf(iyzico, answer, reference)
    case '0': return { kind: 'processing', reference }
    case '-1': return { kind: 'failed', reference, failure: { code: 'fraud_rejected', message: 'the fraud filters of iyzico have rejected the payment' } }
    default: throw new NoAnswer('iyzico did not answer the result of its fraud filters')
  }
}

/** Above the price, the payer has paid a surcharge for installments. */
function successOf ({ installmentFee }: Iyzico, answer: Fields, reference: string): ChargeFact {
  const currency = textOf(answer, 'currency')
  const paid = amountOf(answer, 'paidPrice', currency)
  const price = amountOf(answer, 'price', currency)
  const count = /^\d{1,2}$/.test(textOf(answer, 'installment')) ? Number(textOf(answer, 'installment')) : 1
  return {
    kind: 'succeeded',
    reference,
    ...(paid > price && installmentFee === 'payer' ? { amount: price, charged: paid } : { amount: paid }),
    currency,
    ...(count > 1 && { installments: count }),
  }
}
