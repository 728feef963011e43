import type { ProjectionWrite } from '../../application/ports/projection.js'
import type { Database } from './database.js'
import { statsItem } from './stats-store.js'
import type { TransactionItem } from './transact.js'

/** For the outbox: the items that change the read models, one a write. `shard` is that of the events which lead to them. */
export function projectionItems (database: Database, shard: number, writes: readonly ProjectionWrite[]): TransactionItem[] {
  return writes.map((write) => {
    switch (write.kind) {
      case 'stats': return statsItem(database, shard, write)
    }
  })
}
