import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { OutboxUseCases } from '#application/outbox/use-cases.js'
import type { OutboxEvent } from '#application/ports/outbox-store.js'
import { decodePage, encodeCursor } from '../shared/cursor.js'
import { EventParams, ListParkedEventsQuery, ParkedEventList, WaitingEvent } from './outbox-schemas.js'
import { describe, problems } from '../openapi/route-docs.js'
import { ref } from '../shared/schemas.js'

const LIST = 'parked events'

export const outboxRoutes: FastifyPluginAsyncTypebox<OutboxUseCases> = async (app, { listParkedEvents, retryParkedEvent }) => {
  app.get('/api/admin/outbox/parked', {
    config: { policy: 'admin' },
    schema: {
      ...describe('listParkedEvents', 'Back office', 'Events that could not take effect and wait for a person'),
      querystring: ListParkedEventsQuery,
      response: { 200: ref(ParkedEventList), ...problems(400, 401, 403, 422) },
    },
  }, async ({ query }) => {
    const { items, nextKey } = await listParkedEvents(decodePage(LIST, query))
    return { items: items.map(({ event, reason, parkedAt }) => ({ ...eventView(event), reason, parkedAt })), nextCursor: encodeCursor(LIST, nextKey) }
  })

  app.post('/api/admin/outbox/parked/:eventId/retry', {
    config: { policy: 'admin' },
    schema: {
      ...describe('retryParkedEvent', 'Back office', 'Let a parked event try again to take effect'),
      params: EventParams,
      response: { 200: ref(WaitingEvent), ...problems(400, 401, 403, 404, 422) },
    },
  }, async ({ params: { eventId } }) => eventView(await retryParkedEvent(eventId)))
}

/** What happened and to what; who is meant by it stays inside. */
function eventView ({ eventId, type, subjectId, occurredAt }: OutboxEvent) {
  return { eventId, type, subjectId, occurredAt }
}
