import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue } from 'prom-client'

/** All metrics of one process, as JSON. */
export type Figures = ReadonlyArray<MetricObjectWithValues<MetricValue<string>>>

/** What only grows, also when the process is over that has counted it. */
const GROWING = ['counter', 'histogram']

/** The metrics of processes that answer as one. Counters and histograms are sums, of processes that are over too; each gauge has its own way. */
export class SummedFigures {
  #over: Figures = []

  /** Keeps what a process has counted that is over. */
  async keep (figures: Figures): Promise<void> {
    const sum = await aggregate([this.#over, figures]).getMetricsAsJSON()
    this.#over = sum.filter(({ type }) => GROWING.includes(String(type)))
  }

  async render (running: readonly Figures[]): Promise<{ readonly contentType: string, readonly body: string }> {
    // Those that run come first: a gauge of which the first counts is of one of them.
    const sum = aggregate([...running, this.#over])
    return { contentType: sum.contentType, body: await sum.metrics() }
  }
}

function aggregate (all: readonly Figures[]) {
  return AggregatorRegistry.aggregate(all.map((figures) => [...figures]))
}
