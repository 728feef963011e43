/**
 * The provider, in its own process: signs events, sends them at a steady rate and prints its measurements as JSON. Its standard input is a `WebhookJob` as JSON.
 */
import { text } from 'node:stream/consumers'
import autocannon from 'autocannon'
import { signedEvent, type Paid } from './signed-event.js'

export interface WebhookJob {
  readonly url: string
  readonly payments: readonly Paid[]
  /** Events a second. */
  readonly rate: number
}

/** Each connection sends an equal share of the rate, so this must divide every rate. */
const CONNECTIONS = 50

const { url, payments, rate } = JSON.parse(await text(process.stdin)) as WebhookJob
const waiting = payments.values()
const times: number[] = []
let applied = 0

const instance = autocannon({
  url,
  connections: CONNECTIONS,
  amount: payments.length,
  overallRate: rate,
  requests: [{
    setupRequest: (request) => ({ ...request, ...next() }),
    onResponse: (_status, body) => { if (body === '{"result":"applied"}') applied++ },
  }],
}, (_error, { '2xx': successes, non2xx, errors, timeouts, duration }) => {
  const p99 = times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? NaN
  process.stdout.write(JSON.stringify({ perSecond: successes / duration, p99, successes, failures: non2xx + errors + timeouts, applied }))
})
instance.on('response', (_client, _status, _bytes, milliseconds) => { times.push(milliseconds) })

function next () {
  const { value: payment } = waiting.next()
  if (payment === undefined) throw new Error('there are no more payments')
  return signedEvent(`evt_${payment.paymentId}`, payment)
}
