/** Fastify with the service's own schemas and two Maps, without tokens, log, limits and rules. */
import Fastify from 'fastify'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ListMessagesQuery, Message, MessageList, SendMessageBody } from '#adapters/http/messages/schemas.js'
import { Payment, PaymentParams, ProcessPaymentBody } from '#adapters/http/payments/schemas.js'
import * as messageSchemas from '#adapters/http/messages/schemas.js'
import * as paymentSchemas from '#adapters/http/payments/schemas.js'
import { IdempotencyHeader, namedSchemas, ref, SHOWN_AS } from '#adapters/http/shared/schemas.js'
import { makeAnswers } from './answers.js'

/** The server checks no tokens, so every caller is this user. */
const USER = 'buyer-0'

const routes: FastifyPluginAsyncTypebox = async (app) => {
  const answers = makeAnswers()

  app.post('/api/messages', { schema: { body: ref(SendMessageBody), response: { 201: ref(Message) } } },
    async (request, reply) => await reply.code(201).send(answers.send(USER, request.body)))

  app.get('/api/messages', { schema: { querystring: ListMessagesQuery, response: { 200: ref(MessageList) } } },
    async (request) => answers.conversation(USER, request.query.otherUserId ?? ''))

  app.post('/api/payments/process', { schema: { headers: IdempotencyHeader, body: ref(ProcessPaymentBody), response: { 201: ref(Payment) } } },
    async (request, reply) => await reply.code(201).send(answers.pay(USER, request.body)))

  app.get('/api/payments/:paymentId', { schema: { params: PaymentParams, response: { 200: ref(Payment) } } },
    async (request, reply) => {
      const payment = answers.payment(request.params.paymentId)
      return payment === undefined ? reply.callNotFound() : await reply.code(200).send(payment)
    })
}

const app = Fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: false, validateFormats: false, keywords: [SHOWN_AS] } } })
for (const schema of [messageSchemas, paymentSchemas].flatMap(namedSchemas)) app.addSchema(schema)
await app.register(routes)
await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) })
