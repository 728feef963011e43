import { DAY_MS, MINUTE_MS, type Timestamp } from '../time.js'

/** What took the time: a request, a call of a store, a call of a payment provider, or a piece of the work beside the requests. */
export const PERFORMANCE_KINDS = ['http', 'store', 'gateway', 'work'] as const
export type PerformanceKind = typeof PERFORMANCE_KINDS[number]

/** What a process counts under one name in one slot. */
export interface NamedFigures {
  readonly kind: PerformanceKind
  /** `POST /api/messages`, `payments.update`, `stripe.charge`, or the name of a job. */
  readonly name: string
  readonly count: number
  readonly errors: number
  /** The sum of all durations, and the longest. */
  readonly spentMs: number
  readonly maxMs: number
  /** An encoded sketch. */
  readonly sketch: Uint8Array
}

/** A request among the slowest of its slot. */
export interface SlowRequest {
  /** When it was answered. */
  readonly at: Timestamp
  /** The method and the pattern of the address. */
  readonly route: string
  readonly status: number
  readonly ms: number
  readonly requestId: string
  readonly traceId: string | null
}

/** What one process has measured in one slot. */
export interface PerformanceRow {
  /** The beginning of the slot. */
  readonly slotAt: Timestamp
  readonly processId: string
  /** The version of the service. */
  readonly version: string
  readonly figures: readonly NamedFigures[]
  /** The slowest first. */
  readonly slowest: readonly SlowRequest[]
  readonly expiresAt: Timestamp
}

export const SLOT_MS = 5 * MINUTE_MS
/** From the beginning of the slot on. */
export const ROW_KEPT_MS = 14 * DAY_MS
/** In one slot of a process. */
export const SLOWEST_MAX = 5

/** The hour of a moment: YYYY-MM-DDTHH, in UTC. */
export function hourOf (moment: Timestamp): string {
  return moment.slice(0, 13)
}

/** The beginning of the slot that holds a moment, both in milliseconds since 1970. */
export function slotStart (ms: number): number {
  return ms - ms % SLOT_MS
}
