import { Type } from '@sinclair/typebox'
import { WAIT_REASONS, WEBHOOK_EVENT_STATES, type WaitReason } from '#domain/payments/webhook-event.js'
import { NextCursor, nullable, oneOf, pageQuery, ref, Timestamp } from '../shared/schemas.js'

const State = oneOf(WEBHOOK_EVENT_STATES)

const exampleEvent = {
  eventId: 'c2ltdWxhdG9yI2V2dF8wMTkzNTg5ZQ',
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
  eventId: Type.String({ description: 'Ours, by which it is replayed' }),
  provider: Type.String(),
  type: Type.String({ description: 'As the provider calls it' }),
  state: State,
  reason: Type.Unsafe<WaitReason | null>({ type: ['string', 'null'], enum: [...WAIT_REASONS, null], description: 'Why it waits, or was parked' }),
  tries: Type.Integer({ minimum: 0, description: 'How often it was tried again' }),
  paymentId: nullable(Type.String()),
  providerReference: nullable(Type.String()),
  receivedAt: Timestamp,
  dueAt: nullable(Timestamp),
}, { $id: 'WebhookEvent', examples: [exampleEvent] })

export const WebhookEventList = Type.Object({
  items: Type.Array(ref(WebhookEvent)),
  nextCursor: NextCursor,
}, { $id: 'WebhookEventList', examples: [{ items: [exampleEvent], nextCursor: null }] })

export const ListWebhookEventsQuery = pageQuery({
  state: Type.Optional(State),
  provider: Type.Optional(Type.String({ pattern: '^[a-z]{1,32}$' })),
})

export const WebhookEventParams = Type.Object({ eventId: Type.String({ pattern: '^[\\w-]{1,256}$' }) })

/** Those that have a name of their own in the OpenAPI document. */
export const completionSchemas = [WebhookEvent, WebhookEventList]
