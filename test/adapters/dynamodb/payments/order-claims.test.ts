// @own-process
import { DeleteCommand, GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import t from 'tap'
import type { Decision } from '#domain/payments/decision.js'
import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { manualPayment, settle } from '#domain/payments/settlement.js'
import { claimOlderOrders } from '#adapters/dynamodb/payments/older-orders.js'
import type { OlderPaymentsOptions } from '#adapters/dynamodb/payments/older-payments.js'
import { at, payment, times } from '../../../contracts/fixtures.js'
import { startDynamoDb } from '../../../support/dynamodb.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())
const ORDER = { orderId: 'order_1' }

t.test('of payments of one order that two processes store at once, one is stored', async (t) => {
  const tables = await dynamoDb.freshTables()
  const nodes = [dynamoDb.open(tables), dynamoDb.open(tables)] as const
  const results = await times(20, async (index) => await nodes[index % 2 === 0 ? 0 : 1].payments.insert(payment(`pay_${index}`, { ...ORDER, owner: `owner${index}` })))
  const [first, ...others] = results.filter(({ inserted }) => inserted).map(({ stored }) => stored)
  t.equal(others.length, 0)
  for (const { stored } of results) t.same(stored, first)
  const { documents, tableNames } = dynamoDb.database(tables)
  t.same((await documents.send(new ScanCommand({ TableName: tableNames.orderClaims }))).Items, [{ order: 'payer#ayse#order_1', paymentId: first?.paymentId }])
  await Promise.all(nodes.map(async ({ close }) => await close()))
})

t.test('a claim of a payment that a restored table does not hold is free', async (t) => {
  const tables = await dynamoDb.freshTables()
  const { payments, close } = dynamoDb.open(tables)
  const { documents, tableNames } = dynamoDb.database(tables)
  await payments.insert(payment('pay_1', ORDER))
  await documents.send(new DeleteCommand({ TableName: tableNames.payments, Key: { paymentId: 'pay_1' } }))
  t.match(await payments.insert(payment('pay_2', ORDER)), { inserted: true, stored: { paymentId: 'pay_2' } })
  t.match(await payments.insert(payment('pay_3', ORDER)), { inserted: false, stored: { paymentId: 'pay_2' } })
  await documents.send(new DeleteCommand({ TableName: tableNames.payments, Key: { paymentId: 'pay_2' } }))
  t.match(await payments.insert(payment('pay_2', ORDER)), { inserted: true }, 'the same payment once more')
  await close()
})

const refused = { kind: 'failed', reference: null, failure: { code: 'declined', message: 'no' } } as const
const captured = { kind: 'succeeded', reference: 'ref_1', amount: 100, currency: 'TRY' } as const

t.test('the back-fill claims open and paid orders from before claims, and leaves the claims that requests have made', async (t) => {
  const tables = await dynamoDb.freshTables()
  const { payments, close } = dynamoDb.open(tables)
  const database = dynamoDb.database(tables)
  const { documents, tableNames } = database
  const unclaimed = async (decision: Decision) => {
    const held = (await payments.insert(decision, { isAnother: true })).stored.paymentId
    const { Items = [] } = await documents.send(new ScanCommand({ TableName: tableNames.orderClaims }))
    for (const row of Items) if (row['paymentId'] === held) await documents.send(new DeleteCommand({ TableName: tableNames.orderClaims, Key: { order: row['order'] as string } }))
  }
  const stored = async (paymentId: string, orderId: string, seconds: number, fact: PaymentFact | null) => {
    // A payment as a version without claims has stored it.
    await unclaimed(payment(paymentId, { orderId, createdAt: at(seconds), orderSigned: orderId === 'signed' }))
    if (fact !== null) await payments.update(paymentId, (before) => settle(before, fact, at(seconds + 1)))
  }
  await stored('open_1', 'open', 0, null)
  await stored('open_2', 'open', 10, null)
  await stored('open_3', 'open', 20, refused)
  await stored('paid_1', 'paid', 0, captured)
  await stored('paid_2', 'paid', 10, captured)
  await stored('paid_3', 'paid', 20, null)
  await stored('free_1', 'free', 0, refused)
  await payments.insert(payment('live_1', { orderId: 'live' }))
  await stored('live_2', 'live', 10, captured)
  await stored('signed_1', 'signed', 0, captured)
  await unclaimed(manualPayment({ ...payment('x').payment, orderId: 'manual' }, { paymentId: 'manual_1', fingerprint: 'f', owner: 'o', now: at(0) }))
  await times(120, async (index) => await payments.insert(payment(`more_${index}`, { createdAt: at(1000 + index) }), { isAnother: true }))

  const run = async (options: Partial<OlderPaymentsOptions> = {}) => {
    const seen: number[] = []
    const done = await claimOlderOrders(database, { again: true, signal: new AbortController().signal, onProgress: (looked) => { seen.push(looked) }, ...options })
    return { done, seen }
  }
  t.same(await run({ again: false }), { done: true, seen: [0] }, 'new tables hold no older payments')
  const stop = new AbortController()
  t.same(await run({ signal: stop.signal, onProgress: (looked) => { if (looked > 0) stop.abort() } }), { done: false, seen: [] })
  t.same(await run({ again: false }), { done: true, seen: [100, 131] }, 'it goes on where it was stopped')
  const holderIn = async (order: string) => (await documents.send(new GetCommand({ TableName: tableNames.orderClaims, Key: { order } }))).Item?.['paymentId'] as string | undefined
  const orders = [...['open', 'paid', 'free', 'live', 'manual', 'order of more_7', 'signed'].map((orderId) => `payer#ayse#${orderId}`), 'seller#mehmet#signed']
  const holders = async () => await Promise.all(orders.map(holderIn))
  const expected = ['open_2', 'paid_2', undefined, 'live_1', undefined, 'more_7', 'signed_1', 'signed_1']
  t.same(await holders(), expected)
  await run()
  t.same(await holders(), expected, 'another run changes nothing')
  t.match(await payments.insert(payment('pay_9', { orderId: 'paid' })), { inserted: false, stored: { paymentId: 'paid_2' } })
  await close()
})
