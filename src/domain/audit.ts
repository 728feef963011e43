import type { Caller } from './accounts/session.js'
import type { JsonObject } from './json.js'
import type { Timestamp } from './time.js'

/** Something that an administrator has done, or was about to do. It never changes, and none is ever taken out. */
export interface AuditEntry {
  readonly auditId: string
  /** The operation, as the OpenAPI document calls it. */
  readonly action: string
  /** His user id; null for whoever holds the shared token. */
  readonly actorId: string | null
  /** What it was done to; null where nothing is named. */
  readonly targetId: string | null
  /** What has changed, where that is known. No text of a person. */
  readonly detail: JsonObject
  /** Finds the request in the log. */
  readonly requestId: string
  readonly createdAt: Timestamp
}

/** Who administers, and by which request. */
export interface Actor {
  readonly caller: Caller
  readonly requestId: string
}

export function auditEntry ({ caller, requestId }: Actor, act: Pick<AuditEntry, 'action' | 'targetId' | 'detail'>, auditId: string, now: Timestamp): AuditEntry {
  return { ...act, auditId, actorId: caller.userId, requestId, createdAt: now }
}
