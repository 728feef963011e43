import type { OpenStores } from '#application/ports/stores.js'
import type { Payment } from '#domain/payments/payment.js'
import type { TableNames } from '#adapters/dynamodb/engine/tables.js'
import type { DynamoDb } from '../../test/support/dynamodb.js'
import { startFaultProxy } from '../../test/support/dynamodb-proxy.js'
import { writeRows } from './dynamodb-rows.js'
import { makePayments } from './payments.js'
import { sampleOf } from './sample.js'

/** Requests to DynamoDB so far. */
export interface Cost {
  readonly requests: number
  /** Capacity units that DynamoDB counted. */
  readonly capacity: number
}

/** A store whose tables hold payments. */
export interface Loaded {
  readonly store: OpenStores
  /** Some of the stored payments. */
  readonly sample: readonly Payment[]
  /** The same tables behind a proxy that counts requests. */
  readonly counted: { readonly store: OpenStores, readonly cost: () => Cost }
  readonly stop: () => Promise<void>
}

/** Creates tables and fills them with the rows that the service would write. */
export async function loadTables (dynamoDb: DynamoDb, count: number): Promise<Loaded> {
  const tables = await dynamoDb.freshTables()
  await writeRows(dynamoDb.database(tables), makePayments(count))
  const { stop, ...counted } = await countedStores(dynamoDb, tables)
  return { store: dynamoDb.open(tables), sample: sampleOf(count), counted, stop }
}

/** Stores on the tables behind a proxy that counts requests. */
export async function countedStores (dynamoDb: DynamoDb, tables: TableNames): Promise<Loaded['counted'] & Pick<Loaded, 'stop'>> {
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
  return { store: dynamoDb.open(tables, { endpoint: proxy.endpoint }), cost: () => ({ requests, capacity }), stop: proxy.stop }
}

/** The units of one table, or the sum of several. @throws Error when the engine counted none */
function unitsOf (answer: string): number {
  const { ConsumedCapacity } = JSON.parse(answer) as { ConsumedCapacity?: Units | readonly Units[] }
  if (ConsumedCapacity === undefined) throw new Error(`no ConsumedCapacity in ${answer.slice(0, 200)}`)
  return [ConsumedCapacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0)
}

interface Units {
  readonly CapacityUnits: number
}
