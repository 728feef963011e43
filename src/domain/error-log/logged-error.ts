import { DAY_MS, laterBy, type Timestamp } from '../time.js'
import type { Occurrence } from './occurrence.js'

/*
 * The states of a logged error.
 *
 *   open ◀──▶ muted       A person wants to hear no more of it. It is counted on.
 *    │ ▲
 *    ▼ │
 *   resolved              A person says that it is mended. A occurrence after that opens it again.
 */
export const ERROR_STATES = ['open', 'muted', 'resolved'] as const
export type ErrorState = typeof ERROR_STATES[number]

/** One of the occurrences of an error. */
export interface ErrorSample {
  readonly at: Timestamp
  readonly requestId: string | null
  /** Null outside of requests and jobs, and in samples of earlier versions. */
  readonly traceId: string | null
  /** The version of the service. */
  readonly version: string
  /** At most 500 characters. */
  readonly message: string
  /** At most 4,096 characters. */
  readonly stack: string | null
}

/** Occurrences of one error that a process has met since it last wrote them. */
export interface Sighting extends Pick<Occurrence, 'kind' | 'name' | 'code' | 'where'> {
  readonly errorId: string
  readonly count: number
  readonly first: ErrorSample
  readonly newest: ErrorSample
}

/** All occurrences with one cause. `errorId` is derived from what they have in common. */
export interface LoggedError extends Sighting {
  readonly state: ErrorState
  /** When a person called it resolved; null in other states. */
  readonly resolvedAt: Timestamp | null
  /** When it was seen again after it was resolved; null where it never was. */
  readonly regressedAt: Timestamp | null
  /** Whether the operators have heard that it is new, or seen again. */
  readonly isTold: boolean
  readonly expiresAt: Timestamp
  /** Grows by one with each change. */
  readonly version: number
}

const MESSAGE_MAX = 500
const STACK_MAX = 4096
/** After the last occurrence. */
export const KEPT_MS = 30 * DAY_MS

export function sightingOf (occurrence: Occurrence, errorId: string, at: Timestamp, version: string): Sighting {
  const { kind, name, code, where, message, stack, requestId, traceId } = occurrence
  const sample: ErrorSample = { at, requestId, traceId, version, message: message.slice(0, MESSAGE_MAX), stack: stack?.slice(0, STACK_MAX) ?? null }
  return { errorId, kind, name, code, where, count: 1, first: sample, newest: sample }
}

/** Both sightings in one, in any order. */
export function together<T extends Sighting> (one: T, other: Sighting): T {
  const first = other.first.at < one.first.at ? other.first : one.first
  const newest = other.newest.at > one.newest.at ? other.newest : one.newest
  return { ...one, count: one.count + other.count, first, newest }
}

/** The error after another sighting. An error that was resolved before it is open again. */
export function seen (before: LoggedError | null, sighting: Sighting): LoggedError {
  if (before === null) {
    return { ...sighting, state: 'open', resolvedAt: null, regressedAt: null, isTold: false, expiresAt: expiryOf(sighting), version: 1 }
  }
  const after = together(before, sighting)
  const next: LoggedError = { ...after, expiresAt: expiryOf(after), version: before.version + 1 }
  const { newest: { at } } = sighting
  return before.resolvedAt === null || at <= before.resolvedAt ? next : { ...next, state: 'open', resolvedAt: null, regressedAt: at, isTold: false }
}

/** The error in a state that a person has chosen. */
export function inState (before: LoggedError, state: ErrorState, now: Timestamp): LoggedError {
  if (before.state === state) return before
  return { ...before, state, resolvedAt: state === 'resolved' ? now : null, version: before.version + 1 }
}

export function told (before: LoggedError): LoggedError {
  return before.isTold ? before : { ...before, isTold: true, version: before.version + 1 }
}

function expiryOf ({ newest: { at } }: Sighting): Timestamp {
  return laterBy(at, KEPT_MS)
}
