import { actorIdOf, type Caller } from './accounts/session.js'
import type { JsonObject } from './json.js'
import type { Timestamp } from './time.js'

/** An act of an administrator, recorded before or with the act. What is added afterwards is its outcome alone, and no entry is removed. */
export interface AuditEntry {
  readonly auditId: string
  /** The `operationId` of the OpenAPI document. */
  readonly action: string
  /** User id of the administrator, or the id of an API key; null for the shared token. */
  readonly actorId: string | null
  /** Id of what the act concerns; null when the request names nothing. */
  readonly targetId: string | null
  /** What has changed, if the act knows it, or what was decided. Of texts that a person wrote it holds the note of a decision alone. */
  readonly detail: JsonObject
  /** `done`, `accepted`, or the code of the refusal. Null: the act began, and how it ended is not known. */
  readonly outcome: string | null
  /** The id of the request in the log. */
  readonly requestId: string
  readonly createdAt: Timestamp
}

/** An administrator and their request. */
export interface Actor {
  readonly caller: Caller
  readonly requestId: string
}

export type Act = Pick<AuditEntry, 'action' | 'targetId' | 'detail' | 'outcome'>

export function auditEntry ({ caller, requestId }: Actor, act: Act, auditId: string, now: Timestamp): AuditEntry {
  return { ...act, auditId, actorId: actorIdOf(caller), requestId, createdAt: now }
}
