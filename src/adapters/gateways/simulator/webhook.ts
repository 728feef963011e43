import { Type, type Static } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import type { WebhookDelivery, VerifiedWebhook } from '#application/ports/payment-gateway.js'
import { DomainError } from '#domain/errors.js'
import type { ReportedFact } from '#domain/payments/payment-fact.js'
import type { Timestamp } from '#domain/time.js'
import { readSigned } from '#adapters/exchange/standard-webhooks.js'

const Text = Type.String({ minLength: 1, maxLength: 255 })
const timestamp = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T' })
const payment = {
  paymentId: Text,
  reference: Text,
  /** Minor units of the payment, refund or dispute of the event. */
  amount: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
}
const failure = Type.Optional(Type.Object({ code: Text, message: Type.String({ maxLength: 1000 }) }))
const refundType = Type.Union([Type.Literal('refund.succeeded'), Type.Literal('refund.failed')])

/** The body of a webhook. Further keys are allowed, so that events can grow. */
const EventSchema = Type.Union([
  Type.Object({
    type: Type.Literal('payment.succeeded'),
    timestamp,
    data: Type.Object({ ...payment, charged: Type.Optional(payment.amount), installments: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })) }),
  }),
  Type.Object({ type: Type.Union([Type.Literal('payment.processing'), Type.Literal('payment.canceled')]), timestamp, data: Type.Object(payment) }),
  Type.Object({ type: Type.Literal('payment.failed'), timestamp, data: Type.Object({ ...payment, failure }) }),
  Type.Object({ type: refundType, timestamp, data: Type.Object({ ...payment, refundId: Text, refundReference: Type.Optional(Text), failure }) }),
  /** A refund that was made at the bank. */
  Type.Object({ type: refundType, timestamp, data: Type.Object({ ...payment, refundReference: Text, failure }) }),
  Type.Object({
    type: Type.Union([
      Type.Literal('dispute.opened'), Type.Literal('dispute.won'), Type.Literal('dispute.lost'), Type.Literal('dispute.warned'), Type.Literal('dispute.prevented'),
    ]),
    timestamp,
    data: Type.Object({ ...payment, disputeId: Text }),
  }),
])
export type SimulatorEvent = Static<typeof EventSchema>

const EVENT_TYPES: readonly string[] = [
  'payment.succeeded', 'payment.processing', 'payment.canceled', 'payment.failed', 'refund.succeeded', 'refund.failed',
  'dispute.opened', 'dispute.won', 'dispute.lost', 'dispute.warned', 'dispute.prevented',
] satisfies ReadonlyArray<SimulatorEvent['type']>

const simulatorEvent = TypeCompiler.Compile(EventSchema)
const typedEvent = TypeCompiler.Compile(Type.Object({ type: Text }))

/**
 * Reads a webhook that has a recent signature of one of the keys over exactly these bytes.
 * @throws invalid_webhook_signature, invalid_webhook
 */
export function verifyWebhook (delivery: WebhookDelivery, keys: readonly Buffer[]): VerifiedWebhook {
  const { eventId, content } = readSigned(delivery, keys)
  return webhookOf(eventId, content)
}

function webhookOf (eventId: string, event: unknown): VerifiedWebhook {
  if (simulatorEvent.Check(event)) return { eventId, type: event.type, paymentId: event.data.paymentId, providerReference: event.data.reference, fact: factOf(event) }
  if (typedEvent.Check(event) && !EVENT_TYPES.includes(event.type)) return { eventId, type: event.type, paymentId: null, providerReference: null, fact: null }
  throw new DomainError('invalid_webhook', 'the webhook is signed, but it is not an event as documented')
}

function factOf ({ type, timestamp, data }: SimulatorEvent): ReportedFact {
  const { reference, amount, currency } = data
  switch (type) {
    case 'payment.succeeded': {
      const { charged, installments } = data
      return { kind: 'succeeded', reference, amount, currency, ...(charged !== undefined && { charged }), ...(installments !== undefined && { installments }) }
    }
    case 'payment.processing': return { kind: 'processing', reference }
    case 'payment.canceled': return { kind: 'canceled', reference }
    case 'payment.failed': return { kind: 'failed', reference, failure: data.failure ?? { code: 'payment_failed', message: 'the provider gave no reason' } }
    case 'refund.succeeded': return refundFact('succeeded', data)
    case 'refund.failed': return refundFact('failed', data)
    case 'dispute.opened': case 'dispute.won': case 'dispute.lost': case 'dispute.warned': case 'dispute.prevented':
      return { kind: 'dispute', disputeId: data.disputeId, status: DISPUTE_STATUSES[type], amount, currency, charge: reference, ...atOf(timestamp) }
  }
}

type RefundEvent = Extract<SimulatorEvent, { type: 'refund.succeeded' | 'refund.failed' }>

function refundFact (status: 'succeeded' | 'failed', data: RefundEvent['data']): ReportedFact {
  const { reference: charge, refundReference, amount, currency, failure } = data
  return {
    kind: 'refund',
    refundId: 'refundId' in data ? data.refundId : null,
    status,
    amount,
    currency,
    charge,
    ...(refundReference !== undefined && { reference: refundReference }),
    ...(failure !== undefined && { failure }),
  }
}

const DISPUTE_STATUSES = {
  'dispute.opened': 'open', 'dispute.won': 'won', 'dispute.lost': 'lost', 'dispute.warned': 'warning', 'dispute.prevented': 'prevented',
} as const

/** The time of the event, in our form. */
function atOf (timestamp: string): { readonly at?: Timestamp } {
  const time = Date.parse(timestamp)
  return Number.isNaN(time) ? {} : { at: new Date(time).toISOString() }
}
