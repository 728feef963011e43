/** Express with two Maps and the service's duties. */
import { ListMessagesQuery, SendMessageBody } from '#adapters/http/messages/schemas.js'
import { PaymentParams, ProcessPaymentBody } from '#adapters/http/payments/schemas.js'
import { IdempotencyHeader } from '#adapters/http/shared/schemas.js'
import { makeAnswers } from './answers.js'
import { appWithDuties, bodyOf, userOf, validate } from './duties.js'

const answers = makeAnswers()
const app = appWithDuties()

app.post('/api/messages', validate('body', SendMessageBody), (request, response) => {
  response.status(201).json(answers.send(userOf(response), bodyOf(request, SendMessageBody)))
})
app.get('/api/messages', validate('query', ListMessagesQuery), (request, response) => {
  response.json(answers.conversation(userOf(response), String(request.query['otherUserId'])))
})
app.post('/api/payments/process', validate('headers', IdempotencyHeader), validate('body', ProcessPaymentBody), (request, response) => {
  response.status(201).json(answers.pay(userOf(response), bodyOf(request, ProcessPaymentBody)))
})
app.get('/api/payments/:paymentId', validate('params', PaymentParams), (request, response) => {
  const payment = answers.payment(String(request.params['paymentId']))
  if (payment === undefined) response.status(404).json({ code: 'not_found' })
  else response.json(payment)
})
app.listen(Number(process.env['PORT']), '127.0.0.1')
