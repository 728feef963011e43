import type { FastifyInstance } from 'fastify'
import { median } from '../throughput.js'
import type { ScaleOperation } from './operations.js'
import { requestsOf, type PageRequest } from './sample.js'
import { serviceOn } from './service.js'
import type { Cost, Loaded } from './tables.js'

export interface Measured {
  /** Milliseconds from request to answer without the network between client and service: the median of many runs. */
  readonly ms: number
  /** Means of as many runs. */
  readonly cost: Cost
}

const RUNS = 20

/**
 * The cost of each operation at places all over the data in DynamoDB, for each size. The sizes take turns, because
 * service and engine get faster over time.
 */
export async function measureTables (loaded: readonly Loaded[], operations: readonly ScaleOperation[]): Promise<Measured[][]> {
  const services = await Promise.all(loaded.map(async ({ store, sample, counted, stop }) =>
    ({ app: (await serviceOn(store)).app, counting: (await serviceOn(counted.store)).app, cost: counted.cost, sample, stop })))
  const measured: Measured[][] = []
  for (const operation of operations) {
    const asked = services.map((service) => ({ ...service, requests: requestsOf(operation, service.sample, RUNS), times: [] as number[] }))
    // The first runs are slower at every size.
    for (const { app, requests } of asked) for (const request of requests) await ask(app, request)
    for (let run = 0; run < RUNS; run++) {
      for (const { app, requests, times } of asked) for (const request of requests.slice(run, run + 1)) times.push(await timeOf(app, request))
    }
    const ofSizes: Measured[] = []
    for (const { counting, cost, requests, times } of asked) ofSizes.push({ ms: median(times), cost: await meanCost(counting, cost, requests) })
    measured.push(ofSizes)
  }
  for (const { app, counting, stop } of services) {
    await app.close()
    await counting.close()
    await stop()
  }
  return measured
}

/** @throws Error for any answer but a page */
async function ask (app: FastifyInstance, { path, headers }: PageRequest): Promise<void> {
  const { statusCode, payload } = await app.inject({ url: path, headers })
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode} ${payload}`)
}

async function timeOf (app: FastifyInstance, request: PageRequest): Promise<number> {
  const start = performance.now()
  await ask(app, request)
  return performance.now() - start
}

async function meanCost (app: FastifyInstance, cost: () => Cost, requests: readonly PageRequest[]): Promise<Cost> {
  const before = cost()
  for (const request of requests) await ask(app, request)
  const after = cost()
  return { requests: (after.requests - before.requests) / requests.length, capacity: (after.capacity - before.capacity) / requests.length }
}
