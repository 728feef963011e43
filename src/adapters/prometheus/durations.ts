import { Histogram, type LabelValues, type Registry } from 'prom-client'

/** Seconds: from a memory read to a provider's time-out. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** Observations that may wait to be counted. */
const WAITING_MAX = 256

/**
 * A histogram of durations. What is observed is put down, and counted in one go before anybody looks: in between other work, where
 * nothing of it is at hand, counting takes longer.
 */
export function durations<Label extends string> (registry: Registry, name: string, help: string, labelNames: readonly Label[]) {
  let waiting: Array<{ readonly labels: LabelValues<Label>, readonly seconds: number }> = []
  const histogram = new Histogram({ name, help, labelNames, buckets: BUCKETS, registers: [registry], collect: count })

  function count (): void {
    const observed = waiting
    waiting = []
    for (const { labels, seconds } of observed) histogram.observe(labels, seconds)
  }

  return (labels: LabelValues<Label>, seconds: number): void => {
    if (waiting.push({ labels, seconds }) >= WAITING_MAX) count()
  }
}
