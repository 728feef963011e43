import type { RefundAnswer, RefundRequest } from '#application/ports/payment-gateway.js'
import { formatMoney } from '#domain/money.js'
import { amountOf } from './amount.js'
import { isIyzicoPaymentId } from './charge.js'
import type { Client } from './client.js'
import { textOf } from './fields.js'
import { NoAnswer } from '#adapters/exchange/no-answer.js'
import { givenBack, isPaid, reported } from './report.js'

const REFUND = '/v2/payment/refund'

/** Gives money back, of the payment as a whole: which lines of the basket it is taken from is iyzico's choice. @throws NoAnswer */
export async function refund (client: Client, request: RefundRequest): Promise<RefundAnswer> {
  const { payment: { currency, providerReference }, refundId, amount } = request
  // Nothing is sent, so that nothing can have happened.
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
 * Whether a refund that was refused for a reason that is not documented can't have been made after all: so much of the money
 * is reported as given back already that it would not have been left. A report that runs late only says less.
 */
async function isImpossible (client: Client, { payment, refundId, amount }: RefundRequest, iyzicoPaymentId: string): Promise<boolean> {
  const { attempts } = await reported(client, payment.paymentId)
  return attempts.filter((attempt) => isPaid(attempt) && textOf(attempt, 'paymentId') === iyzicoPaymentId).some((paid) => {
    const given = givenBack(paid, refundId, payment.currency)
    return !given.knowsRefund && given.amount + amount > amountOf(paid, 'paidPrice', payment.currency)
  })
}
