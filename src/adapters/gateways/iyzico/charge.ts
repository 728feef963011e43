import type { ChargeRequest } from '#application/ports/payment-gateway.js'
import type { ChargeFact } from '#domain/payments/payment-fact.js'
import type { Payment } from '#domain/payments/payment.js'
import { amountOf } from './amount.js'
import { formRequest } from './checkout-form.js'
import { refusalOf, type Client, type Refusal } from './client.js'
import { textOf, type Fields } from './fields.js'
import { NoAnswer } from '#adapters/exchange/no-answer.js'
import { isClosed } from './page.js'

const INITIALIZE = '/payment/iyzipos/checkoutform/initialize/auth/ecom'
const FORM_DETAIL = '/payment/iyzipos/checkoutform/auth/ecom/detail'
const PAYMENT_DETAIL = '/payment/detail'

/** iyzico's own id of a payment that was made; the token of a page is never digits alone. */
const IYZICO_PAYMENT_ID = /^\d{1,20}$/

export function isIyzicoPaymentId (reference: string): boolean {
  return IYZICO_PAYMENT_ID.test(reference)
}

/** Opens a page to pay on. @throws NoAnswer */
export async function openForm (client: Client, request: ChargeRequest): Promise<ChargeFact> {
  const { paymentId } = request.payment
  const answer = await client.post(INITIALIZE, 'initialize', formRequest(request))
  // Without a page nobody can pay.
  if ('refused' in answer) return failureOf(answer, null)
  const reference = textOf(answer.fields, 'token')
  if (textOf(answer.fields, 'conversationId') !== paymentId) throw new NoAnswer('iyzico answered for another payment')
  if (!/^[\w-]{1,200}$/.test(reference) || isIyzicoPaymentId(reference)) throw new NoAnswer('iyzico gave no usable token')
  return { kind: 'requires_action', reference, nextAction: { type: 'redirect', url: pageUrl(answer.fields) } }
}

function pageUrl (answer: Fields): string {
  const url = textOf(answer, 'paymentPageUrl')
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') throw new NoAnswer('iyzico gave no page to pay on')
  return url
}

export interface FormOutcome {
  readonly fact: ChargeFact
  /** The answer that tells it. */
  readonly answer: Fields
}

/** What happened on a page, which iyzico tells by the page's token. @throws NoAnswer */
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
 * iyzico refuses to tell of a page too as long as nobody has tried to pay there. Of a payment that has ended this is no
 * answer: nobody asks again by himself, so that a webhook that makes us ask has to be kept until there is one.
 */
function refusedFact (refusal: Refusal, payment: Payment, token: string): ChargeFact {
  const isUntried = refusal.meaning === 'undocumented' && textOf(refusal.answer, 'paymentStatus') !== 'FAILURE'
  if (!isUntried) return attemptFact(refusal, payment, token)
  if (payment.status === 'pending' || payment.status === 'requires_action') return { kind: 'processing', reference: token }
  throw new NoAnswer(`iyzico refused to tell about a page, with code ${refusal.refused.code}`)
}

/** A failed attempt is the end only where the page is closed: as long as it is open, the payer may try another card there. */
function attemptFact (refusal: Refusal, payment: Payment, token: string): ChargeFact {
  const failure = failureOf(refusal, token)
  return isClosed(refusal.answer, payment) ? failure : { kind: 'processing', reference: token }
}

/** A payment that iyzico's reporting knows, as its own signed word has it. @throws NoAnswer */
export async function paymentOutcome (client: Client, payment: Payment, iyzicoPaymentId: string): Promise<ChargeFact> {
  const answer = await client.post(PAYMENT_DETAIL, 'paymentDetail', { locale: 'tr', conversationId: payment.paymentId, paymentId: iyzicoPaymentId })
  if ('refused' in answer) throw new NoAnswer(`iyzico refused to tell about a payment, with code ${answer.refused.code}`)
  if (textOf(answer.fields, 'paymentId') !== iyzicoPaymentId) throw new NoAnswer('iyzico answered for another payment')
  return takenFact(answer.fields, payment)
}

/** A refusal is a failure unless iyzico or the bank is not sure, or asks us to come back. */
function failureOf ({ refused, meaning }: Refusal, reference: string | null): ChargeFact {
  if (meaning === 'unknown') throw new NoAnswer(`iyzico refused with code ${refused.code}`)
  return { kind: 'failed', reference, failure: refused }
}

/** A charge that was made counts only once the fraud filters have let it through. */
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
    default: throw new NoAnswer('iyzico did not say what its fraud filters think')
  }
}
