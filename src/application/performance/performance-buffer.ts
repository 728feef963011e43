import { ROW_KEPT_MS, SLOT_MS, SLOWEST_MAX, slotStart, type PerformanceKind, type PerformanceRow, type SlowRequest } from '#domain/performance/performance-row.js'
import { countOne, emptyTally, figuresOf, type Tally } from '#domain/performance/tally.js'

/** Observations that wait to be counted. */
const WAITING_MAX = 256
/** Names of one slot. All others of a kind are counted under `other`. */
const NAMES_MAX = 200
/** Rows that wait to be written. Beyond it the oldest are dropped. */
const ROWS_MAX = 3

/** What tells one request from another. */
export type RequestTrace = Pick<SlowRequest, 'status' | 'requestId' | 'traceId'>

interface Observation {
  readonly kind: PerformanceKind
  readonly name: string
  readonly failed: boolean
  readonly ms: number
  readonly atMs: number
  readonly request: RequestTrace | null
}

interface Named {
  readonly kind: PerformanceKind
  readonly name: string
  readonly tally: Tally
}

export interface PerformanceBufferOptions {
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
  readonly processId: string
  readonly version: string
}

/**
 * What this process has measured and not written yet. It never waits and never fails: an observation is appended to a list, and counted
 * together with others later.
 */
export class PerformanceBuffer {
  readonly #options: PerformanceBufferOptions
  readonly #rows: PerformanceRow[] = []
  #waiting: Observation[] = []
  #named = new Map<string, Named>()
  #slowest: SlowRequest[] = []
  #startMs: number
  #dropped = 0

  constructor (options: PerformanceBufferOptions) {
    this.#options = options
    this.#startMs = slotStart(options.nowMs())
  }

  observe (kind: PerformanceKind, name: string, failed: boolean, ms: number, request: RequestTrace | null = null): void {
    const atMs = this.#options.nowMs()
    this.#turn(atMs)
    if (this.#waiting.push({ kind, name, failed, ms, atMs, request }) >= WAITING_MAX) this.#count()
  }

  /** Hands out the row of a finished slot, the oldest first; null where there is none. */
  take (): PerformanceRow | null {
    this.#turn(this.#options.nowMs())
    return this.#rows.shift() ?? null
  }

  /** Takes back a row that could not be written. */
  giveBack (row: PerformanceRow): void {
    this.#rows.unshift(row)
    this.#dropOldest()
  }

  /** Ends the running slot early: the process stops. */
  finish (): void {
    this.#count()
    if (this.#named.size > 0) this.#rows.push(this.#row())
    this.#named = new Map()
    this.#slowest = []
    this.#dropOldest()
  }

  /** Rows that were never written, because too many waited. */
  get dropped (): number {
    return this.#dropped
  }

  /** Begins the slot of a moment. A clock that goes back changes nothing. */
  #turn (nowMs: number): void {
    if (nowMs < this.#startMs + SLOT_MS) return
    this.finish()
    this.#startMs = slotStart(nowMs)
  }

  #count (): void {
    const observed = this.#waiting
    this.#waiting = []
    for (const observation of observed) {
      const { kind, name, failed, ms, request } = observation
      countOne(this.#tallyOf(kind, name), failed, ms)
      if (request !== null) this.#compare(observation, request)
    }
  }

  #tallyOf (kind: PerformanceKind, name: string): Tally {
    const known = this.#named.get(`${kind} ${name}`)
    if (known !== undefined) return known.tally
    if (this.#named.size >= NAMES_MAX && name !== 'other') return this.#tallyOf(kind, 'other')
    const tally = emptyTally()
    this.#named.set(`${kind} ${name}`, { kind, name, tally })
    return tally
  }

  #compare ({ name: route, ms, atMs }: Observation, request: RequestTrace): void {
    const { ms: least } = this.#slowest[SLOWEST_MAX - 1] ?? { ms: -1 }
    if (ms <= least) return
    this.#slowest = [...this.#slowest, { at: new Date(atMs).toISOString(), route, ms, ...request }].sort((one, other) => other.ms - one.ms).slice(0, SLOWEST_MAX)
  }

  #row (): PerformanceRow {
    const { processId, version } = this.#options
    return {
      slotAt: new Date(this.#startMs).toISOString(),
      processId,
      version,
      figures: [...this.#named.values()].map(({ tally, ...named }) => figuresOf(named, tally)),
      slowest: this.#slowest,
      expiresAt: new Date(this.#startMs + ROW_KEPT_MS).toISOString(),
    }
  }

  #dropOldest (): void {
    this.#dropped += this.#rows.splice(0, this.#rows.length - ROWS_MAX).length
  }
}
