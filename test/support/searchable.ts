import { MemoryOrderIndex } from '../../src/adapters/memory/order-index.js'
import { memoryPersistence } from '../../src/adapters/memory/persistence.js'
import { MemoryProjections } from '../../src/adapters/memory/projection.js'
import { MemoryStatsStore } from '../../src/adapters/memory/stats-store.js'
import { indexOrder } from '../../src/application/outbox/effects/index-order.js'
import type { Persistence } from '../../src/application/ports/persistence.js'
import { eventsOf } from '../contracts/fixtures.js'

export interface Searchable {
  readonly store: Persistence
  /** Lets all that has happened take effect in the index. */
  readonly catchUp: () => Promise<void>
}

/** Stores in memory whose orders can be searched. */
export function searchableStore (): Searchable {
  const orderIndex = new MemoryOrderIndex()
  const projections = new MemoryProjections(new MemoryStatsStore(), orderIndex)
  const store = { ...memoryPersistence(), orderIndex }
  return {
    store,
    catchUp: async () => {
      for (const event of await eventsOf(store.outbox)) {
        projections.apply(indexOrder.writes(event, await store.payments.find(event.subjectId)))
      }
    },
  }
}
