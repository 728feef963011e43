import { laterBy, MINUTE_MS, type Timestamp } from '../time.js'

/** What is cleared of an id, in this order. `addresses` has the ids cleared that are derived from addresses. */
export const ERASURE_STEPS = ['account', 'addresses', 'sessions', 'payments', 'preferences', 'notifications', 'streamers', 'rooms', 'channels'] as const
export type ErasureStep = typeof ERASURE_STEPS[number]

/** What the first pass leaves, and what was stored meanwhile, is cleared by the second. */
export type ErasurePass = 1 | 2

/** How far the clearing of a deleted person has come, under one of their ids. It goes away when nothing is left. */
export interface Erasure {
  /** The id of the person, or one that is derived from an address of theirs. */
  readonly userId: string
  /** The folded address from which the id is derived; null for the person's own id. */
  readonly email: string | null
  /** The folded addresses that were the person's own. None for a derived id. */
  readonly emails: readonly string[]
  /** The folded addresses that are known so far, also from payments. Orders are found by none of them any more. */
  readonly addresses: readonly string[]
  readonly requestedAt: Timestamp
  readonly pass: ErasurePass
  readonly step: ErasureStep
  /** Where the step goes on; null at its beginning. */
  readonly cursor: string | null
  /** Whether the pass has left something to another one. */
  readonly isUnfinished: boolean
  /** When the next piece is due; during a piece the end of its lease. */
  readonly dueAt: Timestamp
  /** Grows by one with each change, and fences late owners of the lease. */
  readonly version: number
}

/** What became of a piece. */
export interface ErasurePiece extends Pick<Erasure, 'cursor' | 'addresses'> {
  /** Whether a row was not cleared, or has to be looked at once more. */
  readonly isLeft: boolean
}

/** Longer than a piece takes. */
const LEASE_MS = 5 * MINUTE_MS
/** After a pass that has left something. */
const AGAIN_MS = 15 * MINUTE_MS
/** Of more different addresses, the newest are remembered. */
const ADDRESSES_MAX = 100

/** An erasure of a person that is due at once. */
export function newErasure (userId: string, emails: readonly string[], now: Timestamp): Erasure {
  return { userId, email: null, emails, addresses: emails, requestedAt: now, pass: 1, step: ERASURE_STEPS[0], cursor: null, isUnfinished: false, dueAt: now, version: 1 }
}

/** The erasure of an id that is derived from an address of the person. */
export function derivedErasure ({ requestedAt }: Erasure, userId: string, email: string): Erasure {
  return { ...newErasure(userId, [], requestedAt), email, addresses: [email] }
}

/** The stored erasure from its beginning, where the same id is to be cleared again. */
export function restarted (stored: Erasure, again: Erasure): Erasure {
  const [emails, addresses] = [together(stored.emails, again.emails), together(stored.addresses, again.addresses)]
  return { ...stored, ...again, emails, addresses, version: stored.version + 1 }
}

/** Held by one owner for a piece of the work. */
export function heldErasure (erasure: Erasure, now: Timestamp): Erasure {
  return { ...erasure, dueAt: laterBy(now, LEASE_MS), version: erasure.version + 1 }
}

/**
 * The erasure after a piece, whose cursor is null at the end of a step. Null when nothing is left. A pass that has left something is
 * followed by another one, and the second pass begins `secondPassMs` after the request.
 */
export function advancedErasure (erasure: Erasure, { cursor, addresses, isLeft }: ErasurePiece, now: Timestamp, secondPassMs: number): Erasure | null {
  const { pass, step, requestedAt } = erasure
  const isUnfinished = erasure.isUnfinished || isLeft
  const next = { ...erasure, cursor, addresses: together(erasure.addresses, addresses), isUnfinished, dueAt: now, version: erasure.version + 1 }
  if (cursor !== null) return next
  const nextStep = ERASURE_STEPS[ERASURE_STEPS.indexOf(step) + 1]
  if (nextStep !== undefined) return { ...next, step: nextStep }
  if (pass === 2 && !isUnfinished) return null
  const anew = { ...next, step: ERASURE_STEPS[0], isUnfinished: false }
  const [againAt, secondAt] = [laterBy(now, AGAIN_MS), laterBy(requestedAt, secondPassMs)]
  if (pass === 2 || (isUnfinished && againAt < secondAt)) return { ...anew, dueAt: againAt }
  return { ...anew, pass: 2, dueAt: secondAt }
}

function together (known: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...known, ...more])].slice(-ADDRESSES_MAX)
}
