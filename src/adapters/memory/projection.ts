import type { ProjectionWrite } from '../../application/ports/projection.js'
import type { MemoryStatsStore } from './stats-store.js'

/** The read models that events lead to. */
export class MemoryProjections {
  readonly #stats: MemoryStatsStore

  constructor (stats: MemoryStatsStore) {
    this.#stats = stats
  }

  /** For the outbox: one synchronous step. */
  apply (writes: readonly ProjectionWrite[]): void {
    for (const write of writes) this.#apply(write)
  }

  #apply (write: ProjectionWrite): void {
    switch (write.kind) {
      case 'stats': this.#stats.add(write)
    }
  }
}
