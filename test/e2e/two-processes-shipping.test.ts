import t from 'tap'
import { startDynamoDb } from '../support/dynamodb.js'
import { API_KEY, startEasyPostServer, WEBHOOK_SECRET } from '../support/carriers/easypost-server.js'
import { adminToken, as, key } from '../support/service.js'
import { WRITTEN } from '../support/shipping-world.js'
import { isInProgress, isReplay, KEYS, COPIES, startTwo, storm, type Answer } from '../support/two-processes.js'

const PARCEL = { lengthMm: 300, widthMm: 200, heightMm: 100, weightG: 900 }
/** Of the copies of an order, every fifth asks for another label of the same things, and every fifth for something else under the same key. */
const OTHERS = 5

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

t.test('two processes buy one label of each order', async (t) => {
  const easyPost = await startEasyPostServer(t)
  const { call } = await startTwo(t, dynamoDb, {
    SHIPPING_CARRIERS: 'easypost', EASYPOST_API_KEY: API_KEY, EASYPOST_WEBHOOK_SECRETS: WEBHOOK_SECRET, EASYPOST_BASE_URL: easyPost.url, RECONCILE_PER_MINUTE: '0',
  })
  const paid = await storm(1, async (name, copy) => await call(copy, 'POST', '/api/payments/process', { ...as('ayse'), ...key(name) }, {
    amount: 5_000, currency: 'TRY', orderId: name, sellerId: 'mehmet', paymentMethod: { token: 'tok_ok' }, items: [{ name: 'Scarf', quantity: 1, unitAmount: 5_000 }],
  }))
  const paymentOf = (name: string): string => String(paid.get(name)?.[0]?.body['paymentId'])
  const ship = async (name: string, copy: number): Promise<Answer> => await call(copy, 'POST', `/api/payments/${paymentOf(name)}/shipments`, { ...as('mehmet'), ...key(copy % OTHERS === 1 ? `other-${name}` : `ship-${name}`) }, {
    parcels: [copy % OTHERS === 2 ? { ...PARCEL, weightG: 901 } : PARCEL], items: [{ index: 0, quantity: 1 }], recipient: WRITTEN, sender: WRITTEN,
  })
  const answers = await storm(COPIES, ship)

  const all = [...answers.values()]
  t.ok(all.every((copies) => copies.filter(({ status }) => status === 201).length === 1), 'one copy of each order had its label made')
  const rest = all.flat().filter((answer) => answer.status !== 201 && !isReplay(answer) && !isInProgress(answer))
  t.same([...new Set(rest.map(({ status, body }) => `${status} ${String(body['code'])}`))].filter((one) => one !== '409 already_shipped' && one !== '422 idempotency_key_reused'), [])
  t.equal(easyPost.requests.filter(({ path }) => path.endsWith('/buy')).length, KEYS, 'one purchase of each order was asked for')
  const bought = easyPost.shipments.filter(({ label }) => label !== null)
  const shipments = await Promise.all([...answers.keys()].map(async (name, index) => (await call(index, 'GET', `/api/payments/${paymentOf(name)}/shipments`, adminToken)).body['items'] as ReadonlyArray<Record<string, unknown>>))
  t.ok(shipments.every((ofOrder) => ofOrder.length === 1), 'an order has one shipment')
  t.same(shipments.flat().map(({ trackingNumber }) => trackingNumber).toSorted(), bought.map(({ trackingCode }) => trackingCode).toSorted(), 'whose label is the one that was bought')
})
