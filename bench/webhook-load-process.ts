/**
 * The provider, in its own process: signs events with the library `standardwebhooks`, sends them at a steady rate and
 * prints its measurements as JSON. Its standard input is a `WebhookJob` as JSON.
 */
import { text } from 'node:stream/consumers'
import autocannon from 'autocannon'
import { Webhook } from 'standardwebhooks'
import { SIMULATOR_SECRET } from './server-process.js'

export interface Settled {
  readonly paymentId: string
  readonly providerReference: string
}

export interface WebhookJob {
  readonly url: string
  readonly payments: readonly Settled[]
  /** Events a second. */
  readonly rate: number
}

/** Each connection sends an equal share of the rate, so this must divide every rate. */
const CONNECTIONS = 50

const { url, payments, rate } = JSON.parse(await text(process.stdin)) as WebhookJob
const webhook = new Webhook(SIMULATOR_SECRET)
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
  const eventId = `evt_${payment?.paymentId}`
  const now = new Date()
  const data = { paymentId: payment?.paymentId, reference: payment?.providerReference, amount: 12500, currency: 'TRY' }
  const body = JSON.stringify({ type: 'payment.succeeded', timestamp: now.toISOString(), data })
  return {
    method: 'POST' as const,
    path: '/api/payments/webhook',
    headers: {
      'content-type': 'application/json',
      'webhook-id': eventId,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': webhook.sign(eventId, now, body),
    },
    body,
  }
}
