/** Fastify with the service's own schemas and lib-dynamodb, without tokens, log, limits and rules. */
import Fastify from 'fastify'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Message, SendMessageBody } from '#adapters/http/messages/schemas.js'
import { Payment, ProcessPaymentBody } from '#adapters/http/payments/schemas.js'
import * as messageSchemas from '#adapters/http/messages/schemas.js'
import * as paymentSchemas from '#adapters/http/payments/schemas.js'
import { IdempotencyHeader, namedSchemas, ref } from '#adapters/http/shared/schemas.js'
import { makeWrites } from './dynamodb-writes.js'

/** The server checks no tokens: the user is who the other side of the conversation is for. */
const userFor = (otherUserId: string): string => otherUserId.replace('seller', 'buyer')

const routes: FastifyPluginAsyncTypebox = async (app) => {
  const writes = makeWrites()

  app.post('/api/messages', { schema: { body: ref(SendMessageBody), response: { 201: ref(Message) } } },
    async (request, reply) => await reply.code(201).send(await writes.send(userFor(request.body.receiverId), request.body)))

  app.post('/api/payments/process', { schema: { headers: IdempotencyHeader, body: ref(ProcessPaymentBody), response: { 201: ref(Payment) } } },
    async (request, reply) => await reply.code(201).send(await writes.pay(userFor(request.body.sellerId ?? ''), request.body)))
}

const app = Fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: false, validateFormats: false } } })
for (const schema of [messageSchemas, paymentSchemas].flatMap(namedSchemas)) app.addSchema(schema)
await app.register(routes)
await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) })
