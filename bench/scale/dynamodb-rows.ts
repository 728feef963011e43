import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb'
import { DayRegister } from '../../src/adapters/dynamodb/day-register.js'
import type { Database } from '../../src/adapters/dynamodb/database.js'
import { paymentRow } from '../../src/adapters/dynamodb/payment-row.js'
import { projectionItems } from '../../src/adapters/dynamodb/projection.js'
import { transact } from '../../src/adapters/dynamodb/transact.js'
import { EFFECTS } from '../../src/application/outbox/effects.js'
import { merged } from '../../src/application/outbox/merge.js'
import { planOf } from '../../src/application/outbox/plan.js'
import type { ProjectionWrite } from '../../src/application/ports/projection.js'
import type { Decision } from '../../src/domain/decision.js'
import { dayOf } from '../../src/domain/time.js'

type Row = Record<string, unknown>
/** A row and its table. */
type Put = readonly [table: string, row: Row]

const BATCH = 25
const BATCHES_AT_ONCE = 8
const TRANSACTION = 100

/** Writes, in batches, the very rows that the store and the dispatcher would write one by one. */
export async function writeRows (database: Database, decisions: Iterable<Decision>): Promise<void> {
  const figures: ProjectionWrite[] = []
  // All take from the one list.
  const batches = inBatches(putsOf(database, new DayRegister(database), decisions, figures))
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, async () => {
    for await (const batch of batches) await writeBatch(database, batch)
  }))
  const items = projectionItems(database, 0, merged(figures))
  for (let index = 0; index < items.length; index += TRANSACTION) await transact(database, items.slice(index, index + TRANSACTION))
}

/** The rows of each payment and of its terms. What its events change in the statistics is left in `figures`. */
async function * putsOf (database: Database, days: DayRegister, decisions: Iterable<Decision>, figures: ProjectionWrite[]): AsyncGenerator<Put> {
  for (const { payment, events } of decisions) {
    yield [database.tableNames.payments, paymentRow(payment, 'token', await days.shardsOf(dayOf(payment.createdAt)))]
    const writes = merged(planOf(events, new Map([[payment.paymentId, payment]]), EFFECTS).planned.flatMap((planned) => planned.writes))
    for (const { Put } of projectionItems(database, 0, writes)) if (Put?.TableName !== undefined && Put.Item !== undefined) yield [Put.TableName, Put.Item]
    figures.push(...writes.filter(({ kind }) => kind === 'stats'))
  }
}

async function writeBatch ({ documents }: Database, batch: readonly Put[]): Promise<void> {
  const tables = Map.groupBy(batch, ([table]) => table)
  const { UnprocessedItems = {} } = await documents.send(new BatchWriteCommand({
    RequestItems: Object.fromEntries([...tables].map(([table, puts]) => [table, puts.map(([, Item]) => ({ PutRequest: { Item } }))])),
  }))
  if (Object.keys(UnprocessedItems).length > 0) throw new Error('the engine did not take all rows')
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
