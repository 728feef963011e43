import type { RefundAnswer, RefundRequest } from '#application/ports/payment-gateway.js'
import { formatMoney } from '#domain/money.js'
import { takenCurrency, type Failure } from '#domain/payments/payment.js'
import { amountOf, textOf } from './fields.js'
import { isIyzicoPaymentId } from './charge.js'
import type { Client } from './client.js'
import { NoAnswer } from '#adapters/exchange/http.js'
import { refundPrice } from './paid-price.js'
import { refundLines, reported, sumOf } from './report.js'

const REFUND = '/v2/payment/refund'

/** Why iyzico has refused a refund, for the codes that say so. For the others the code itself stands. */
const REASONS: Readonly<Record<string, string>> = {
  10051: 'insufficient_balance', 10054: 'expired_card', 10041: 'lost_or_stolen_card', 10043: 'lost_or_stolen_card', 10057: 'not_permitted', 10058: 'not_permitted',
}

function failureOf ({ code, message }: Failure): Failure {
  return { code: REASONS[code] ?? code, message: `${message} (iyzico ${code})` }
}

const NOT_CHARGED: Failure = { code: 'not_charged', message: 'iyzico has made no charge that could be refunded' }
const ALREADY_REFUNDED: Failure = { code: 'already_refunded', message: 'so much has been given back at iyzico that the rest does not cover this refund' }

/** Refunds a part of the whole payment; iyzico chooses the lines of the basket. @throws NoAnswer */
export async function refund (client: Client, request: RefundRequest): Promise<RefundAnswer> {
  const { payment, refundId } = request
  const { providerReference } = payment
  // Nothing is sent, so nothing can have happened.
  if (providerReference === null || !isIyzicoPaymentId(providerReference)) return { kind: 'failed', failure: NOT_CHARGED }
  const currency = takenCurrency(payment)
  const amount = refundPrice(payment, request)
  if (amount < 1) return { kind: 'failed', failure: ALREADY_REFUNDED }
  const answer = await client.post(REFUND, 'refund', {
    locale: 'tr',
    conversationId: refundId,
    paymentId: providerReference,
    price: formatMoney({ amount, currency }),
    currency,
  })
  if ('refused' in answer) {
    if (answer.meaning === 'declined') return { kind: 'failed', failure: failureOf(answer.refused) }
    if (answer.meaning === 'undocumented' && await isImpossible(client, request, amount)) return { kind: 'failed', failure: ALREADY_REFUNDED }
    throw new NoAnswer(`iyzico refused a refund with code ${answer.refused.code}`)
  }
  const { fields } = answer
  const echo = [textOf(fields, 'paymentId'), textOf(fields, 'conversationId'), textOf(fields, 'currency'), amountOf(fields, 'price', currency)]
  if (![providerReference, refundId, currency, amount].every((value, index) => value === echo[index])) {
    throw new NoAnswer('iyzico answered for another refund')
  }
  return { kind: 'succeeded' }
}

/**
 * Whether a refund that iyzico refused with an undocumented code cannot have happened: the reported refunds leave less than its
 * amount. A late report only shows fewer refunds.
 */
async function isImpossible (client: Client, { payment, refundId }: RefundRequest, amount: number): Promise<boolean> {
  const { attempts } = await reported(client, payment.paymentId)
  return attempts.filter(({ id, status }) => status === 'paid' && id === payment.providerReference).some((paid) => {
    const lines = refundLines(paid, takenCurrency(payment))
    const given = sumOf(lines.filter(({ done }) => done))
    return !lines.some((line) => line.refundId === refundId) && given + amount > amountOf(paid.fields, 'paidPrice', takenCurrency(payment))
  })
}
