import type { ChargeRequest } from '../../../application/ports/payment-gateway.js'
import type { ChargeFact } from '../../../domain/payment-fact.js'
import type { Payment } from '../../../domain/payment.js'
import { amountOf } from './amount.js'
import { formRequest } from './checkout-form.js'
import { refusalOf, type Client, type Refusal } from './client.js'
import { textOf, type Fields } from './fields.js'
import { NoAnswer } from './no-answer.js'

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
  // Without a page nobody can pay: unlike elsewhere, a refusal for a reason that is not documented is as definite as another.
  if ('refused' in answer) return failureOf(answer, null, true)
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

/** What happened on a page, which iyzico tells by the page's token. @throws NoAnswer */
export async function formOutcome (client: Client, payment: Payment, token: string): Promise<ChargeFact> {
  const answer = await client.post(FORM_DETAIL, 'formDetail', { locale: 'tr', conversationId: payment.paymentId, token })
  if ('refused' in answer) return failureOf(answer, token, textOf(answer.answer, 'paymentStatus') === 'FAILURE')
  if (textOf(answer.fields, 'token') !== token) throw new NoAnswer('iyzico answered for another page')
  switch (textOf(answer.fields, 'paymentStatus')) {
    case 'SUCCESS': return takenFact(answer.fields, payment)
    case 'FAILURE': return failureOf(refusalOf(answer.fields), token, true)
    default: return { kind: 'processing', reference: token }
  }
}

/** A payment that iyzico's reporting knows, as its own signed word has it. @throws NoAnswer */
export async function paymentOutcome (client: Client, payment: Payment, iyzicoPaymentId: string): Promise<ChargeFact> {
  const answer = await client.post(PAYMENT_DETAIL, 'paymentDetail', { locale: 'tr', conversationId: payment.paymentId, paymentId: iyzicoPaymentId })
  if ('refused' in answer) throw new NoAnswer(`iyzico refused to tell about a payment, with code ${answer.refused.code}`)
  if (textOf(answer.fields, 'paymentId') !== iyzicoPaymentId) throw new NoAnswer('iyzico answered for another payment')
  return takenFact(answer.fields, payment)
}

/** A refusal is a failure where the bank has declined, or where `definite` says that no other code leaves anything open. */
function failureOf ({ refused, meaning }: Refusal, reference: string | null, definite: boolean): ChargeFact {
  if (meaning === 'declined' || (meaning === 'undocumented' && definite)) return { kind: 'failed', reference, failure: refused }
  throw new NoAnswer(`iyzico refused with code ${refused.code}`)
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
