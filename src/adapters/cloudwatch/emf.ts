import type { PerformanceKind, PerformanceRow } from '#domain/performance/performance-row.js'
import { addEncoded, quantilesOf, type Sketch } from '#domain/performance/sketch.js'

/** A line of the log that CloudWatch Logs turns into metrics: the Embedded Metric Format. */
export interface EmfLine {
  readonly _aws: {
    /** Milliseconds since 1970. */
    readonly Timestamp: number
    readonly CloudWatchMetrics: ReadonlyArray<{
      readonly Namespace: string
      readonly Dimensions: ReadonlyArray<readonly string[]>
      readonly Metrics: ReadonlyArray<{ readonly Name: string, readonly Unit: string }>
    }>
  }
  readonly [member: string]: unknown
}

/** The dimension that names what took the time. CloudWatch charges for each name, so that calls of stores and jobs stay with Prometheus. */
const DIMENSIONS: ReadonlyMap<PerformanceKind, string> = new Map([['http', 'route'], ['gateway', 'call']])
const METRICS = [{ Name: 'Requests', Unit: 'Count' }, { Name: 'Errors', Unit: 'Count' }, { Name: 'Latency', Unit: 'Milliseconds' }]
/** CloudWatch's limit of values in one metric. */
const VALUES_MAX = 100

/**
 * A line for each route, and for each call of a payment provider. `Latency` has a value for each request, or a hundred quantiles of more,
 * so that percentiles are right; `Requests` has the count.
 */
export function emfLines ({ slotAt, figures }: PerformanceRow): readonly EmfLine[] {
  return figures.flatMap(({ kind, name, count, errors, sketch }) => {
    const dimension = DIMENSIONS.get(kind)
    if (dimension === undefined) return []
    return [{
      _aws: { Timestamp: Date.parse(slotAt), CloudWatchMetrics: [{ Namespace: 'BasVideo', Dimensions: [['service', dimension]], Metrics: METRICS }] },
      service: 'basvideo',
      [dimension]: name,
      Requests: count,
      Errors: errors,
      Latency: valuesOf(sketch, Math.min(count, VALUES_MAX)),
    }]
  })
}

/** So many durations that lie as all of them do, in milliseconds with three decimals. */
function valuesOf (encoded: Uint8Array, count: number): number[] {
  const sketch: Sketch = new Map()
  addEncoded(sketch, encoded)
  const shares = Array.from({ length: count }, (_, index) => (index + 0.5) / count)
  return quantilesOf(sketch, shares).map((ms) => Math.round(Number(ms) * 1000) / 1000)
}
