import type { Payment } from '#domain/payments/payment.js'
import type { Database } from '../engine/client.js'
import { integer, textOrNull } from '../engine/row.js'
import { readMigration, write } from '../schema/migrations.js'
import { paymentsOfAll } from './payments-of-all.js'

const PAGE = 100
const ALL = { status: null, provider: null, userId: null, sellerId: null, flag: null, from: null, to: null }

export interface OlderPaymentsOptions {
  /** Walks through all payments once more, because a version that does not write this has run. */
  readonly again: boolean
  readonly signal: AbortSignal
  /** Receives how many payments were looked at so far, in this run and those before it. */
  readonly onProgress: (looked: number) => void
}

/**
 * Takes each payment of all users, newest first, one after the other. It may be stopped or killed at any moment and goes on where it was: the
 * migration of this name holds how far it has come. Answers true at the end, and false where the signal stopped it before.
 */
export async function walkOlder (database: Database, name: string, { again, signal, onProgress }: OlderPaymentsOptions, take: (payment: Payment) => Promise<void>): Promise<boolean> {
  const record = again ? null : await readMigration(database, name)
  let state = record === null ? { position: null, looked: 0, isDone: false } : { position: textOrNull(record, 'position'), looked: integer(record, 'looked'), isDone: record['isDone'] === true }
  onProgress(state.looked)
  while (!state.isDone) {
    if (signal.aborted) return false
    const { items, nextKey } = await paymentsOfAll(database, ALL, { before: state.position, limit: PAGE })
    for (const payment of items) await take(payment)
    state = { position: nextKey, looked: state.looked + items.length, isDone: nextKey === null }
    await write(database, { ...state, name })
    onProgress(state.looked)
  }
  return true
}
