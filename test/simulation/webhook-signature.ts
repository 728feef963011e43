import { DomainError } from '#domain/errors.js'
import type { WebhookDelivery, WebhookNotice } from '#application/ports/payment-gateway.js'
import type { News } from './bank-records.js'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Webhooks of stand-in providers: a notice as JSON, under a signature that covers each byte of it (FNV-1a with a secret). */
export function signedWebhook (news: News, tellsAll: boolean): Pick<WebhookDelivery, 'headers' | 'body'> {
  const { eventId, provider, paymentId, reference, fact } = news
  // One that says no more than "ask" does not know our reference either.
  const notice: WebhookNotice = tellsAll
    ? { eventId, type: fact.kind, paymentId, providerReference: reference, fact }
    : { eventId, type: fact.kind, paymentId: null, providerReference: reference, fact: fact.kind === 'dispute' ? fact : 'ask' }
  const body = JSON.stringify(notice)
  return { headers: { [signatureHeaderOf(provider)]: signatureOf(provider, body) }, body: encoder.encode(body) }
}

/** The same with another content, by somebody who does not know the secret. */
export function tamperedWebhook ({ headers, body }: Pick<WebhookDelivery, 'headers' | 'body'>, fact: WebhookNotice['fact'], eventId: string): Pick<WebhookDelivery, 'headers' | 'body'> {
  const notice = JSON.parse(decoder.decode(body)) as WebhookNotice
  return { headers, body: encoder.encode(JSON.stringify({ ...notice, eventId, fact })) }
}

/** @throws invalid_webhook_signature */
export function verifiedNotice (provider: string, { headers, body }: WebhookDelivery): WebhookNotice {
  const text = decoder.decode(body)
  if (headers[signatureHeaderOf(provider)] !== signatureOf(provider, text)) throw new DomainError('invalid_webhook_signature', 'the signature is wrong')
  return JSON.parse(text) as WebhookNotice
}

export function signatureHeaderOf (provider: string): string {
  return `x-${provider}-signature`
}

function signatureOf (provider: string, body: string): string {
  let hash = 0x811c9dc5
  const signed = `secret of ${provider}.${body}`
  for (let index = 0; index < signed.length; index++) hash = Math.imul(hash ^ signed.charCodeAt(index), 0x01000193)
  return (hash >>> 0).toString(16)
}
