import { DomainError } from '#domain/errors.js'
import type { Timestamp } from '#domain/time.js'
import type { NodeQuarantine, QuarantinedPayment, QuarantinedWrite, JournalStatus, StoreMode, StoreStatus } from '#application/ports/durability.js'
import type { QuarantinedEntry } from '../journal/journal-state.js'
import type { Outage } from '../outage/outage.js'
import { shownOf, subjectOf, type JournaledWrite } from '../writes/journaled-write.js'
import type { Drain } from './drain.js'

/** The quarantine of this node's journal. */
export function journalQuarantine (outage: Outage): NodeQuarantine {
  const { journal } = outage

  function entryOf (sequence: number): QuarantinedEntry<JournaledWrite> {
    const entry = journal.quarantined().find((one) => one.sequence === sequence)
    if (entry === undefined) throw new DomainError('not_found', 'no such write is in quarantine here')
    return entry
  }

  return {
    list: () => journal.quarantined().map(viewOf),
    retry: async (sequence) => {
      const entry = entryOf(sequence)
      await outage.readmit(entry)
      return viewOf(entry)
    },
    resolve: async (sequence) => {
      const entry = entryOf(sequence)
      await journal.discard(sequence)
      return viewOf(entry)
    },
  }
}

function viewOf ({ sequence, value, reason, at, since }: QuarantinedEntry<JournaledWrite>): QuarantinedWrite {
  return { sequence, kind: value.kind, subjectId: subjectOf(value), reason, acknowledgedAt: at, quarantinedAt: since, payment: paymentIn(value) }
}

function paymentIn (write: JournaledWrite): QuarantinedPayment | null {
  const { payment } = shownOf(write)
  if (payment === undefined) return null
  const { status, amount, refundedAmount, currency, updatedAt } = payment
  return { status, amount, refundedAmount, currency, updatedAt }
}

/** Reports the mode of the store, since when it has it, and the figures of the journal. */
export function outageStatus ({ journal, health, clock }: Outage, drain: Drain): () => StoreStatus & { readonly journal: JournalStatus } {
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
        quarantined: journal.quarantinedCount,
        drainedPerSecond: perSecond === null ? null : Math.round(perSecond),
        secondsLeft: perSecond === null ? null : Math.ceil(journal.depth / perSecond),
      },
    }
  }
}
