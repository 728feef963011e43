import type { FastifyInstance } from 'fastify'
import { median } from '../throughput.js'
import type { ScaleOperation } from './operations.js'
import { requestsOf, type PageRequest } from './sample.js'
import { serviceOn } from './service.js'
import type { Cost, Loaded } from './tables.js'

export interface Measured {
  readonly operation: ScaleOperation
  /** Milliseconds from request to answer, without the network before the service: the median of many runs. */
  readonly ms: number
  /** Means of the same runs. */
  readonly cost: Cost
}

const RUNS = 20

/** Each operation all over the data in DynamoDB. */
export async function measureAll ({ store, sample, counted, stop }: Loaded, operations: readonly ScaleOperation[]): Promise<Measured[]> {
  const { app } = await serviceOn(store)
  const counting = { ...await serviceOn(counted.store), cost: counted.cost }
  const measured: Measured[] = []
  for (const operation of operations) {
    const requests = requestsOf(operation, sample, RUNS)
    measured.push({ operation, ms: await medianTime(app, requests), cost: await meanCost(counting, requests) })
  }
  await app.close()
  await counting.app.close()
  await stop()
  return measured
}

/** @throws Error for any answer but a page */
async function ask (app: FastifyInstance, { path, headers }: PageRequest): Promise<void> {
  const { statusCode, payload } = await app.inject({ url: path, headers })
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode} ${payload}`)
}

async function medianTime (app: FastifyInstance, requests: readonly PageRequest[]): Promise<number> {
  // The first runs are slower, whatever the size.
  for (const request of requests) await ask(app, request)
  const times: number[] = []
  for (const request of requests) {
    const start = performance.now()
    await ask(app, request)
    times.push(performance.now() - start)
  }
  return median(times)
}

async function meanCost ({ app, cost }: { app: FastifyInstance, cost: () => Cost }, requests: readonly PageRequest[]): Promise<Cost> {
  const before = cost()
  for (const request of requests) await ask(app, request)
  const after = cost()
  return { requests: (after.requests - before.requests) / requests.length, capacity: (after.capacity - before.capacity) / requests.length }
}
