import { createHmac, timingSafeEqual } from 'node:crypto'
import type { WebhookDelivery } from '#application/ports/payment-gateway.js'
import type { CarrierWebhook } from '#application/ports/shipping-carrier.js'
import { DomainError } from '#domain/errors.js'
import { fieldsOf, parseFields, textOf, textOrNull, type Fields } from '#adapters/exchange/fields.js'
import { eventsOf } from './tracker.js'

export const SIGNATURE_HEADER = 'x-hmac-signature'
const PREFIX = 'hmac-sha256-hex='

/**
 * Reads a webhook that is signed with one of the secrets. No time is signed: the event id alone holds off a repeat.
 * @throws invalid_webhook_signature, invalid_webhook
 */
export function verifyWebhook ({ headers, body }: WebhookDelivery, secrets: readonly string[]): CarrierWebhook {
  const given = headers[SIGNATURE_HEADER]
  // Every secret is tried, so that the time does not reveal which one is right.
  if (typeof given !== 'string' || !secrets.map((secret) => isSame(given, signatureOf(secret, body))).includes(true)) {
    throw new DomainError('invalid_webhook_signature', 'no signature of the webhook is right')
  }
  const event = eventOf(body)
  const [eventId, type] = [textOf(event, 'id'), textOf(event, 'description')]
  if (!/^evt_\w{1,200}$/.test(eventId) || !/^[a-z_.]{1,100}$/.test(type)) throw new DomainError('invalid_webhook', 'the webhook is signed, but has no id or no type')
  return { eventId, type, carrierKey: null, ...subjectOf(type, fieldsOf(event, 'result')) }
}

/** Of the bytes as they came, under the secret in Unicode's NFKD. */
export function signatureOf (secret: string, body: Uint8Array): string {
  return PREFIX + createHmac('sha256', secret.normalize('NFKD')).update(body).digest('hex')
}

function isSame (given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function eventOf (body: Uint8Array): Fields {
  try {
    return parseFields(body)
  } catch {
    // The cause is left out: it quotes the webhook, and the error may be logged.
    throw new DomainError('invalid_webhook', 'the webhook is signed, but not readable')
  }
}

function subjectOf (type: string, result: Fields): Pick<CarrierWebhook, 'carrierReference' | 'trackingNumber' | 'news'> {
  const about = { carrierReference: textOrNull(result, 'shipment_id'), trackingNumber: textOrNull(result, 'tracking_code') }
  if (type.startsWith('refund.')) return { ...about, news: 'ask' }
  if (!type.startsWith('tracker.')) return { carrierReference: null, trackingNumber: null, news: null }
  const news = eventsOf(result)
  return { ...about, news: news.length > 0 ? news : 'ask' }
}
