import type Stripe from 'stripe'
import type { WebhookDelivery, WebhookNotice } from '#application/ports/payment-gateway.js'
import { DomainError } from '#domain/errors.js'
import { disputeFact } from './dispute.js'
import { intentFact } from './intent.js'
import { refundFact } from './refund.js'

export const SIGNATURE_HEADER = 'stripe-signature'
export const WEBHOOK_AGE_MAX_SECONDS = 300

type Subject = Pick<WebhookNotice, 'paymentId' | 'providerReference' | 'fact'>

/** The references that we give; others belong to whoever else takes payments through the same account. */
const OURS = /^pay_\w{1,80}$/

/**
 * What a webhook says, once it is signed with one of the secrets, and lately.
 * @throws invalid_webhook_signature, invalid_webhook
 */
export function verifyWebhook (stripe: Stripe, { headers, body, now }: WebhookDelivery, secrets: readonly string[]): WebhookNotice {
  const given = headers[SIGNATURE_HEADER]
  // Every secret is tried, so that the time tells nothing about which of them is right.
  if (typeof given !== 'string' || !secrets.map((secret) => isSigned(stripe, given, body, now, secret)).includes(true)) {
    throw new DomainError('invalid_webhook_signature', 'no signature of the webhook is right and recent')
  }
  try {
    return noticeOf(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as Stripe.Event)
  } catch {
    // What could not be read is not passed on with the error: it may be logged.
    throw new DomainError('invalid_webhook', 'the webhook is signed, but not readable')
  }
}

function isSigned (stripe: Stripe, header: string, body: Uint8Array, now: string, secret: string): boolean {
  try {
    return stripe.webhooks.signature?.verifyHeader(body, header, secret, WEBHOOK_AGE_MAX_SECONDS, undefined, Date.parse(now)) === true
  } catch {
    return false
  }
}

function noticeOf (event: Stripe.Event): WebhookNotice {
  const { id, type } = event
  if (!/^evt_\w{1,200}$/.test(id) || typeof type !== 'string') throw new TypeError('the event has no id or no type')
  return { eventId: id, type, ...subjectOf(event) }
}

function subjectOf (event: Stripe.Event): Subject {
  switch (event.type) {
    case 'payment_intent.succeeded': case 'payment_intent.processing': case 'payment_intent.canceled':
      return ofOurs(event.data.object.metadata['paymentId'], event.data.object.id, () => intentFact(event.data.object))
    // On a page the payer may try again: whether it is the end, only the page knows.
    case 'payment_intent.payment_failed': case 'payment_intent.requires_action':
      return ofOurs(event.data.object.metadata['paymentId'], event.data.object.id, () => 'ask')
    case 'checkout.session.completed': case 'checkout.session.async_payment_succeeded': case 'checkout.session.async_payment_failed':
    case 'checkout.session.expired':
      return ofOurs(event.data.object.client_reference_id, event.data.object.id, () => 'ask')
    case 'charge.refunded':
      return ofOurs(event.data.object.metadata['paymentId'], idOf(event.data.object.payment_intent), () => 'ask')
    case 'refund.created': case 'refund.updated': case 'refund.failed': case 'charge.refund.updated':
      return ofIntent(event.data.object, () => refundFact(event.data.object))
    case 'charge.dispute.created': case 'charge.dispute.updated': case 'charge.dispute.closed':
    case 'charge.dispute.funds_withdrawn': case 'charge.dispute.funds_reinstated':
      return ofIntent(event.data.object, () => disputeFact(event.data.object))
    default: return { paymentId: null, providerReference: null, fact: null }
  }
}

function ofOurs (paymentId: unknown, providerReference: string | null, fact: () => Subject['fact']): Subject {
  if (typeof paymentId !== 'string' || !OURS.test(paymentId)) return { paymentId: null, providerReference, fact: null }
  return { paymentId, providerReference, fact: orAsk(fact) }
}

/** Refunds and disputes that others have opened carry nothing of ours; Stripe's id of the payment finds it. */
function ofIntent ({ metadata, payment_intent: intent }: Stripe.Refund | Stripe.Dispute, fact: () => Subject['fact']): Subject {
  const paymentId = metadata?.['paymentId']
  return { paymentId: paymentId !== undefined && OURS.test(paymentId) ? paymentId : null, providerReference: idOf(intent), fact: orAsk(fact) }
}

/** What is signed but can't be settled by makes us ask. */
function orAsk (fact: () => Subject['fact']): Subject['fact'] {
  try {
    return fact()
  } catch {
    return 'ask'
  }
}

function idOf (intent: string | { readonly id: string } | null): string | null {
  return typeof intent === 'object' ? intent?.id ?? null : intent
}
