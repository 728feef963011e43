import { createHmac } from 'node:crypto'
import type { Headers } from './service.js'

export interface Signing {
  readonly secret: string
  readonly id?: string
  readonly timestampS?: number
}

/** The headers by which a Standard Webhook proves its body (https://www.standardwebhooks.com). */
export function signedWebhook (body: string, { secret, id = 'evt_1', timestampS = Math.floor(Date.now() / 1000) }: Signing): Headers {
  const signingKey = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', signingKey).update(`${id}.${timestampS}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': String(timestampS), 'webhook-signature': `v1,${signature}` }
}

/** The body of a webhook of the simulator. */
export function webhookBody (type: string, data: Record<string, unknown>): string {
  return JSON.stringify({ type, timestamp: new Date().toISOString(), data })
}
