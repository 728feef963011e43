import { Type } from '@sinclair/typebox'
import { WAIT_REASONS, WEBHOOK_EVENT_STATES, WEBHOOK_SUBJECTS } from '#domain/payments/webhook-event.js'
import { listOf, pageQuery } from '../shared/lists.js'
import { EntityId, known, nullable, oneOf, ProviderName, strict, Timestamp } from '../shared/schemas.js'

/** An event of the simulator. Other providers send what they document. */
export const ProviderEvent = Type.Object({
  type: Type.String(),
  timestamp: Timestamp,
  data: Type.Object({
    paymentId: Type.String(), reference: Type.String(), amount: Type.Integer({ minimum: 0, description: 'Minor units' }), currency: Type.String(),
  }, { title: 'ProviderEventData', additionalProperties: true }),
}, {
  $id: 'ProviderEvent',
  description: 'An event as the provider sends it, under its signature. This is the form of the simulator',
  examples: [{
    type: 'payment.succeeded',
    timestamp: '2026-11-23T13:00:00.120Z',
    data: { paymentId: 'pay_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz', reference: 'sim_0193589e9d6c7c1e8a430c8f5a3d2b10', amount: 12500, currency: 'TRY' },
  }],
})

/** An event of the simulated carrier. Other carriers send what they document. */
export const CarrierEvent = Type.Object({
  type: Type.String(),
  data: Type.Object({
    carrierKey: Type.String(),
    reference: Type.String(),
    trackingNumber: Type.String(),
    events: Type.Array(Type.Object({
      eventId: Type.String(), kind: Type.String(), rawCode: Type.String(), text: Type.String(), location: Type.String(), occurredAt: Timestamp,
    }, { title: 'CarrierEventScan' })),
  }, { title: 'CarrierEventData', additionalProperties: true }),
}, {
  $id: 'CarrierEvent',
  description: 'An event as the carrier sends it. This is the form of the simulated carrier',
  examples: [{
    type: 'tracking.updated',
    data: {
      carrierKey: 'BVABCDEFGHIJKLMN0',
      reference: 'sim_BVABCDEFGHIJKLMN0',
      trackingNumber: 'SIMBVABCDEFGHIJKLMN0',
      events: [{ eventId: 'BVABCDEFGHIJKLMN0-2', kind: 'in_transit', rawCode: 'IN_TRANSIT', text: 'At the transfer centre', location: 'İstanbul', occurredAt: '2026-11-24T09:12:00.000Z' }],
    },
  }],
})

/** An event of LiveKit, of which this service reads these fields. */
export const VideoEvent = Type.Object({
  id: Type.String(),
  event: Type.String(),
  room: Type.Optional(Type.Object({ name: Type.String() }, { title: 'VideoEventRoom', additionalProperties: true })),
  participant: Type.Optional(Type.Object({ identity: Type.String() }, { title: 'VideoEventParticipant', additionalProperties: true })),
}, {
  $id: 'VideoEvent',
  additionalProperties: true,
  description: 'An event of LiveKit, with a token of LiveKit over its bytes in `Authorization`',
  examples: [{ id: 'EV_eugWmGhovZmm', event: 'track_unpublished', room: { name: 'room_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz' }, participant: { identity: 'str_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz' } }],
})

export const CarrierWebhookParams = Type.Object({ carrier: Type.String({ pattern: '^[a-z]{1,32}$', description: 'The name of a carrier: 1 to 32 small letters' }) })
export const CarrierWebhookQuery = Type.Object({ token: Type.Optional(Type.String({ maxLength: 255, description: 'The secret of a carrier that signs nothing' })) }, strict)

export const WebhookAcknowledgement = Type.Object({
  result: known(['applied', 'duplicate', 'received', 'ignored'], 'any answer with status 200 acknowledges the event'),
}, { $id: 'WebhookAcknowledgement', examples: [{ result: 'applied' }] })

export const WebhookParams = Type.Object({ provider: ProviderName })

const exampleEvent = {
  eventId: 'c2ltdWxhdG9yI2V2dF8wMTkzNTg5ZQ',
  subject: 'payment',
  subjectId: 'pay_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz',
  provider: 'simulator',
  type: 'refund.succeeded',
  state: 'parked',
  reason: 'too_early',
  tries: 5,
  paymentId: 'pay_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz',
  providerReference: 'sim_0193589e9d6c7c1e8a430c8f5a3d2b10',
  receivedAt: '2026-11-23T13:00:00.120Z',
  dueAt: null,
}

export const WebhookEvent = Type.Object({
  eventId: Type.String({ description: 'Id by which the event is replayed' }),
  subject: known(WEBHOOK_SUBJECTS, 'show one you do not know as it is', 'What the event is about'),
  subjectId: nullable(Type.String({ description: 'The payment, shipment or room; null until it is known' })),
  provider: Type.String({ description: 'The provider of payments or video, or the carrier' }),
  type: Type.String({ description: 'The type of the event at the provider' }),
  state: known(WEBHOOK_EVENT_STATES, 'read the subject for what became of the event'),
  reason: nullable(known(WAIT_REASONS, 'show one you do not know as it is', 'Why the event waits, or was parked')),
  tries: Type.Integer({ minimum: 0, description: 'How often the event was applied again' }),
  paymentId: nullable(Type.String()),
  providerReference: nullable(Type.String()),
  receivedAt: Timestamp,
  dueAt: nullable(Timestamp),
}, { $id: 'WebhookEvent', examples: [exampleEvent] })

export const WebhookEventList = listOf('WebhookEventList', WebhookEvent)

export const ListWebhookEventsQuery = pageQuery({
  state: Type.Optional(oneOf(WEBHOOK_EVENT_STATES)),
  provider: Type.Optional(ProviderName),
  subject: Type.Optional(oneOf(WEBHOOK_SUBJECTS)),
  paymentId: Type.Optional({ ...EntityId, description: 'The events that name this payment' }),
})

export const WebhookEventParams = Type.Object({ eventId: Type.String({ pattern: '^[\\w-]{1,256}$', description: 'An id: 1 to 256 letters of A to Z, digits, _ and -' }) })
