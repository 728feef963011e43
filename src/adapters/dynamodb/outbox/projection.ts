import type { ProjectionWrite } from '#application/ports/projection.js'
import type { Database } from '../engine/database.js'
import { notificationItem } from '../notifications/notification-store.js'
import { termItem } from '../payments/search-term-row.js'
import { statsItem } from '../payments/stats-store.js'
import type { TransactionItem } from '../engine/transact.js'

/** For the outbox: the items that change the read models, one a write. `shard` is that of the events which lead to them. */
export function projectionItems (database: Database, shard: number, writes: readonly ProjectionWrite[]): TransactionItem[] {
  return writes.map((write) => itemOf(database, shard, write))
}

function itemOf (database: Database, shard: number, write: ProjectionWrite): TransactionItem {
  switch (write.kind) {
    case 'stats': return statsItem(database, shard, write)
    case 'notification': return notificationItem(database, write.notification)
    case 'term': return termItem(database, write)
  }
}
