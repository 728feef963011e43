import { Type, type Static } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import type { WebhookDelivery } from '#application/ports/payment-gateway.js'
import type { CarrierWebhook } from '#application/ports/shipping-carrier.js'
import { DomainError } from '#domain/errors.js'
import { TRACKING_KINDS } from '#domain/shipping/tracking.js'
import { readSigned } from '#adapters/exchange/standard-webhooks.js'

const Text = Type.String({ minLength: 1, maxLength: 255 })

/** The body of a webhook. Further keys are allowed, so that events can grow. */
const EventSchema = Type.Object({
  type: Type.Literal('tracking.updated'),
  data: Type.Object({
    carrierKey: Text,
    reference: Text,
    trackingNumber: Text,
    events: Type.Array(Type.Object({
      eventId: Text,
      kind: Text,
      rawCode: Text,
      text: Type.String({ maxLength: 200 }),
      location: Type.String({ maxLength: 80 }),
      occurredAt: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' }),
    }), { maxItems: 100 }),
  }),
})
export type TrackingUpdated = Static<typeof EventSchema>

const trackingUpdated = TypeCompiler.Compile(EventSchema)
const typedEvent = TypeCompiler.Compile(Type.Object({ type: Text }))

/** @throws invalid_webhook_signature, invalid_webhook */
export function verifyWebhook (delivery: WebhookDelivery, keys: readonly Buffer[]): CarrierWebhook {
  const { eventId, content } = readSigned(delivery, keys)
  if (trackingUpdated.Check(content)) {
    const { type, data: { carrierKey, reference: carrierReference, trackingNumber, events } } = content
    return { eventId, type, carrierKey, carrierReference, trackingNumber, news: events.map((event) => ({ ...event, kind: TRACKING_KINDS.find((kind) => kind === event.kind) ?? 'unknown' })) }
  }
  if (typedEvent.Check(content) && content.type !== 'tracking.updated') return { eventId, type: content.type, carrierKey: null, carrierReference: null, trackingNumber: null, news: null }
  throw new DomainError('invalid_webhook', 'the webhook is signed, but it is not an event as documented')
}
