import type { ProjectionWrite } from '../../application/ports/projection.js'
import type { MemoryOrderIndex } from './order-index.js'
import type { MemoryStatsStore } from './stats-store.js'

/** The read models that events lead to. */
export class MemoryProjections {
  readonly #stats: MemoryStatsStore
  readonly #orderIndex: MemoryOrderIndex

  constructor (stats: MemoryStatsStore, orderIndex: MemoryOrderIndex) {
    this.#stats = stats
    this.#orderIndex = orderIndex
  }

  /** For the outbox: one synchronous step. */
  apply (writes: readonly ProjectionWrite[]): void {
    for (const write of writes) this.#apply(write)
  }

  #apply (write: ProjectionWrite): void {
    switch (write.kind) {
      case 'stats': return this.#stats.add(write)
      case 'term': return this.#orderIndex.add(write)
    }
  }
}
