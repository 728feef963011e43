import { Drain } from '#adapters/durability/drain/drain.js'
import { Fallback } from '#adapters/durability/outage/outage.js'
import { Journal } from '#adapters/durability/journal/journal.js'
import type { JournaledWrite } from '#adapters/durability/journaled-write.js'
import { outageStores } from '#adapters/durability/outage/stores.js'
import type { Disk } from '#adapters/durability/journal/disk.js'
import type { Clock } from '#application/ports/clock.js'
import type { OpenStores } from '#application/ports/stores.js'
import { violate, type Context } from './context.js'
import { strangerKey, type Stranger } from './ledger.js'
import type { PlantedBug } from './planted/planted-bug.js'

const DEPTH_MAX = 1000

/** What stands in for the store of one process while it is away: the adapter as the service has it. */
export interface Standby {
  readonly persistence: OpenStores
  /** Brings what waits into the store; true where more can be done at once. */
  readonly drain: () => Promise<boolean>
  readonly isAway: () => boolean
  /** Writes that wait. */
  readonly depth: () => number
  /** How often an answer has said that it may be old, or not whole. */
  readonly staleReads: () => number
}

export async function makeStandby (disk: Disk, store: OpenStores, clock: Clock, context: Context, bug: PlantedBug | null): Promise<Standby> {
  const { scheduler, trace, banks } = context
  const nowMs = (): number => scheduler.now
  let stale = 0
  const journal = await Journal.open<JournaledWrite>({ disk: bug?.disk?.(disk) ?? disk, clock })
  // What was set aside in the moment of a crash nobody was told of: it is in the list of the quarantine all the same.
  for (const { value, reason } of journal.aside()) setAside(context, value, reason)
  const fallback = new Fallback({
    journal, clock, nowMs, depthMax: DEPTH_MAX,
    freshness: { note: () => { stale++ } },
    onChange: (isAway) => { trace.note(scheduler.now, 'store', isAway ? 'counts as away' : 'is back', String(journal.depth)) },
  })
  const isIdempotent = (provider: string): boolean => bug?.takesAllForIdempotent === true || banks.some((bank) => bank.provider === provider && bank.idempotent)
  const drain = new Drain(fallback, bug?.drained?.(store) ?? store, {
    carriedOut: () => {},
    quarantined: ({ value }, reason) => { setAside(context, value, reason) },
  }, nowMs)
  const { signal } = new AbortController()
  return {
    persistence: outageStores(fallback, store, isIdempotent),
    drain: async () => await drain.run(signal),
    isAway: () => fallback.health.isAway,
    depth: () => journal.depth,
    staleReads: () => stale,
  }
}

/**
 * Whom a receiver has blocked may have written while nobody could know: that waits for a person, and so does the mark that it was read.
 * So does another request under the key of a payment that the node had forgotten.
 */
function setAside (context: Context, write: JournaledWrite, reason: string): void {
  context.trace.note(context.scheduler.now, 'quarantine', write.kind, reason)
  const stranger = strangerOf(context, write)
  if (stranger !== undefined && reason === 'Conflict: another request came first under this id') {
    stranger.isAside = true
    return
  }
  const isFollower = write.kind === 'read' && context.aside.has(write.marker.messageId)
  if (write.kind === 'message' && reason.startsWith('blocked')) context.aside.add(write.message.messageId)
  else if (!isFollower) violate(context, 'what was acknowledged is found as it was acknowledged', `a ${write.kind} is in quarantine: ${reason}`)
}

function strangerOf ({ ledger }: Context, write: JournaledWrite): Stranger | undefined {
  if (write.kind === 'intent') return ledger.strangers.get(strangerKey(write.decision.payment))
  return write.kind === 'outcome' ? ledger.strangers.get(strangerKey(write.after)) : undefined
}
