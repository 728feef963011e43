import type Stripe from 'stripe'
import type { WebhookDelivery, VerifiedWebhook } from '#application/ports/payment-gateway.js'
import { DomainError } from '#domain/errors.js'
import { disputeFact, refundFact } from './reversal.js'
import { intentFact } from './intent.js'

export const SIGNATURE_HEADER = 'stripe-signature'
export const WEBHOOK_AGE_MAX_SECONDS = 300

type Subject = Pick<VerifiedWebhook, 'paymentId' | 'providerReference' | 'fact'>

/** The form of our payment ids. Other references belong to other applications of the same account. */
const OURS = /^pay_\w{1,80}$/

/**
 * Reads a webhook that is signed with one of the secrets within the last five minutes.
 * @throws invalid_webhook_signature, invalid_webhook
 */
export function verifyWebhook (stripe: Stripe, { headers, body, now }: WebhookDelivery, secrets: readonly string[]): VerifiedWebhook {
  const given = headers[SIGNATURE_HEADER]
  // Every secret is tried, so that the time does not reveal which one is right.
  if (typeof given !== 'string' || !secrets.map((secret) => isSigned(stripe, given, body, now, secret)).includes(true)) {
    throw new DomainError('invalid_webhook_signature', 'no signature of the webhook is right and recent')
  }
  try {
    return webhookOf(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as Stripe.Event)
  } catch {
    // The cause is left out: it may hold parts of the webhook, and the error may be logged.
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

function webhookOf (event: Stripe.Event): VerifiedWebhook {
  const { id, type } = event
  if (!/^evt_\w{1,200}$/.test(id) || typeof type !== 'string') throw new TypeError('the event has no id or no type')
  return { eventId: id, type, ...subjectOf(event) }
}

function subjectOf (event: Stripe.Event): Subject {
  switch (event.type) {
    case 'payment_intent.succeeded': case 'payment_intent.processing': case 'payment_intent.canceled':
      return ofOurs(event.data.object.metadata['paymentId'], event.data.object.id, () => intentFact(event.data.object))
    // On a page the payer may try again: only the page knows whether this is final.
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

/** Refunds and disputes that were opened at Stripe carry no id of ours; Stripe's id of the payment finds it. */
function ofIntent ({ metadata, payment_intent: intent }: Stripe.Refund | Stripe.Dispute, fact: () => Subject['fact']): Subject {
  const paymentId = metadata?.['paymentId']
  return { paymentId: paymentId !== undefined && OURS.test(paymentId) ? paymentId : null, providerReference: idOf(intent), fact: orAsk(fact) }
}

/** A signed event whose object cannot be read leads to a look-up. */
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
