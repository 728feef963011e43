import type { NamedFigures } from './performance-row.js'
import { addDuration, addEncoded, encodedSketch, quantilesOf, type Sketch } from './sketch.js'

/** A running count of durations. */
export interface Tally {
  count: number
  errors: number
  spentMs: number
  maxMs: number
  readonly sketch: Sketch
}

/** Milliseconds with one decimal; null where nothing was counted. */
export interface TallySummary {
  readonly count: number
  readonly errors: number
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly max: number | null
}

export function emptyTally (): Tally {
  return { count: 0, errors: 0, spentMs: 0, maxMs: 0, sketch: new Map() }
}

export function countOne (tally: Tally, failed: boolean, ms: number): void {
  tally.count++
  if (failed) tally.errors++
  tally.spentMs += ms
  tally.maxMs = Math.max(tally.maxMs, ms)
  addDuration(tally.sketch, ms)
}

export function countFigures (tally: Tally, { count, errors, spentMs, maxMs, sketch }: NamedFigures): void {
  tally.count += count
  tally.errors += errors
  tally.spentMs += spentMs
  tally.maxMs = Math.max(tally.maxMs, maxMs)
  addEncoded(tally.sketch, sketch)
}

export function figuresOf ({ kind, name }: Pick<NamedFigures, 'kind' | 'name'>, { sketch, ...figures }: Tally): NamedFigures {
  return { kind, name, ...figures, sketch: encodedSketch(sketch) }
}

export function summaryOf ({ count, errors, maxMs, sketch }: Tally): TallySummary {
  const [p50 = null, p95 = null, p99 = null] = quantilesOf(sketch, [0.5, 0.95, 0.99]).map((ms) => ms === null ? null : shownMs(Math.min(ms, maxMs)))
  return { count, errors, p50, p95, p99, max: count === 0 ? null : shownMs(maxMs) }
}

/** Milliseconds with one decimal. */
export function shownMs (ms: number): number {
  return Math.round(ms * 10) / 10
}
