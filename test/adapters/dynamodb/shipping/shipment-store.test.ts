// @own-process
import t from 'tap'
import { shipmentOf, shipmentRow } from '#adapters/dynamodb/shipping/shipment-row.js'
import { decided as decidedPayment } from '#domain/payments/decision.js'
import { reserveItems } from '#domain/payments/fulfillment.js'
import { decided } from '#domain/shipping/decision.js'
import { withCancelConfirmed } from '#domain/shipping/cancellation.js'
import { at, payment } from '../../../contracts/fixtures.js'
import { startDynamoDb } from '../../../support/dynamodb.js'
import { canceled, inTurn, openBehindProxy } from '../../../support/dynamodb-proxy.js'
import { aLabel, aShipment, someAddresses } from '../../../support/shipments.js'

const dynamoDb = await startDynamoDb()
t.teardown(async () => await dynamoDb.stop())

t.test('a change whose payment another change overtook is made again on what both are now', async (t) => {
  const { payments, shipments, proxy, count } = await openBehindProxy(t, dynamoDb)
  await payments.insert(payment('pay_1'))
  const { payment: paid } = await payments.update('pay_1', (before) => decidedPayment(before, { ...before, status: 'succeeded', capturedAmount: before.amount }, at(1), []))
  await shipments.insert(aShipment(), someAddresses(), (current) => reserveItems(current, { shipmentId: 'ship_1', items: [] }, at(2)), paid)
  const before = count('TransactWriteItems')
  proxy.plan = inTurn('TransactWriteItems', canceled('None', 'ConditionalCheckFailed', 'None'))
  t.match(await shipments.update('ship_1', (current) => decided(current, withCancelConfirmed(current, at(3)), at(3))), { shipment: { status: 'canceled', version: 2 }, duplicate: false })
  t.equal(count('TransactWriteItems'), before + 2)
  t.match(await shipments.find('ship_1'), { status: 'canceled', version: 2 })
  t.match(await payments.find('pay_1'), { version: 4, shipments: [{ state: 'void' }] })
})

t.test('a shipment whose addresses no one has told is stored without them', async (t) => {
  const { payments, shipments, shipmentAddresses } = await openBehindProxy(t, dynamoDb)
  await payments.insert(payment('pay_1'))
  const { payment: paid } = await payments.update('pay_1', (before) => decidedPayment(before, { ...before, status: 'succeeded', capturedAmount: before.amount }, at(1), []))
  t.match(await shipments.insert(aShipment(), null, (current) => reserveItems(current, { shipmentId: 'ship_1', items: [] }, at(2)), paid), { inserted: true, stored: { shipmentId: 'ship_1' } })
  t.equal(await shipmentAddresses.find('ship_1', at(3)), null)
})

t.test('a payment that does not know of the shipment stays as it is when the shipment changes', async (t) => {
  const { payments, shipments } = await openBehindProxy(t, dynamoDb)
  await payments.insert(payment('pay_1'))
  const { payment: paid } = await payments.update('pay_1', (before) => decidedPayment(before, { ...before, status: 'succeeded', capturedAmount: before.amount }, at(1), []))
  await shipments.insert(aShipment(), null, (current) => decidedPayment(current, { ...current, description: 'a shipment of another time' }, at(2), []), paid)
  await shipments.update('ship_1', (current) => decided(current, withCancelConfirmed(current, at(3)), at(3)))
  t.match(await shipments.find('ship_1'), { status: 'canceled', version: 2 })
  t.match(await payments.find('pay_1'), { version: 3, shipments: [] })
})

t.test('rows of a version without returns are shipments to the buyer, and keep what this version does not know', (t) => {
  const { returnRequest: _none, ...row } = shipmentRow(aLabel(), 'token')
  const read = shipmentOf({ ...row, attempt: 0 })
  t.match(read, { direction: 'outbound', returnRequest: null, attempt: 0 })
  t.match(shipmentRow(read, 'token'), { attempt: 0 })
  const answer = { accepted: false, reason: 'it was worn', answeredAt: at(1), by: 'other' }
  t.match(shipmentOf({ ...row, returnRequest: { reason: 'too small', answer, photos: 2 } }).returnRequest, { reason: 'too small', answer, photos: 2 })
  t.end()
})
