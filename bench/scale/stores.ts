import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb'
import { DayRegister } from '../../src/adapters/dynamodb/day-register.js'
import type { Database } from '../../src/adapters/dynamodb/database.js'
import { paymentRow } from '../../src/adapters/dynamodb/payment-row.js'
import { memoryPersistence } from '../../src/adapters/memory/persistence.js'
import type { Persistence } from '../../src/application/ports/persistence.js'
import type { Payment } from '../../src/domain/payment.js'
import { dayOf } from '../../src/domain/time.js'
import type { DynamoDb } from '../../test/support/dynamodb.js'
import { startFaultProxy } from '../../test/support/dynamodb-proxy.js'
import { makePayments } from './payments.js'

/** What was asked of DynamoDB so far. */
export interface Cost {
  readonly requests: number
  /** Units of capacity, as DynamoDB counts them. */
  readonly capacity: number
}

/** A store with payments in it. */
export interface Loaded {
  readonly store: Persistence
  /** Some of what it holds. */
  readonly sample: readonly Payment[]
  /** The same payments, behind what counts the requests for them; null where there are none. */
  readonly counted: { readonly store: Persistence, readonly cost: () => Cost } | null
  readonly stop: () => Promise<void>
}

const SAMPLE = 2000
const BATCH = 25
const BATCHES_AT_ONCE = 8

export async function loadMemory (count: number): Promise<Loaded> {
  const store = memoryPersistence()
  const sample: Payment[] = []
  for (const payment of sampled(makePayments(count), count, sample)) await store.payments.insert({ payment, events: [] })
  return { store, sample, counted: null, stop: async () => {} }
}

/** Fresh tables, filled in batches with the very rows that the store itself would write. */
export async function loadDynamoDb (dynamoDb: DynamoDb, count: number): Promise<Loaded> {
  const tables = await dynamoDb.freshTables()
  const sample: Payment[] = []
  await writeRows(dynamoDb.database(tables), sampled(makePayments(count), count, sample))
  const proxy = await startFaultProxy(dynamoDb.client.endpoint)
  let [requests, capacity] = [0, 0]
  proxy.plan = ({ body }) => ({
    ask: JSON.stringify({ ...JSON.parse(body) as object, ReturnConsumedCapacity: 'TOTAL' }),
    adapt: (answer) => {
      requests++
      capacity += unitsOf(answer)
      return answer
    },
  })
  return {
    store: dynamoDb.open(tables),
    sample,
    counted: { store: dynamoDb.open(tables, { endpoint: proxy.endpoint }), cost: () => ({ requests, capacity }) },
    stop: proxy.stop,
  }
}

function * sampled (payments: Iterable<Payment>, count: number, sample: Payment[]): Generator<Payment> {
  const every = Math.ceil(count / SAMPLE)
  let index = 0
  for (const payment of payments) {
    if (index++ % every === 0) sample.push(payment)
    yield payment
  }
}

/** A single table's units, or those of each. @throws Error where the engine did not count */
function unitsOf (answer: string): number {
  const { ConsumedCapacity } = JSON.parse(answer) as { ConsumedCapacity?: Units | readonly Units[] }
  if (ConsumedCapacity === undefined) throw new Error(`no capacity in ${answer.slice(0, 200)}`)
  return [ConsumedCapacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0)
}

interface Units {
  readonly CapacityUnits: number
}

async function writeRows (database: Database, payments: Iterable<Payment>): Promise<void> {
  const days = new DayRegister(database)
  // All take from the one list.
  const batches = inBatches(payments)
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, async () => {
    for (const batch of batches) await writeBatch(database, days, batch)
  }))
}

async function writeBatch ({ documents, tableNames }: Database, days: DayRegister, batch: readonly Payment[]): Promise<void> {
  const rows = await Promise.all(batch.map(async (payment) => paymentRow(payment, 'token', await days.shardsOf(dayOf(payment.createdAt)))))
  const { UnprocessedItems = {} } = await documents.send(new BatchWriteCommand({
    RequestItems: { [tableNames.payments]: rows.map((Item) => ({ PutRequest: { Item } })) },
  }))
  if (Object.keys(UnprocessedItems).length > 0) throw new Error('the engine did not take all rows')
}

function * inBatches (payments: Iterable<Payment>): Generator<readonly Payment[]> {
  let batch: Payment[] = []
  for (const payment of payments) {
    batch.push(payment)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
