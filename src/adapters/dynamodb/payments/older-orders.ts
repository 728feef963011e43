import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { claimKeysOf, holdOf } from '#domain/payments/order-claim.js'
import type { Payment } from '#domain/payments/payment.js'
import { isManual } from '#domain/payments/settlement.js'
import type { Database } from '../engine/client.js'
import { absent, anyOf, compare, expression } from '../engine/expression.js'
import { writeIf } from '../engine/write.js'
import { ORDER_CLAIMS } from '../schema/migrations.js'
import { walkOlder, type OlderPaymentsOptions } from './older-payments.js'

/** Claims the orders of payments that a version without claims has stored. Of two payments of one order, the newer is first. See `walkOlder`. */
export async function claimOlderOrders (database: Database, options: OlderPaymentsOptions): Promise<boolean> {
  return await walkOlder(database, ORDER_CLAIMS, options, async (payment) => await claimOlder(database, payment))
}

/** A claim that a request has made stays. Of claims that are made here, that of a paid order takes the place of an open one. */
async function claimOlder (database: Database, payment: Payment): Promise<void> {
  const backfilled = holdOf(payment)
  if (backfilled === 'free' || isManual(payment) || payment.earlier !== null) return
  const isFree = absent('order')
  for (const order of claimKeysOf(payment)) {
    await writeIf(database, async () => await database.documents.send(new PutCommand({
      TableName: database.tableNames.orderClaims,
      Item: { order, paymentId: payment.paymentId, backfilled },
      ...expression({ condition: backfilled === 'paid' ? anyOf(isFree, compare('backfilled', '=', 'open')) : isFree }),
    })))
  }
}
