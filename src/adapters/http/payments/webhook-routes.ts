import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import { ProviderEvent, WebhookAcknowledgement, WebhookParams } from './schemas.js'
import { describe, problems } from '../openapi/route-docs.js'
import { ref } from '../shared/schemas.js'

/** Providers come by the hundred a second from few addresses, and prove themselves: the limit only stops a flood. */
const rateLimit = { max: 60_000 }

export const webhookRoutes: FastifyPluginAsyncTypebox<PaymentUseCases> = async (app, { handleWebhook }) => {
  // The signature covers the bytes as they came, so that nothing may read and write them anew.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => { done(null, body) })

  app.post('/api/payments/webhook', {
    config: { policy: 'provider', rateLimit, documentedBody: ref(ProviderEvent) },
    schema: {
      ...describe('handleWebhook', 'Payments', 'What a provider tells, found by its signature header', 'none'),
      response: { 200: ref(WebhookAcknowledgement), ...problems(400, 401, 413, 415) },
    },
  }, async (request) => await acknowledge(request, null))

  app.post('/api/payments/webhook/:provider', {
    config: { policy: 'provider', rateLimit, documentedBody: ref(ProviderEvent) },
    schema: {
      ...describe('handleProviderWebhook', 'Payments', 'What the named provider tells', 'none'),
      params: WebhookParams,
      response: { 200: ref(WebhookAcknowledgement), ...problems(400, 401, 413, 415, 422) },
    },
  }, async (request) => await acknowledge(request, request.params.provider))

  async function acknowledge ({ headers, body }: FastifyRequest, provider: string | null) {
    return { result: await handleWebhook({ provider, headers, body: Buffer.isBuffer(body) ? body : Buffer.alloc(0) }) }
  }
}
