import type Stripe from 'stripe'
import type { WebhookDelivery, VerifiedWebhook } from '#application/ports/payment-gateway.js'
import { DomainError } from '#domain/errors.js'
import { disputeFact, idOf, refundFact } from './reversal.js'
import { intentFact, ourId, paymentIdOf } from './intent.js'

export const SIGNATURE_HEADER = 'stripe-signature'
export const WEBHOOK_AGE_MAX_SECONDS = 300

type Subject = Pick<VerifiedWebhook, 'paymentId' | 'providerReference' | 'fact'>

const NOTHING_OF_OURS: Subject = { paymentId: null, providerReference: null, fact: null }

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
  // It is about an account that is connected to ours.
  if (event.account != null) return NOTHING_OF_OURS
  switch (event.type) {
    case 'payment_intent.succeeded': case 'payment_intent.processing': case 'payment_intent.canceled':
      return ofIntent(event.data.object, () => intentFact(event.data.object))
    // On a page the payer may try again: only the page knows whether this is final.
    case 'payment_intent.payment_failed': case 'payment_intent.requires_action':
      return ofIntent(event.data.object, () => 'ask')
    case 'checkout.session.completed': case 'checkout.session.async_payment_succeeded': case 'checkout.session.async_payment_failed':
    case 'checkout.session.expired':
      return ofOurs(ourId(event.data.object.client_reference_id), event.data.object.id, () => 'ask')
    case 'charge.refunded':
      return ofReversal(event.data.object, () => 'ask')
    case 'refund.created': case 'refund.updated': case 'refund.failed': case 'charge.refund.updated':
      return ofReversal(event.data.object, () => refundFact(event.data.object))
    case 'charge.dispute.created': case 'charge.dispute.updated': case 'charge.dispute.closed':
    case 'charge.dispute.funds_withdrawn': case 'charge.dispute.funds_reinstated':
      return ofReversal(event.data.object, () => disputeFact(event.data.object, event.created))
    default: return NOTHING_OF_OURS
  }
}

function ofIntent (intent: Stripe.PaymentIntent, fact: () => Subject['fact']): Subject {
  return ofOurs(paymentIdOf(intent), intent.id, fact)
}

/** What carries no id of ours belongs to another application of the same account. */
function ofOurs (paymentId: string | null, providerReference: string, fact: () => Subject['fact']): Subject {
  return { paymentId, providerReference, fact: paymentId === null ? null : orAsk(fact) }
}

/** Refunds and disputes that were opened at Stripe carry no id of ours; Stripe's id of the payment finds it. */
function ofReversal (object: Stripe.Charge | Stripe.Refund | Stripe.Dispute, fact: () => Subject['fact']): Subject {
  return { paymentId: paymentIdOf(object), providerReference: idOf(object.payment_intent), fact: orAsk(fact) }
}

/** A signed event whose object cannot be read leads to a look-up. */
function orAsk (fact: () => Subject['fact']): Subject['fact'] {
  try {
    return fact()
  } catch {
    return 'ask'
  }
}
