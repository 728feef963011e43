import type { ProjectionWrite } from '#application/ports/projection.js'
import type { MemoryNotificationStore } from '../notifications/notification-store.js'
import type { MemoryOrderIndex } from '../payments/order-index.js'
import type { MemoryStatsStore } from '../payments/stats-store.js'

/** The read models that events lead to. */
export class MemoryProjections {
  readonly #stats: MemoryStatsStore
  readonly #orderIndex: MemoryOrderIndex
  readonly #notifications: MemoryNotificationStore

  constructor (stats: MemoryStatsStore, orderIndex: MemoryOrderIndex, notifications: MemoryNotificationStore) {
    this.#stats = stats
    this.#orderIndex = orderIndex
    this.#notifications = notifications
  }

  /** For the outbox: one synchronous step. */
  apply (writes: readonly ProjectionWrite[]): void {
    for (const write of writes) this.#apply(write)
  }

  #apply (write: ProjectionWrite): void {
    switch (write.kind) {
      case 'stats': return this.#stats.add(write)
      case 'notification':
        this.#notifications.add(write.notification)
        return
      case 'term': return this.#orderIndex.add(write)
    }
  }
}
