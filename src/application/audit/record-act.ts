import { auditEntry, type Actor } from '#domain/audit.js'
import type { AuditStore } from '../ports/audit-store.js'
import type { Clock } from '../ports/clock.js'
import type { Identity } from '../ports/identity.js'

export interface RecordActPorts {
  readonly audit: AuditStore
  readonly identity: Identity
  readonly clock: Clock
}

/** Puts down what an administrator is about to do. Before it is done: what can not be put down must not happen. */
export function makeRecordAct ({ audit, identity, clock }: RecordActPorts) {
  return async function recordAct (actor: Actor, action: string, targetId: string | null): Promise<void> {
    await audit.insert(auditEntry(actor, { action, targetId, detail: {} }, identity.random('aud'), clock()))
  }
}
