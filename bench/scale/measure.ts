import type { FastifyInstance } from 'fastify'
import type { Payment } from '../../src/domain/payment.js'
import { median } from '../throughput.js'
import type { ScaleOperation } from './operations.js'
import { serviceOn } from './service.js'
import type { Cost, Loaded } from './stores.js'

export interface Measured {
  readonly operation: ScaleOperation
  /** Milliseconds from request to answer, without the network before the service: the median of many runs. */
  readonly ms: number
  /** Means of some runs. */
  readonly cost: Cost | null
}

const COUNTED_RUNS = 20

/** Each operation all over the data: at the newest, at the oldest and between. */
export async function measureAll ({ store, sample, counted, stop }: Loaded, operations: readonly ScaleOperation[], runs: number): Promise<Measured[]> {
  const { app } = await serviceOn(store)
  const counting = counted === null ? null : { ...await serviceOn(counted.store), cost: counted.cost }
  const measured: Measured[] = []
  for (const operation of operations) {
    const ms = await medianTime(app, operation, spread(sample, runs))
    measured.push({ operation, ms, cost: counting === null ? null : await meanCost(counting, operation, spread(sample, COUNTED_RUNS)) })
  }
  await app.close()
  await counting?.app.close()
  await stop()
  return measured
}

function spread (sample: readonly Payment[], count: number): Payment[] {
  return Array.from({ length: count }, (_, index) => sample[Math.floor(index * sample.length / count)]).filter((payment) => payment !== undefined)
}

interface Request {
  readonly url: string
  readonly headers: { readonly authorization: string }
}

/** Made beforehand: a client's work is none of ours. */
function requestsOf ({ path, token }: ScaleOperation, places: readonly Payment[]): Request[] {
  return places.map((payment) => ({ url: path(payment), headers: { authorization: `Bearer ${token(payment)}` } }))
}

/** @throws Error for any answer but a page */
async function ask (app: FastifyInstance, request: Request): Promise<void> {
  const { statusCode, payload } = await app.inject(request)
  if (statusCode !== 200) throw new Error(`${request.url}: ${statusCode} ${payload}`)
}

async function medianTime (app: FastifyInstance, operation: ScaleOperation, places: readonly Payment[]): Promise<number> {
  const requests = requestsOf(operation, places)
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

async function meanCost ({ app, cost }: { app: FastifyInstance, cost: () => Cost }, operation: ScaleOperation, places: readonly Payment[]): Promise<Cost> {
  const before = cost()
  for (const request of requestsOf(operation, places)) await ask(app, request)
  const after = cost()
  return { requests: (after.requests - before.requests) / places.length, capacity: (after.capacity - before.capacity) / places.length }
}
