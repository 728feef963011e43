import { auditEntry, type Act, type Actor, type AuditEntry } from '#domain/audit.js'
import type { Timestamp } from '#domain/time.js'
import type { AuditedBy, AuditStore } from '../ports/account-stores.js'
import type { Clock, Identity } from '../ports/system.js'
import type { Page, PageRequest } from '../ports/page.js'

interface AuditPorts {
  readonly audit: AuditStore
  readonly identity: Identity
  readonly clock: Clock
}

/** Null admits any. */
export interface AuditFilter {
  readonly by: AuditedBy | null
  /** Created at or after, and before. */
  readonly from: Timestamp | null
  readonly to: Timestamp | null
}

export type AuditUseCases = ReturnType<typeof makeAuditUseCases>

export function makeAuditUseCases ({ audit, identity, clock }: AuditPorts) {
  return {
    /** Newest first. */
    listAudit: async ({ by, from, to }: AuditFilter, { before, limit }: PageRequest): Promise<Page<AuditEntry>> => {
      const start = to !== null && (before === null || to < before) ? to : before
      const { items, nextKey } = await audit.list({ before: start, limit }, by)
      const found = items.filter(({ createdAt }) => from === null || createdAt >= from)
      return { items: found, nextKey: found.length < items.length ? null : nextKey }
    },

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
