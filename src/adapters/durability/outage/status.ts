import type { JournalStatus, StoreMode, StoreStatus } from '#application/ports/store-status.js'
import type { Timestamp } from '#domain/time.js'
import type { Drain } from '../drain/drain.js'
import type { Fallback } from './outage.js'

/** Tells how the stores are kept at present. */
export function fallbackStatus (fallback: Fallback, drain: Drain): () => StoreStatus & { readonly journal: JournalStatus } {
  const { journal, health, clock } = fallback
  let last: { readonly mode: StoreMode, readonly since: Timestamp } = { mode: 'dynamodb', since: clock() }

  return () => {
    const [oldest = null] = journal.pending()
    const mode = health.isAway ? 'degraded' : oldest === null ? 'dynamodb' : 'draining'
    if (mode !== last.mode) last = { mode, since: clock() }
    const { perSecond } = drain
    return {
      ...last,
      journal: {
        depth: journal.depth,
        oldest: oldest?.at ?? null,
        quarantined: journal.asideCount,
        drainedPerSecond: perSecond === null ? null : Math.round(perSecond),
        secondsLeft: perSecond === null ? null : Math.ceil(journal.depth / perSecond),
      },
    }
  }
}
