/** Express with the service's duties and lib-dynamodb. */
import { SendMessageBody } from '#adapters/http/messages/schemas.js'
import { ProcessPaymentBody } from '#adapters/http/payments/schemas.js'
import { IdempotencyHeader } from '#adapters/http/shared/schemas.js'
import { appWithDuties, bodyOf, userOf, validate } from './duties.js'
import { makeWrites } from './dynamodb-writes.js'

const writes = makeWrites()
const app = appWithDuties()

app.post('/api/messages', validate('body', SendMessageBody), async (request, response) => {
  response.status(201).json(await writes.send(userOf(response), bodyOf(request, SendMessageBody)))
})
app.post('/api/payments/process', validate('headers', IdempotencyHeader), validate('body', ProcessPaymentBody), async (request, response) => {
  response.status(201).json(await writes.pay(userOf(response), bodyOf(request, ProcessPaymentBody)))
})
app.listen(Number(process.env['PORT']), '127.0.0.1')
