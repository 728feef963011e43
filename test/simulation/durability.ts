import { Drain } from '#adapters/durability/drain/drain.js'
import { Outage } from '#adapters/durability/outage/outage.js'
import { Journal } from '#adapters/durability/journal/journal.js'
import { WRITE_CODEC, type JournaledWrite } from '#adapters/durability/writes/journaled-write.js'
import { outageStores } from '#adapters/durability/outage/outage-stores.js'
import type { Disk } from '#adapters/durability/journal/disk.js'
import type { Clock } from '#application/ports/system.js'
import type { OpenStores } from '#application/ports/stores.js'
import { violate, type Context } from './context.js'
import { strangerKey, type Stranger } from './ledger.js'
import { instead, type PlantedBug } from './planted/planted-bug.js'

const DEPTH_MAX = 1000

/** The durability adapter of one simulated process, wired as in the service. */
export interface Durability {
  readonly persistence: OpenStores
  /** Carries out waiting writes. True where more can be carried out at once. */
  readonly drain: () => Promise<boolean>
  readonly isAway: () => boolean
  /** How many writes wait. */
  readonly depth: () => number
  /** How many answers were marked as stale or not whole. */
  readonly staleReads: () => number
}

export async function makeDurability (disk: Disk, store: OpenStores, clock: Clock, context: Context, bug: PlantedBug | null): Promise<Durability> {
  const { scheduler, trace, banks } = context
  const nowMs = (): number => scheduler.now
  let stale = 0
  const journal = await Journal.open({ codec: WRITE_CODEC, disk: bug?.disk?.(disk) ?? disk, clock })
  // A crash can come between the record of a quarantined entry and its report. The list of the quarantine has the entry.
  for (const { value, reason } of journal.quarantined()) quarantine(context, value, reason)
  const outage = new Outage({
    journal, clock, nowMs, ping: store.ping, depthMax: DEPTH_MAX,
    freshness: { note: () => { stale++ } },
    onChange: (isAway) => { trace.note(scheduler.now, 'store', isAway ? 'counts as away' : 'is back', String(journal.depth)) },
  })
  const isIdempotent = (provider: string): boolean => bug?.takesAllForIdempotent === true || banks.some((bank) => bank.provider === provider && bank.idempotent)
  const drain = new Drain(outage, bug?.drained?.(drained(store, context)) ?? drained(store, context), {
    carriedOut: () => {},
    quarantined: ({ value }, reason) => { quarantine(context, value, reason) },
  }, nowMs)
  const { signal } = new AbortController()
  return {
    persistence: outageStores(outage, store, isIdempotent),
    drain: async () => await drain.run(signal),
    isAway: () => outage.health.isAway,
    depth: () => journal.depth,
    staleReads: () => stale,
  }
}

/** The store, where a payment that comes in is noted as one out of the journal. */
function drained (store: OpenStores, { ledger }: Context): OpenStores {
  return {
    ...store,
    payments: instead(store.payments, {
      insert: async (decision, options) => {
        ledger.drained.add(decision.payment.paymentId)
        return await store.payments.insert(decision, options)
      },
    }),
  }
}

/**
 * Three kinds of writes may go into quarantine: a message to a receiver whose block the node did not know, the read marker of such a
 * message, and another request under a key that the node did not know.
 */
function quarantine (context: Context, write: JournaledWrite, reason: string): void {
  context.trace.note(context.scheduler.now, 'quarantine', write.kind, reason)
  const stranger = strangerOf(context, write)
  if (stranger !== undefined && reason === 'Conflict: another request came first under this id') {
    stranger.isQuarantined = true
    if (write.kind === 'outcome' && write.event !== null) context.quarantined.add(write.event.eventKey)
    return
  }
  const isFollower = write.kind === 'read' && context.quarantined.has(write.marker.messageId)
  if (write.kind === 'message' && reason.startsWith('blocked')) context.quarantined.add(write.message.messageId)
  else if (!isFollower) violate(context, 'what was acknowledged is found as it was acknowledged', `a ${write.kind} is in quarantine: ${reason}`)
}

function strangerOf ({ ledger }: Context, write: JournaledWrite): Stranger | undefined {
  if (write.kind === 'intent') return ledger.strangers.get(strangerKey(write.decision.payment))
  return write.kind === 'outcome' ? ledger.strangers.get(strangerKey(write.after)) : undefined
}
