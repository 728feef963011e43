/** The load generator, in its own process: its argument is a `Job`, its output a `Measured`, both as JSON. */
import autocannon from 'autocannon'
import { makeRequests, type Job, type Measured } from './load.js'

const job = JSON.parse(process.argv[2] ?? '') as Job
const next = makeRequests(job)
const times: number[] = []
const startMs = performance.now()
let endMs = startMs

const instance = autocannon({
  url: job.url,
  connections: job.connections,
  ...(job.requests === undefined ? { duration: job.seconds } : { amount: job.requests }),
  requests: [{ setupRequest: (request) => ({ ...request, ...next() }) }],
}, (_error, { '2xx': successes, non2xx, errors, timeouts }) => {
  const failures = non2xx + errors + timeouts
  times.sort((a, b) => a - b)
  const [p50 = 0, p99 = 0] = [0.5, 0.99].map((share) => times[Math.floor(times.length * share)])
  process.stdout.write(JSON.stringify({ perSecond: 1000 * successes / (endMs - startMs), p50, p99, successes, failures } satisfies Measured))
})
instance.on('response', (_client, _status, _bytes, milliseconds) => {
  times.push(milliseconds)
  // The load generator itself counts whole seconds.
  endMs = performance.now()
})
