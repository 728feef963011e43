import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { OutboxUseCases } from '#application/outbox/use-cases.js'
import type { OutboxEvent } from '#application/ports/outbox-store.js'
import { describe } from '../openapi/openapi.js'
import { listOf, PageOnlyQuery, pageOf } from '../shared/lists.js'
import { ref, Timestamp } from '../shared/schemas.js'

const exampleEvent = {
  eventId: '2026-11-23T13:00:00.120Z#pay_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz#000002.000',
  type: 'payment.succeeded',
  subjectId: 'pay_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz',
  occurredAt: '2026-11-23T13:00:00.120Z',
}

const event = {
  eventId: Type.String(),
  type: Type.String(),
  subjectId: Type.String({ description: 'Id of the payment or message of the event' }),
  occurredAt: Timestamp,
}

export const WaitingEvent = Type.Object(event, { $id: 'WaitingEvent', examples: [exampleEvent] })

export const ParkedEvent = Type.Object({
  ...event,
  reason: Type.String({ description: 'Why the event has no effect yet' }),
  parkedAt: Timestamp,
}, {
  $id: 'ParkedEvent',
  examples: [{ ...exampleEvent, reason: 'count-payments: Error: a figure is not a whole number', parkedAt: '2026-11-23T13:00:02.000Z' }],
})

export const ParkedEventList = listOf('ParkedEventList', ParkedEvent)

const EventParams = Type.Object({ eventId: Type.String({ pattern: '^[A-Za-z0-9_.:#-]{1,220}$', description: 'The id in the list, with `#` written as `%23`' }) })

export const outboxRoutes: FastifyPluginAsyncTypebox<OutboxUseCases> = async (app, { listParkedEvents, retryParkedEvent }) => {
  app.get('/api/admin/outbox/parked', {
    config: { policy: 'admin', scope: 'read' },
    schema: {
      ...describe('listParkedEvents', 'Back office', 'List parked events, which had no effect yet and wait for a person'),
      querystring: PageOnlyQuery,
      response: { 200: ref(ParkedEventList) },
    },
  }, async ({ query }) => await pageOf('parked events', query, listParkedEvents, ({ event, reason, parkedAt }) => ({ ...eventView(event), reason, parkedAt })))

  app.post('/api/admin/outbox/parked/:eventId/retry', {
    config: { policy: 'admin', scope: 'operate', refuses: ['not_found'] },
    schema: {
      ...describe('retryParkedEvent', 'Back office', 'Apply a parked event again'),
      params: EventParams,
      response: { 200: ref(WaitingEvent) },
    },
  }, async ({ params: { eventId } }) => eventView(await retryParkedEvent(eventId)))
}

/** An event without its data, which names people. */
function eventView ({ eventId, type, subjectId, occurredAt }: OutboxEvent) {
  return { eventId, type, subjectId, occurredAt }
}
