import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { claimKeysOf, holdOf } from '#domain/payments/order-claim.js'
import type { Payment } from '#domain/payments/payment.js'
import { isManual } from '#domain/payments/settlement.js'
import type { Database } from '../engine/client.js'
import { absent, anyOf, compare, expression } from '../engine/expression.js'
import { integer, textOrNull } from '../engine/row.js'
import { writeIf } from '../engine/write.js'
import { ORDER_CLAIMS, readMigration, write } from '../schema/migrations.js'
import { paymentsOfAll } from './payments-of-all.js'

const PAGE = 100
const ALL = { status: null, provider: null, userId: null, sellerId: null, flag: null, from: null, to: null }

export interface OlderOrdersOptions {
  /** Walks through all payments once more, because a version without claims has run. */
  readonly again: boolean
  readonly signal: AbortSignal
  /** Receives how many payments were looked at so far, in this run and those before it. */
  readonly onProgress: (looked: number) => void
}

/**
 * Claims the orders of payments that a version without claims has stored, newest first. It may be stopped or killed at any moment and goes
 * on where it was. Answers true at the end, and false where the signal stopped it before.
 */
export async function claimOlderOrders (database: Database, { again, signal, onProgress }: OlderOrdersOptions): Promise<boolean> {
  const record = again ? null : await readMigration(database, ORDER_CLAIMS)
  let state = record === null ? { position: null, looked: 0, isDone: false } : { position: textOrNull(record, 'position'), looked: integer(record, 'looked'), isDone: record['isDone'] === true }
  onProgress(state.looked)
  while (!state.isDone) {
    if (signal.aborted) return false
    const { items, nextKey } = await paymentsOfAll(database, ALL, { before: state.position, limit: PAGE })
    // One after the other: of two payments of one order, the newer is first.
    for (const payment of items) await claimOlder(database, payment)
    state = { position: nextKey, looked: state.looked + items.length, isDone: nextKey === null }
    await write(database, { ...state, name: ORDER_CLAIMS })
    onProgress(state.looked)
  }
  return true
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
