import { claimKeysOf, replacedBy, type OrderClaim } from '#domain/payments/order-claim.js'
import type { Payment } from '#domain/payments/payment.js'
import type { Database } from '../engine/client.js'
import { absent, anyOf, compare, expression } from '../engine/expression.js'
import { text } from '../engine/row.js'
import type { Check, TransactionItem } from '../engine/write.js'

/**
 * Claims the order of a payment by each of its keys, where it is free, or where the payment or one that it replaces has claimed it. One more
 * payment of the order claims what is free, and fails nowhere.
 */
export function orderClaims ({ tableNames }: Database, payment: Payment, claim: OrderClaim): TransactionItem[] {
  const { paymentId } = payment
  const TableName = tableNames.orderClaims
  const keys = claimKeysOf(payment)
  if (claim.isAnother === true) return keys.map((order) => ({ Update: { TableName, Key: { order }, ...expression({ update: { setOnce: { paymentId } } }) } }))
  const condition = anyOf(absent('order'), ...[paymentId, ...replacedBy(claim)].map((id) => compare('paymentId', '=', id)))
  return keys.map((order) => ({ Put: { TableName, Item: { order, paymentId }, ...expression({ condition }), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } }))
}

/** The id of the payment whose claim failed a condition, where no other condition of the transaction failed. */
export function claimantOf (checks: readonly Check[]): string {
  return text({ ...checks.find(({ failed }) => failed)?.row }, 'paymentId')
}
