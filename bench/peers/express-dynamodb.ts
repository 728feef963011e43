/** Express with the service's duties and lib-dynamodb. */
import express from 'express'
import { ListMessagesQuery, SendMessageBody } from '#adapters/http/messages/schemas.js'
import { PaymentParams, ProcessPaymentBody } from '#adapters/http/payments/schemas.js'
import { IdempotencyHeader } from '#adapters/http/shared/schemas.js'
import { appWithDuties, bodyOf, userOf, validate } from './duties.js'
import { makeRows } from './dynamodb-rows.js'
import { readSigned } from './signed-webhook.js'

const rows = makeRows()
const app = appWithDuties((open) => {
  // The signature covers the bytes as they arrived.
  open.post('/api/payments/webhook', express.raw({ type: 'application/json', limit: '64kb' }), async ({ headers, body }, response) => {
    const webhook = readSigned(headers, body as Buffer)
    if (webhook === null) response.status(401).json({ code: 'invalid_webhook_signature' })
    else response.json({ result: await rows.receive(webhook) })
  })
})

app.post('/api/messages', validate('body', SendMessageBody), async (request, response) => {
  response.status(201).json(await rows.send(userOf(response), bodyOf(request, SendMessageBody)))
})
app.post('/api/payments/process', validate('headers', IdempotencyHeader), validate('body', ProcessPaymentBody), async (request, response) => {
  response.status(201).json(await rows.pay(userOf(response), bodyOf(request, ProcessPaymentBody)))
})
app.get('/api/messages', validate('query', ListMessagesQuery), async (request, response) => {
  response.json(await rows.conversation(userOf(response), String(request.query['otherUserId'])))
})
app.get('/api/payments/:paymentId', validate('params', PaymentParams), async (request, response) => {
  const payment = await rows.payment(String(request.params['paymentId']))
  if (payment === null) response.status(404).json({ code: 'not_found' })
  else response.json(payment)
})
app.listen(Number(process.env['PORT']), '127.0.0.1')
