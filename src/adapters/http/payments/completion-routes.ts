import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from '@sinclair/typebox'
import type { WebhookEvent as WebhookEventEntity } from '#domain/payments/webhook-event.js'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import { callerOf } from '../guards/auth.js'
import { ListWebhookEventsQuery, WebhookEvent, WebhookEventList, WebhookEventParams } from './completion-schemas.js'
import { decodePage, encodeCursor } from '../shared/cursor.js'
import { Payment, PaymentParams } from './schemas.js'
import { paymentView } from './view.js'
import { describe, problems } from '../openapi/route-docs.js'
import { ref } from '../shared/schemas.js'

/** What a person does about payments that are not final, and about events that could not be applied. */
export const completionRoutes: FastifyPluginAsyncTypebox<PaymentUseCases> = async (app, { reconcilePayment, listWebhookEvents, replayWebhookEvent }) => {
  app.post('/api/admin/payments/:paymentId/reconcile', {
    config: { policy: 'admin' },
    schema: {
      ...describe('reconcilePayment', 'Back office', 'Ask the provider now how a payment and its refunds end'),
      params: PaymentParams,
      response: { 200: ref(Payment), ...problems(400, 401, 403, 404, 422) },
    },
  }, async (request) => paymentView(await reconcilePayment(request.params.paymentId), callerOf(request)))

  app.get('/api/admin/webhook-events', {
    config: { policy: 'admin' },
    schema: {
      ...describe('listWebhookEvents', 'Back office', 'What providers have told, newest first; a filter may leave pages with few items'),
      querystring: ListWebhookEventsQuery,
      response: { 200: ref(WebhookEventList), ...problems(400, 401, 403, 422) },
    },
  }, async ({ query: { state = null, provider = null, ...pageQuery } }) => {
    const list = `webhook-events ${state ?? ''} ${provider ?? ''}`
    const { items, nextKey } = await listWebhookEvents({ state, provider, ...decodePage(list, pageQuery) })
    return { items: items.map(webhookEventView), nextCursor: encodeCursor(list, nextKey) }
  })

  app.post('/api/admin/webhook-events/:eventId/replay', {
    config: { policy: 'admin' },
    schema: {
      ...describe('replayWebhookEvent', 'Back office', 'Apply an event that waits or is parked, now; the answer shows whether it could be'),
      params: WebhookEventParams,
      response: { 200: ref(WebhookEvent), ...problems(400, 401, 403, 404, 422) },
    },
  }, async ({ params: { eventId } }) => webhookEventView(await replayWebhookEvent(Buffer.from(eventId, 'base64url').toString())))
}

/** An event without what it says: the payment shows what came of it. Its key holds characters that an address has to escape. */
function webhookEventView ({ eventKey, provider, type, state, reason, tries, paymentId, providerReference, receivedAt, dueAt }: WebhookEventEntity): Static<typeof WebhookEvent> {
  return { eventId: Buffer.from(eventKey).toString('base64url'), provider, type, state, reason, tries, paymentId, providerReference, receivedAt, dueAt }
}
