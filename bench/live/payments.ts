import { makeCallers } from '../caller.js'
import { makeRequests } from '../load.js'

const PER_S = 20

/** Pays at a steady rate while `work` runs. Returns the cells of a row: p50 and p99 in milliseconds. @throws Error for a payment that is not taken */
export async function paymentsMeanwhile (url: string, work: () => Promise<void>): Promise<string> {
  const callers = makeCallers(PER_S)
  const times: number[] = []
  const paid: Array<Promise<void>> = []
  const next = makeRequests({ url, operation: 'process', callers, payments: [], connections: 1, seconds: 0 })
  const timer = setInterval(() => { paid.push(pay()) }, 1000 / PER_S)
  await work()
  clearInterval(timer)
  await Promise.all(paid)
  times.sort((one, other) => one - other)
  const [p50 = 0, p99 = 0] = [0.5, 0.99].map((share) => times[Math.floor(times.length * share)])
  return `| while ${times.length} are made | ${p50.toFixed(0)} | ${p99.toFixed(0)} |`

  async function pay (): Promise<void> {
    const { method, path, headers, body } = next()
    const start = performance.now()
    const response = await fetch(url + path, { method, headers, ...(body !== undefined && { body }) })
    await response.text()
    if (!response.ok) throw new Error(`a payment was answered ${response.status}`)
    times.push(performance.now() - start)
  }
}
