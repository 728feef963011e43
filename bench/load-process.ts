/** The load generator, in its own process: its input is a `Job`, its output a `Measured`, both as JSON. */
import { text } from 'node:stream/consumers'
import autocannon from 'autocannon'
import { makeRequests, type Job, type Measured } from './load.js'
import { OPERATIONS, type Operation } from './operations.js'

const job = JSON.parse(await text(process.stdin)) as Job
const { answer }: Operation = OPERATIONS[job.operation]
const next = makeRequests(job)
const times: number[] = []
const startMs = performance.now()
let endMs = startMs
let refused = 0

const instance = autocannon({
  url: job.url,
  connections: job.connections,
  ...(job.requests === undefined ? { duration: job.seconds } : { amount: job.requests }),
  requests: [{
    setupRequest: (request) => ({ ...request, ...next() }),
    // The load generator reads answers only where it is asked to.
    ...(answer === undefined ? {} : { onResponse: (status: number, body: string) => { if (status < 300 && body !== answer) refused++ } }),
  }],
}, (_error, { '2xx': successes, non2xx, errors, timeouts }) => {
  const failures = non2xx + errors + timeouts + refused
  times.sort((a, b) => a - b)
  const [p50 = 0, p99 = 0] = [0.5, 0.99].map((share) => times[Math.floor(times.length * share)])
  process.stdout.write(JSON.stringify({ perSecond: 1000 * (successes - refused) / (endMs - startMs), p50, p99, successes: successes - refused, failures } satisfies Measured))
})
instance.on('response', (_client, _status, _bytes, milliseconds) => {
  times.push(milliseconds)
  // The load generator itself counts whole seconds.
  endMs = performance.now()
})
