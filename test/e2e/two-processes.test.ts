import t from 'tap'
import { startDynamoDb } from '../support/dynamodb.js'
import { adminToken, as, key } from '../support/service.js'
import { checkAnswers, COPIES, isReplay, KEYS, listed, startTwo, storm } from '../support/two-processes.js'

const AMOUNT = 12_500

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

t.test('two processes make one message of each key', async (t) => {
  const { call } = await startTwo(t, dynamoDb)
  const send = async (name: string, copy: number, message = 'merhaba') =>
    await call(copy, 'POST', '/api/messages', as('ayse'), { receiverId: `receiver-of-${name}`, message, clientMessageId: name })
  checkAnswers(t, await storm(COPIES, send), 'messageId')
  t.equal((await listed(call, '/api/messages', as('ayse'))).length, KEYS)
  t.match(await send('key-7', 1), { status: 200 })
  t.match(await send('key-7', 1, 'another text'), { status: 422, body: { code: 'idempotency_key_reused' } })
})

t.test('two processes charge and refund each key once', async (t) => {
  const { call, effects } = await startTwo(t, dynamoDb)
  const pay = async (name: string, copy: number, amount = AMOUNT) =>
    await call(copy, 'POST', '/api/payments/process', { ...as('ayse'), ...key(name) },
      { amount, currency: 'TRY', orderId: name, sellerId: 'mehmet', paymentMethod: { token: 'tok_ok' } })
  const charged = await storm(COPIES, pay)
  checkAnswers(t, charged, 'paymentId')
  t.equal(await effects('charge'), KEYS, 'one charge a key, over both processes')
  t.equal((await listed(call, '/api/payments', as('ayse'))).length, KEYS)
  const replay = await pay('key-7', 1)
  t.ok(isReplay(replay))
  t.match(replay.body, { status: 'succeeded', amount: AMOUNT })
  t.match(await pay('key-7', 0, AMOUNT + 1), { status: 422, body: { code: 'idempotency_key_reused' } })

  const idOf = (name: string) => String(charged.get(name)?.find(({ status }) => status === 201)?.body['paymentId'])
  const refund = async (name: string, copy: number) =>
    await call(copy, 'POST', `/api/payments/${idOf(name)}/refund`, { ...adminToken, ...key(`refund-${name}`) }, { amount: 500 })
  checkAnswers(t, await storm(5, refund), 'paymentId')
  t.equal(await effects('refund'), KEYS, 'one refund a key, over both processes')
  const payments = await listed(call, '/api/payments', as('ayse'))
  t.ok(payments.every(({ status, refundedAmount }) => status === 'partially_refunded' && refundedAmount === 500))
})
