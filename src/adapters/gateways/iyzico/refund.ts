import type { RefundAnswer, RefundRequest } from '#application/ports/payment-gateway.js'
import { formatMoney } from '#domain/money.js'
import { amountOf, textOf } from './fields.js'
import { isIyzicoPaymentId } from './charge.js'
import type { Client } from './client.js'
import { NoAnswer } from '#adapters/exchange/http.js'
import { givenBack, isPaid, reported } from './lookup.js'

const REFUND = '/v2/payment/refund'

/** Refunds a part of the whole payment; iyzico chooses the lines of the basket. @throws NoAnswer */
export async function refund (client: Client, request: RefundRequest): Promise<RefundAnswer> {
  const { payment: { currency, providerReference }, refundId, amount } = request
  // Nothing is sent, so nothing can have happened.
  if (providerReference === null || !isIyzicoPaymentId(providerReference)) return { kind: 'failed' }
  const answer = await client.post(REFUND, 'refund', {
    locale: 'tr',
    conversationId: refundId,
    paymentId: providerReference,
    price: formatMoney({ amount, currency }),
    currency,
  })
  if ('refused' in answer) {
    const certain = answer.meaning === 'declined' || (answer.meaning === 'undocumented' && await isImpossible(client, request, providerReference))
    if (certain) return { kind: 'failed' }
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
async function isImpossible (client: Client, { payment, refundId, amount }: RefundRequest, iyzicoPaymentId: string): Promise<boolean> {
  const { attempts } = await reported(client, payment.paymentId)
  return attempts.filter((attempt) => isPaid(attempt) && textOf(attempt, 'paymentId') === iyzicoPaymentId).some((paid) => {
    const given = givenBack(paid, refundId, payment.currency)
    return !given.knowsRefund && given.amount + amount > amountOf(paid, 'paidPrice', payment.currency)
  })
}
