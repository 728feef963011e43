import type { ListedDay } from '#application/ports/payment-gateway.js'
import { NoAnswer } from '#adapters/exchange/http.js'
import { isIyzicoPaymentId } from './charge.js'
import type { Client } from './client.js'
import { listOf, textOf } from './fields.js'

const TRANSACTIONS = '/v2/reporting/payment/transactions'
/** Our references have this form. Others of the account may have any. */
const REFERENCE = /^[\w.:-]{1,128}$/

/**
 * A page of what iyzico reports of a day: charges, refunds and cancellations, also those that were made in the merchant panel. It is not
 * signed.
 * @throws NoAnswer
 */
export async function listDay (client: Client, day: string, page: number): Promise<ListedDay> {
  const answer = await client.get(TRANSACTIONS, { locale: 'tr', transactionDate: day, page: String(page) })
  if ('refused' in answer) throw new NoAnswer(`iyzico refused a report of a day, with code ${answer.refused.code}`)
  const { fields } = answer
  const moves = listOf(fields, 'transactions').map((transaction) => ({
    paymentId: textOf(transaction, 'paymentConversationId'),
    isCharge: textOf(transaction, 'transactionType') === 'PAYMENT',
    charge: isIyzicoPaymentId(textOf(transaction, 'paymentId')) ? textOf(transaction, 'paymentId') : null,
  }))
  const hasMore = moves.length > 0 && page < Number(textOf(fields, 'totalPageCount'))
  return { kind: 'listed', moves: moves.filter(({ paymentId }) => REFERENCE.test(paymentId)), hasMore }
}
