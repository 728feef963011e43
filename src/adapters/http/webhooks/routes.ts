import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from '@sinclair/typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { subjectOf, type WebhookEvent as WebhookEventEntity } from '#domain/payments/webhook-event.js'
import type { HandleCarrierWebhook } from '#application/shipping/handle-carrier-webhook.js'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import type { RoomUseCases } from '#application/rooms/use-cases.js'
import { describe } from '../openapi/openapi.js'
import { pageOf } from '../shared/lists.js'
import { ref } from '../shared/schemas.js'
import { CarrierEvent, CarrierWebhookParams, CarrierWebhookQuery, ListWebhookEventsQuery, ProviderEvent, VideoEvent, WebhookAcknowledgement, WebhookEvent, WebhookEventList, WebhookEventParams, WebhookParams } from './schemas.js'

/** Requests per minute and address. Providers send hundreds a second from few addresses, so the limit only stops a flood. */
const rateLimit = { max: 60_000 }

/** Where providers send their events. */
export const webhookRoutes: FastifyPluginAsyncTypebox<PaymentUseCases> = async (app, { handleWebhook }) => {
  takeBytes(app)

  app.post('/api/payments/webhook', {
    config: { policy: 'provider', rateLimit, documentedBody: ref(ProviderEvent), refuses: ['invalid_webhook', 'invalid_webhook_signature'] },
    schema: {
      ...describe('handleWebhook', 'Payments', 'Receive an event of the provider that its signature header names'),
      response: { 200: ref(WebhookAcknowledgement) },
    },
  }, async (request) => await acknowledge(request, null))

  app.post('/api/payments/webhook/:provider', {
    config: { policy: 'provider', rateLimit, documentedBody: ref(ProviderEvent), refuses: ['invalid_webhook', 'invalid_webhook_signature', 'unknown_provider'] },
    schema: {
      ...describe('handleProviderWebhook', 'Payments', 'Receive an event of the named provider'),
      params: WebhookParams,
      response: { 200: ref(WebhookAcknowledgement) },
    },
  }, async (request) => await acknowledge(request, request.params.provider))

  async function acknowledge ({ headers, body }: FastifyRequest, provider: string | null) {
    return { result: await handleWebhook({ provider, headers, body: bytesOf(body) }) }
  }
}

/** Where carriers send theirs. */
export const carrierWebhookRoutes: FastifyPluginAsyncTypebox<{ readonly handleCarrierWebhook: HandleCarrierWebhook }> = async (app, { handleCarrierWebhook }) => {
  takeBytes(app)

  app.post('/api/shipments/webhook', {
    config: { policy: 'provider', rateLimit, documentedBody: ref(CarrierEvent), refuses: ['invalid_webhook', 'invalid_webhook_signature'] },
    schema: {
      ...describe('handleSignedCarrierWebhook', 'Shipping', 'Receive an event of the carrier that its signature header names'),
      response: { 200: ref(WebhookAcknowledgement) },
    },
  }, async ({ headers, body }) => ({ result: await handleCarrierWebhook({ carrier: null, headers, body: bytesOf(body) }) }))

  app.post('/api/shipments/webhook/:carrier', {
    config: { policy: 'provider', rateLimit, documentedBody: ref(CarrierEvent), refuses: ['carrier_unsupported', 'invalid_webhook', 'invalid_webhook_signature'] },
    schema: {
      ...describe('handleCarrierWebhook', 'Shipping', 'Receive an event of the named carrier. One that signs nothing has a secret in its address, and its event is no more than a reason to ask it'),
      params: CarrierWebhookParams,
      querystring: CarrierWebhookQuery,
      response: { 200: ref(WebhookAcknowledgement) },
    },
  }, async ({ headers, body, params: { carrier }, query: { token } }) =>
    ({ result: await handleCarrierWebhook({ carrier, headers, body: bytesOf(body), ...(token !== undefined && { token }) }) }))
}

/** Where video providers send theirs. */
export const videoWebhookRoutes: FastifyPluginAsyncTypebox<RoomUseCases> = async (app, { handleVideoWebhook }) => {
  takeBytes(app, 'application/webhook+json')

  app.post('/api/rooms/webhook/:provider', {
    config: { policy: 'provider', rateLimit, documentedBody: ref(VideoEvent), refuses: ['invalid_webhook', 'invalid_webhook_signature', 'unknown_provider'] },
    schema: {
      ...describe('handleVideoWebhook', 'Rooms', 'Receive an event of the video provider, as `application/webhook+json` or `application/json`'),
      params: WebhookParams,
      response: { 200: ref(WebhookAcknowledgement) },
    },
  }, async ({ headers, body, params: { provider } }) => ({ result: await handleVideoWebhook({ provider, headers, body: bytesOf(body) }) }))
}

/** A signature covers the bytes as they arrived, so the body must not be parsed and written again. */
function takeBytes (app: Pick<FastifyInstance, 'removeAllContentTypeParsers' | 'addContentTypeParser'>, ...types: readonly string[]): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(['application/json', ...types], { parseAs: 'buffer' }, (_request, body, done) => { done(null, body) })
}

function bytesOf (body: unknown): Uint8Array {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0)
}

/** Where administrators see the events, and apply one that waits. */
export const webhookEventRoutes: FastifyPluginAsyncTypebox<PaymentUseCases> = async (app, { listWebhookEvents, replayWebhookEvent }) => {
  app.get('/api/admin/webhook-events', {
    config: { policy: 'admin', scope: 'read' },
    schema: {
      ...describe('listWebhookEvents', 'Back office', 'List the events of providers, newest first. With a filter a page may be short or empty before the last one'),
      querystring: ListWebhookEventsQuery,
      response: { 200: ref(WebhookEventList) },
    },
  }, async ({ query: { state = null, provider = null, subject = null, paymentId = null, ...query } }) => {
    // Cursors of before `subject` and `paymentId` go on.
    const list = ['webhook-events', state ?? '', provider ?? '', ...(subject === null ? [] : [subject]), ...(paymentId === null ? [] : [`payment ${paymentId}`])].join(' ')
    return await pageOf(list, query, async (page) => await listWebhookEvents({ state, provider, subject, paymentId, ...page }), webhookEventView)
  })

  app.post('/api/admin/webhook-events/:eventId/replay', {
    config: { policy: 'admin', scope: 'operate', refuses: ['not_found'] },
    schema: {
      ...describe('replayWebhookEvent', 'Back office', 'Apply a waiting or parked event now. The answer shows whether it was applied'),
      params: WebhookEventParams,
      response: { 200: ref(WebhookEvent) },
    },
  }, async ({ params: { eventId } }) => webhookEventView(await replayWebhookEvent(Buffer.from(eventId, 'base64url').toString())))
}

/** An event without its content, which its subject shows. Its key has characters that an address would have to escape. */
function webhookEventView (event: WebhookEventEntity): Static<typeof WebhookEvent> {
  const { eventKey, provider, type, state, reason, tries, paymentId, providerReference, receivedAt, dueAt } = event
  return { eventId: Buffer.from(eventKey).toString('base64url'), ...subjectOf(event), provider, type, state, reason, tries, paymentId, providerReference, receivedAt, dueAt }
}
