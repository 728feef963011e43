import { DomainError } from '#domain/errors.js'
import type { WebhookDelivery, VerifiedWebhook } from '#application/ports/payment-gateway.js'
import type { News } from './bank-records.js'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Webhooks of stand-in providers: a webhook as JSON, under a signature that covers each byte of it (FNV-1a with a secret). */
export function signedWebhook (news: News, tellsAll: boolean): Pick<WebhookDelivery, 'headers' | 'body'> {
  const { eventId, provider, paymentId, reference, fact } = news
  // One that says no more than "ask" does not know our reference either.
  const webhook: VerifiedWebhook = tellsAll
    ? { eventId, type: fact.kind, paymentId, providerReference: reference, fact }
    : { eventId, type: fact.kind, paymentId: null, providerReference: reference, fact: fact.kind === 'dispute' ? fact : 'ask' }
  const body = JSON.stringify(webhook)
  return { headers: { [signatureHeaderOf(provider)]: signatureOf(provider, body) }, body: encoder.encode(body) }
}

/** The same with another content, by somebody who does not know the secret. */
export function tamperedWebhook ({ headers, body }: Pick<WebhookDelivery, 'headers' | 'body'>, fact: VerifiedWebhook['fact'], eventId: string): Pick<WebhookDelivery, 'headers' | 'body'> {
  const webhook = JSON.parse(decoder.decode(body)) as VerifiedWebhook
  return { headers, body: encoder.encode(JSON.stringify({ ...webhook, eventId, fact })) }
}

/** @throws invalid_webhook_signature */
export function verifiedWebhook (provider: string, { headers, body }: WebhookDelivery): VerifiedWebhook {
  const text = decoder.decode(body)
  if (headers[signatureHeaderOf(provider)] !== signatureOf(provider, text)) throw new DomainError('invalid_webhook_signature', 'the signature is wrong')
  return JSON.parse(text) as VerifiedWebhook
}

export function signatureHeaderOf (provider: string): string {
  return `x-${provider}-signature`
}

export function signatureOf (provider: string, body: string): string {
  let hash = 0x811c9dc5
  const signed = `secret of ${provider}.${body}`
  for (let index = 0; index < signed.length; index++) hash = Math.imul(hash ^ signed.charCodeAt(index), 0x01000193)
  return (hash >>> 0).toString(16)
}
