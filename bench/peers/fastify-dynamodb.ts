/** Fastify with the service's own schemas and lib-dynamodb, without tokens, log, limits and rules. */
import Fastify from 'fastify'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ListMessagesQuery, Message, MessageList, SendMessageBody } from '#adapters/http/messages/schemas.js'
import { Payment, PaymentParams, ProcessPaymentBody } from '#adapters/http/payments/schemas.js'
import * as messageSchemas from '#adapters/http/messages/schemas.js'
import * as paymentSchemas from '#adapters/http/payments/schemas.js'
import { WebhookAcknowledgement } from '#adapters/http/webhooks/schemas.js'
import * as webhookSchemas from '#adapters/http/webhooks/schemas.js'
import { IdempotencyHeader, namedSchemas, ref, SHOWN_AS } from '#adapters/http/shared/schemas.js'
import { makeRows } from './dynamodb-rows.js'
import { readSigned } from './signed-webhook.js'

/** The server checks no tokens: the user is who the other side of the conversation is for. */
const userFor = (otherUserId: string): string => otherUserId.replace('seller', 'buyer')

const rows = makeRows()

const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.post('/api/messages', { schema: { body: ref(SendMessageBody), response: { 201: ref(Message) } } },
    async (request, reply) => await reply.code(201).send(await rows.send(userFor(request.body.receiverId), request.body)))

  app.get('/api/messages', { schema: { querystring: ListMessagesQuery, response: { 200: ref(MessageList) } } }, async (request) => {
    const otherUserId = request.query.otherUserId ?? ''
    return await rows.conversation(userFor(otherUserId), otherUserId)
  })

  app.post('/api/payments/process', { schema: { headers: IdempotencyHeader, body: ref(ProcessPaymentBody), response: { 201: ref(Payment) } } },
    async (request, reply) => await reply.code(201).send(await rows.pay(userFor(request.body.sellerId ?? ''), request.body)))

  app.get('/api/payments/:paymentId', { schema: { params: PaymentParams, response: { 200: ref(Payment) } } }, async (request, reply) => {
    const payment = await rows.payment(request.params.paymentId)
    return payment === null ? reply.callNotFound() : await reply.code(200).send(payment)
  })
}

const webhooks: FastifyPluginAsyncTypebox = async (app) => {
  // The signature covers the bytes as they arrived.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => { done(null, body) })

  app.post('/api/payments/webhook', { schema: { response: { 200: ref(WebhookAcknowledgement) } } }, async ({ headers, body }) => {
    const webhook = readSigned(headers, body as Buffer)
    if (webhook === null) throw Object.assign(new Error('the webhook is not signed by the provider'), { statusCode: 401 })
    return { result: await rows.receive(webhook) }
  })
}

const app = Fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: false, validateFormats: false, keywords: [SHOWN_AS] } } })
for (const schema of [messageSchemas, paymentSchemas, webhookSchemas].flatMap(namedSchemas)) app.addSchema(schema)
await app.register(routes)
await app.register(webhooks)
await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) })
