import { Histogram, type LabelValues, type Registry } from 'prom-client'

/** Seconds, from a read in memory to the time-out of a provider. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** The greatest number of observations that wait to be counted. */
const WAITING_MAX = 256

/**
 * A histogram of durations. It collects observations and counts them in one go, at the latest when it is scraped: counting one at a
 * time between other work takes longer, because nothing is cached by then.
 */
export function makeDurations<Label extends string> (registry: Registry, name: string, help: string, labelNames: readonly Label[]) {
  let waiting: Array<{ readonly labels: LabelValues<Label>, readonly seconds: number }> = []
  const histogram = new Histogram({ name, help, labelNames, buckets: BUCKETS, registers: [registry], collect: count })

  function count (): void {
    const observed = waiting
    waiting = []
    for (const { labels, seconds } of observed) histogram.observe(labels, seconds)
  }

  return {
    observe: (labels: LabelValues<Label>, seconds: number): void => {
      if (waiting.push({ labels, seconds }) >= WAITING_MAX) count()
    },
    zero: (labels: LabelValues<Label>): void => { histogram.zero(labels) },
  }
}
