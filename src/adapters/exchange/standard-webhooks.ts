import { createHmac, timingSafeEqual } from 'node:crypto'
import type { WebhookDelivery } from '#application/ports/payment-gateway.js'
import { DomainError } from '#domain/errors.js'

export const SIGNATURE_HEADER = 'webhook-signature'
const SECRET_PREFIX = 'whsec_'
/** The greatest difference between the time of signing and ours. */
const TOLERANCE_MS = 300_000

/** The key of a Standard Webhooks secret: the base64 after `whsec_`. @throws Error where the secret is malformed */
export function webhookKey (secret: string): Buffer {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64')
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret) || key.length === 0) {
    throw new Error('a webhook secret is whsec_ followed by base64')
  }
  return key
}

/** The signature of a body under an event id and a time in seconds since 1970 (Standard Webhooks, version 1). */
export function signWebhook (key: Buffer, eventId: string, timestampS: number | string, body: string | Uint8Array): string {
  return `v1,${createHmac('sha256', key).update(`${eventId}.${timestampS}.`).update(body).digest('base64')}`
}

/**
 * Reads a webhook that has a recent signature of one of the keys over exactly these bytes.
 * @throws invalid_webhook_signature, invalid_webhook
 */
export function readSigned ({ headers, body, now }: WebhookDelivery, keys: readonly Buffer[]): { readonly eventId: string, readonly content: unknown } {
  const eventId = headerText(headers, 'webhook-id')
  const timestampS = headerText(headers, 'webhook-timestamp')
  const given = headerText(headers, SIGNATURE_HEADER).split(' ')
  if (!isSignedNow(timestampS, now)) refuse('the webhook was signed too long ago, or its clock is wrong')
  const expected = keys.map((key) => signWebhook(key, eventId, timestampS, body))
  if (!anyEqual(given, expected)) refuse('no signature of the webhook is valid')
  return { eventId, content: parse(body) }
}

function refuse (detail: string): never {
  throw new DomainError('invalid_webhook_signature', detail)
}

function headerText (headers: WebhookDelivery['headers'], name: string): string {
  const value = headers[name]
  if (typeof value === 'string' && value !== '') return value
  return refuse(`the webhook has no header ${name}`)
}

function isSignedNow (timestampS: string, now: string): boolean {
  return /^\d{1,12}$/.test(timestampS) && Math.abs(Date.parse(now) - Number(timestampS) * 1000) <= TOLERANCE_MS
}

/** Compares every pair, in a time that reveals neither where texts differ nor which pair matches. */
function anyEqual (given: readonly string[], expected: readonly string[]): boolean {
  const equal = given.flatMap((one) => expected.map((other) => {
    const [left, right] = [Buffer.from(one), Buffer.from(other)]
    return left.length === right.length && timingSafeEqual(left, right)
  }))
  return equal.includes(true)
}

function parse (body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (cause) {
    throw new DomainError('invalid_webhook', 'the webhook is signed, but it is not JSON', { cause })
  }
}
