import { auditEntry, type Act, type Actor, type AuditEntry } from '#domain/audit.js'
import type { AuditStore } from '../ports/account-stores.js'
import type { Clock, Identity } from '../ports/system.js'
import type { Page, PageRequest } from '../ports/page.js'

interface AuditPorts {
  readonly audit: AuditStore
  readonly identity: Identity
  readonly clock: Clock
}

export type AuditUseCases = ReturnType<typeof makeAuditUseCases>

export function makeAuditUseCases ({ audit, identity, clock }: AuditPorts) {
  return {
    /** Newest first. */
    listAudit: async (page: PageRequest): Promise<Page<AuditEntry>> => await audit.list(page),

    /**
     * Records what an administrator is about to do. It runs before the act, so that no act goes unrecorded.
     *
     * @throws store_unavailable
     */
    recordAct: async (actor: Actor, act: Act): Promise<AuditEntry> => {
      const entry = auditEntry(actor, act, identity.random('aud'), clock())
      await audit.insert(entry)
      return entry
    },

    /** Adds how an act ended. @throws store_unavailable */
    recordOutcome: async (entry: AuditEntry, ended: Pick<AuditEntry, 'targetId' | 'outcome'>): Promise<void> => {
      await audit.insert({ ...entry, ...ended })
    },
  }
}
