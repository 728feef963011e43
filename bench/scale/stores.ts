import { memoryPersistence } from '../../src/adapters/memory/persistence.js'
import type { Persistence } from '../../src/application/ports/persistence.js'
import type { Decision } from '../../src/domain/decision.js'
import type { Payment } from '../../src/domain/payment.js'
import { dispatcherOf } from '../../test/support/dispatching.js'
import type { DynamoDb } from '../../test/support/dynamodb.js'
import { startFaultProxy } from '../../test/support/dynamodb-proxy.js'
import { writeRows } from './dynamodb-rows.js'
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
/** Payments whose events wait at most, so that the outbox takes no memory worth measuring. */
const WAITING_MAX = 10_000

export async function loadMemory (count: number): Promise<Loaded> {
  const store = memoryPersistence()
  const sample: Payment[] = []
  const dispatcher = dispatcherOf(store)
  let waiting = 0
  for (const decision of sampled(makePayments(count), count, sample)) {
    await store.payments.insert(decision)
    if (++waiting % WAITING_MAX === 0) await dispatcher.run()
  }
  await dispatcher.run()
  return { store, sample, counted: null, stop: async () => {} }
}

/** Fresh tables, filled with the very rows that the service itself would write. */
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

function * sampled (decisions: Iterable<Decision>, count: number, sample: Payment[]): Generator<Decision> {
  const every = Math.ceil(count / SAMPLE)
  let index = 0
  for (const decision of decisions) {
    if (index++ % every === 0) sample.push(decision.payment)
    yield decision
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
