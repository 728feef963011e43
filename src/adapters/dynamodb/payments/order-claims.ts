import { claimKeyOf } from '#domain/payments/order-claim.js'
import type { Payment } from '#domain/payments/payment.js'
import type { Database } from '../engine/client.js'
import { absent, anyOf, compare, expression } from '../engine/expression.js'
import { text } from '../engine/row.js'
import type { Check, TransactionItem } from '../engine/write.js'

/** Claims the order of a payment, if it is free, or if the payment or the one that it replaces has claimed it. */
export function orderClaim ({ tableNames }: Database, payment: Payment, replaces?: string): TransactionItem {
  const { paymentId } = payment
  const claimedBy = (id: string) => compare('paymentId', '=', id)
  return {
    Put: {
      TableName: tableNames.orderClaims,
      Item: { order: claimKeyOf(payment), paymentId },
      ...expression({ condition: anyOf(absent('order'), ...[paymentId, ...(replaces === undefined ? [] : [replaces])].map(claimedBy)) }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  }
}

/** The id of the payment whose claim, the last item of its transaction, failed the condition. */
export function claimantOf (checks: readonly Check[]): string {
  return text({ ...checks.at(-1)?.row }, 'paymentId')
}
