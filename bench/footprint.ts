import { load } from './load.js'
import { makeCallers } from './caller.js'
import { startServer } from './server-process.js'
import { median } from './throughput.js'

const STARTS = 5
export const MESSAGES = 100_000

/** Milliseconds from the start of the process to its first answer in memory mode: the median of several starts. */
export async function measureStart (): Promise<number> {
  const times: number[] = []
  for (let start = 0; start < STARTS; start++) {
    const server = await startServer('service')
    times.push(server.startMs)
    await server.stop()
  }
  return median(times)
}

/** Resident memory of the process in bytes: before any message, and with 100,000 messages stored. */
export async function measureMemory (): Promise<{ empty: number, full: number }> {
  const server = await startServer('service')
  const empty = server.rss()
  await load({ url: server.url, operation: 'send', callers: makeCallers(), payments: [], connections: 32, seconds: 0, requests: MESSAGES })
  const full = server.rss()
  await server.stop()
  return { empty, full }
}
