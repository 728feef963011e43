import { DAY_MS, laterBy, MINUTE_MS, type Timestamp } from '../time.js'

/** What is cleared of a person, in this order. `purchases` are payments for minutes, which are under the id of their streamer. */
export const ERASURE_STEPS = ['account', 'sessions', 'payments', 'purchases', 'preferences', 'notifications', 'streamers'] as const
export type ErasureStep = typeof ERASURE_STEPS[number]

/** What the first pass leaves, and what another node stored meanwhile, is cleared by the second. */
export type ErasurePass = 1 | 2

/** How far the clearing of a deleted person has come. It goes away when nothing is left. */
export interface Erasure {
  readonly userId: string
  /** The folded address that they had, by which a streamer may know them; null where this service did not know it. */
  readonly email: string | null
  readonly requestedAt: Timestamp
  readonly pass: ErasurePass
  readonly step: ErasureStep
  /** Where the step goes on; null at its beginning. */
  readonly cursor: string | null
  /** When the next piece is due; during a piece the end of its lease. */
  readonly dueAt: Timestamp
  /** Grows by one with each change, and fences late owners of the lease. */
  readonly version: number
}

/** Longer than a piece takes. */
const LEASE_MS = 5 * MINUTE_MS
/** Payments that were open have ended by then, and the journals of other nodes are drained. */
const SECOND_PASS_MS = DAY_MS

/** An erasure that is due at once. */
export function newErasure (userId: string, email: string | null, now: Timestamp): Erasure {
  return { userId, email, requestedAt: now, pass: 1, step: ERASURE_STEPS[0], cursor: null, dueAt: now, version: 1 }
}

/** Held by one owner for a piece of the work. */
export function heldErasure (erasure: Erasure, now: Timestamp): Erasure {
  return { ...erasure, dueAt: laterBy(now, LEASE_MS), version: erasure.version + 1 }
}

/** The erasure after a piece that ended at this cursor, null at the end of the step. Null when nothing is left. */
export function advancedErasure (erasure: Erasure, cursor: string | null, now: Timestamp): Erasure | null {
  const { pass, step, requestedAt } = erasure
  const next = { ...erasure, cursor, dueAt: now, version: erasure.version + 1 }
  if (cursor !== null) return next
  const nextStep = ERASURE_STEPS[ERASURE_STEPS.indexOf(step) + 1]
  if (nextStep !== undefined) return { ...next, step: nextStep }
  return pass === 1 ? { ...next, pass: 2, step: ERASURE_STEPS[0], dueAt: laterBy(requestedAt, SECOND_PASS_MS) } : null
}
