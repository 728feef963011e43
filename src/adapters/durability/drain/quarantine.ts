import { DomainError } from '#domain/errors.js'
import type { Quarantine, QuarantinedWrite } from '#application/ports/quarantine.js'
import type { Fallback } from '../outage/outage.js'
import type { AsideEntry } from '../journal/journal-state.js'
import type { JournaledWrite } from '../journaled-write.js'
import { personSubjectOf } from '../person-write.js'

/** The entries of the journal that were set aside. */
export function journalQuarantine ({ journal, overlay }: Fallback): Quarantine {
  function entryOf (sequence: number): AsideEntry<JournaledWrite> {
    const entry = journal.aside().find((one) => one.sequence === sequence)
    if (entry === undefined) throw new DomainError('not_found', 'no such write is in quarantine here')
    return entry
  }

  return {
    list: () => journal.aside().map(viewOf),
    retry: async (sequence) => {
      const entry = entryOf(sequence)
      await journal.readmit(sequence)
      overlay.add(entry.value)
      return viewOf(entry)
    },
    resolve: async (sequence) => {
      const entry = entryOf(sequence)
      await journal.discard(sequence)
      return viewOf(entry)
    },
  }
}

function viewOf ({ sequence, value, reason, at, since }: AsideEntry<JournaledWrite>): QuarantinedWrite {
  return { sequence, kind: value.kind, subjectId: subjectOf(value), reason, acknowledgedAt: at, quarantinedAt: since }
}

function subjectOf (write: JournaledWrite): string {
  switch (write.kind) {
    case 'message': return write.message.messageId
    case 'read': return write.marker.messageId
    case 'block': return write.otherUserId
    case 'webhook': return write.event.eventKey
    case 'replacement': return write.after.eventKey
    case 'intent':
    case 'change': return write.decision.payment.paymentId
    case 'outcome': return write.after.paymentId
    case 'posting': return write.entry.entryId
    default: return personSubjectOf(write)
  }
}
