import { identity } from '#adapters/system/system.js'
import { EFFECTS } from '#application/outbox/effects.js'
import { makePublish } from '#application/outbox/effects/publish.js'
import { DAY_MS } from '#domain/time.js'
import { dispatcherOf } from '../../test/support/dispatching.js'
import { startDynamoDb } from '../../test/support/dynamodb.js'
import { makePayments } from '../scale/payments.js'
import { median } from '../throughput.js'

const PAYMENTS = 1000
const ROUNDS = 5
const AT_ONCE = 32

/** Events a second that a dispatcher ends on the native engine, with and without writing them into the event log, in turns. */
export async function measureDispatchers (): Promise<{ readonly with: number, readonly without: number }> {
  const dynamoDb = await startDynamoDb()
  const paces: Record<'with' | 'without', number[]> = { with: [], without: [] }
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of ['without', 'with'] as const) {
      const stores = dynamoDb.open(await dynamoDb.freshTables())
      const decisions = makePayments(PAYMENTS).toArray()
      for (let from = 0; from < decisions.length; from += AT_ONCE) await Promise.all(decisions.slice(from, from + AT_ONCE).map(async (decision) => await stores.payments.insert(decision)))
      const { run, ended } = dispatcherOf(stores, { identity, effects: kind === 'with' ? [...EFFECTS, makePublish({ keptMs: 400 * DAY_MS })] : EFFECTS })
      const start = performance.now()
      await run()
      paces[kind].push(1000 * Object.values(ended).reduce((sum, count) => sum + count, 0) / (performance.now() - start))
      await stores.close()
    }
  }
  await dynamoDb.stop()
  return { with: median(paces.with), without: median(paces.without) }
}
