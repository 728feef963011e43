import { Webhook } from 'standardwebhooks'
import { SIMULATOR_SECRET } from './server-process.js'

/** A payment of a caller. */
export interface Paid {
  readonly paymentId: string
  /** Null from a peer, which has no provider. */
  readonly providerReference: string | null
}

/** What every payment of a benchmark costs. */
export const AMOUNT = 12500

const webhook = new Webhook(SIMULATOR_SECRET)

/** A request of the simulated provider, signed now by the library `standardwebhooks`: the payment has succeeded. */
export function signedEvent (eventId: string, { paymentId, providerReference }: Paid) {
  const now = new Date()
  const data = { paymentId, reference: providerReference ?? paymentId, amount: AMOUNT, currency: 'TRY' }
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
