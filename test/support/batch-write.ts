import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb'
import type { Database } from '#adapters/dynamodb/engine/client.js'
import { DayRegister } from '#adapters/dynamodb/payments/day-register.js'
import { paymentRow } from '#adapters/dynamodb/payments/payment-row.js'
import type { Decision } from '#domain/payments/decision.js'
import type { Payment } from '#domain/payments/payment.js'
import { dayOf } from '#domain/time.js'

/** A row and its table. */
export type Put = readonly [table: string, row: Record<string, unknown>]

const BATCH = 25
const BATCHES_AT_ONCE = 8

/** Writes rows without looking at what is there: many times as fast as the stores do it, one by one and in transactions. */
export async function batchWrite ({ documents }: Database, puts: AsyncIterable<Put>): Promise<void> {
  // All take from the one list.
  const batches = inBatches(puts)
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, async () => {
    for await (const batch of batches) {
      const tables = Map.groupBy(batch, ([table]) => table)
      const { UnprocessedItems = {} } = await documents.send(new BatchWriteCommand({
        RequestItems: Object.fromEntries([...tables].map(([table, rows]) => [table, rows.map(([, Item]) => ({ PutRequest: { Item } }))])),
      }))
      if (Object.keys(UnprocessedItems).length > 0) throw new Error('the engine did not take all rows')
    }
  }))
}

/** The very row of a payment that the store would write. */
export async function paymentPut ({ tableNames }: Database, days: DayRegister, payment: Payment): Promise<Put> {
  return [tableNames.payments, paymentRow(payment, 'token', await days.shardsOf(dayOf(payment.createdAt)))]
}

/** Stores payments without their events. */
export async function writePayments (database: Database, decisions: Iterable<Decision>): Promise<void> {
  const days = new DayRegister(database)
  await batchWrite(database, (async function * () {
    for (const { payment } of decisions) yield await paymentPut(database, days, payment)
  })())
}

async function * inBatches (puts: AsyncIterable<Put>): AsyncGenerator<readonly Put[]> {
  let batch: Put[] = []
  for await (const put of puts) {
    batch.push(put)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
