import type { Database } from '#adapters/dynamodb/engine/client.js'
import { DayRegister } from '#adapters/dynamodb/payments/day-register.js'
import { projectionItems } from '#adapters/dynamodb/outbox/outbox-store.js'
import { termRow } from '#adapters/dynamodb/payments/order-index.js'
import { transact } from '#adapters/dynamodb/engine/write.js'
import { EFFECTS } from '#application/outbox/effects.js'
import { merged, planOf } from '#application/outbox/plan.js'
import { COUNTED_FROM_THE_START } from '#application/ports/read-models.js'
import type { ProjectionWrite } from '#application/ports/outbox-store.js'
import type { Decision } from '#domain/payments/decision.js'
import { batchWrite, paymentPut, type Put } from '../../test/support/batch-write.js'

const TRANSACTION = 100

/** Writes in batches the rows that the store and the dispatcher would write one by one. */
export async function writeRows (database: Database, decisions: Iterable<Decision>): Promise<void> {
  const figures: ProjectionWrite[] = []
  await batchWrite(database, putsOf(database, decisions, figures))
  const items = projectionItems(database, 0, merged(figures))
  for (let index = 0; index < items.length; index += TRANSACTION) await transact(database, items.slice(index, index + TRANSACTION))
}

/** The rows of each payment and of its search terms. Collects the changes of the statistics in `figures`. */
async function * putsOf (database: Database, decisions: Iterable<Decision>, figures: ProjectionWrite[]): AsyncGenerator<Put> {
  const days = new DayRegister(database)
  const counting = { since: COUNTED_FROM_THE_START.since, versions: new Map<string, number>() }
  for (const { payment, events } of decisions) {
    yield await paymentPut(database, days, payment)
    const writes = merged(planOf(events, new Map([[payment.paymentId, payment]]), EFFECTS, counting).planned.flatMap((planned) => planned.writes))
    for (const write of writes) if (write.kind === 'term') yield [database.tableNames.searchTerms, termRow(write)]
    figures.push(...writes.filter(({ kind }) => kind === 'stats'))
  }
}
