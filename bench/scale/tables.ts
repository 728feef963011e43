import type { OpenStores } from '#application/ports/stores.js'
import type { Payment } from '#domain/payments/payment.js'
import type { DynamoDb } from '../../test/support/dynamodb.js'
import { startFaultProxy } from '../../test/support/dynamodb-proxy.js'
import { writeRows } from './dynamodb-rows.js'
import { makePayments } from './payments.js'
import { sampleOf } from './sample.js'

/** What was asked of DynamoDB so far. */
export interface Cost {
  readonly requests: number
  /** Units of capacity, as DynamoDB counts them. */
  readonly capacity: number
}

/** Tables with payments in them. */
export interface Loaded {
  readonly store: OpenStores
  /** Some of what it holds. */
  readonly sample: readonly Payment[]
  /** The same payments, behind what counts the requests for them. */
  readonly counted: { readonly store: OpenStores, readonly cost: () => Cost }
  readonly stop: () => Promise<void>
}

/** Fresh tables, filled with the very rows that the service itself would write. */
export async function loadTables (dynamoDb: DynamoDb, count: number): Promise<Loaded> {
  const tables = await dynamoDb.freshTables()
  await writeRows(dynamoDb.database(tables), makePayments(count))
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
    sample: sampleOf(count),
    counted: { store: dynamoDb.open(tables, { endpoint: proxy.endpoint }), cost: () => ({ requests, capacity }) },
    stop: proxy.stop,
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
