import autocannon from 'autocannon'
import { median } from '../throughput.js'
import { startMemoryServer } from './memory-server-process.js'
import type { ScaleOperation } from './operations.js'
import { requestsOf, sampleOf, type PageRequest } from './sample.js'

const PLACES = 2000
const CONNECTIONS = 8
const WARM_UP = 8000
const ROUNDS = 9
const ROUND = 4000

/**
 * Microseconds that a page of each operation takes on the service's core, for each number of payments in memory: medians
 * of many rounds. Requests arrive over sockets, and the sizes take turns, so that a slow moment of the machine slows down
 * all of them.
 */
export async function measurePages (sizes: readonly number[], operations: readonly ScaleOperation[]): Promise<number[][]> {
  const services = await Promise.all(sizes.map(async (size) => ({ server: await startMemoryServer(size), sample: sampleOf(size) })))
  const measured: number[][] = []
  for (const operation of operations) {
    const asked = services.map(({ server, sample }) => ({ url: server.url, requests: requestsOf(operation, sample, PLACES), rounds: [] as number[] }))
    for (const { url, requests } of asked) await timePerPage(url, requests, WARM_UP)
    for (let round = 0; round < ROUNDS; round++) {
      for (const { url, requests, rounds } of asked) rounds.push(await timePerPage(url, requests, ROUND))
    }
    measured.push(asked.map(({ rounds }) => median(rounds)))
  }
  for (const { server } of services) await server.stop()
  return measured
}

/**
 * Microseconds a page, measured up to the last answer, because the load generator notices its end late.
 * @throws Error for any answer but a page
 */
async function timePerPage (url: string, requests: PageRequest[], amount: number): Promise<number> {
  const start = performance.now()
  let last = start
  await new Promise<void>((resolve, reject) => {
    const load = autocannon({ url, connections: CONNECTIONS, amount, requests }, (error, { non2xx, errors }) => {
      if (error === null && non2xx + errors === 0) resolve()
      else reject(new Error(`${requests[0]?.path} at ${url}: ${non2xx + errors} of ${amount} requests failed`, { cause: error }))
    })
    load.on('response', () => { last = performance.now() })
  })
  return (last - start) * 1000 / amount
}
