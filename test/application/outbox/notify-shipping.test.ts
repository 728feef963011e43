import t from 'tap'
import { identity } from '#adapters/system/system.js'
import { makeNotify } from '#application/outbox/effects/notify.js'
import type { OutboxEvent } from '#application/ports/outbox-store.js'
import type { Notification } from '#domain/notifications/notification.js'
import { paymentEvents } from '#domain/payments/decision.js'
import type { Payment } from '#domain/payments/payment.js'
import { SHIPMENT_EVENT_TYPES, type ShipmentEvent } from '#domain/shipping/decision.js'
import { DAY_MS, HOUR_MS, laterBy } from '#domain/time.js'
import { aCapturedPayment, START } from '../../support/builders.js'
import { ADDRESS } from '../../support/parcels.js'

const notify = makeNotify({ identity, timeZone: 'Europe/Istanbul', shipWithinDays: 3 })

function led (event: OutboxEvent | undefined, payment: Payment | null = null, effect = notify): Notification[] {
  if (event === undefined) throw new Error('there is one')
  return effect.writes(event, payment).flatMap((write) => write.kind === 'notification' ? [write.notification] : [])
}

function told (type: ShipmentEvent['type'], { sellerId = 'sela', direction = 'outbound', occurredAt = START }: { sellerId?: string | null, direction?: 'outbound' | 'return', occurredAt?: string } = {}) {
  const data = { paymentId: 'pay_1', orderId: 'order-1', sellerId, buyerId: 'ada', direction, carrier: 'simulator', status: 'in_transit', previousStatus: 'created' } as const
  return led({ eventId: `${occurredAt}#ship_1#${type}`, type, occurredAt, subjectId: 'ship_1', data })
}

t.test('buyers hear of the way of a parcel, sellers of what comes back, and both sides of the shop of a flag', async (t) => {
  const who = (direction: 'outbound' | 'return') => Object.fromEntries(SHIPMENT_EVENT_TYPES.map((type) => [type, told(type, { direction }).map(({ userId, kind }) => `${userId} ${kind}`)] as const).filter(([, all]) => all.length > 0))
  const flagged = ['#operators shipment_attention', 'sela shipment_attention']
  t.strictSame(who('outbound'), {
    'shipment.handed_over': ['ada shipment_shipped'],
    'shipment.in_transit': ['ada shipment_shipped'],
    'shipment.available_for_pickup': ['ada shipment_shipped'],
    'shipment.out_for_delivery': ['ada shipment_out_for_delivery'],
    'shipment.delivery_failed': ['ada shipment_delivery_failed'],
    'shipment.delivered': ['ada shipment_delivered'],
    'shipment.returned': ['sela shipment_returned'],
    'shipment.flagged': flagged,
  })
  t.strictSame(who('return'), { 'shipment.delivered': ['sela shipment_returned'], 'shipment.flagged': flagged })
  t.same(told('shipment.returned', { sellerId: null }), [])
  t.match(told('shipment.flagged', { sellerId: null }).map(({ userId }) => userId), ['#operators'])
})

t.test('a parcel tells each thing once, and what may happen on several days once a day', async (t) => {
  const id = (type: ShipmentEvent['type'], occurredAt = START) => told(type, { occurredAt })[0]?.notificationId
  t.equal(id('shipment.handed_over'), id('shipment.in_transit', laterBy(START, DAY_MS)))
  t.equal(id('shipment.delivered'), id('shipment.delivered', laterBy(START, DAY_MS)))
  for (const type of ['shipment.out_for_delivery', 'shipment.delivery_failed'] as const) {
    t.equal(id(type), id(type, laterBy(START, 5 * HOUR_MS)), type)
    t.not(id(type), id(type, laterBy(START, 9 * HOUR_MS)), 'midnight in Istanbul is between')
  }
  t.not(id('shipment.flagged'), id('shipment.flagged', laterBy(START, 1)), 'a flag that is raised again')
  t.match(told('shipment.out_for_delivery'), [{ subjectId: 'ship_1', amount: null, dueAt: START, validUntil: '2026-03-01T21:00:00.000Z' }])
  t.match(told('shipment.delivered'), [{ validUntil: null }])
})

t.test('a paid order with an address reminds its seller after a day and at the end of their time, and the operators after twice that', async (t) => {
  const order = aCapturedPayment({ shippingAddress: ADDRESS })
  const reminders = (payment: Payment, effect = notify) => led(paymentEvents(null, payment, [{ type: 'payment.succeeded' }])[0], payment, effect)
    .filter(({ kind }) => kind === 'order_to_ship').map(({ userId, dueAt, subjectId, amount }) => [userId, (Date.parse(dueAt) - Date.parse(START)) / DAY_MS, subjectId, amount])
  t.same(reminders(order), [['sela', 1, 'pay_1', 10_000], ['sela', 3, 'pay_1', 10_000], ['#operators', 6, 'pay_1', 10_000]])
  t.same(reminders(order, makeNotify({ identity, timeZone: 'UTC', shipWithinDays: 1 })), [['sela', 1, 'pay_1', 10_000], ['#operators', 2, 'pay_1', 10_000]])
  t.same(reminders({ ...order, sellerId: null }), [['#operators', 6, 'pay_1', 10_000]])
  for (const none of [{ shippingAddress: null }, { provider: 'manual' }, { status: 'refunded' }, { shipments: [{ shipmentId: 'ship_1', items: [], state: 'shipped' }] }] as const) t.same(reminders({ ...order, ...none }), [])
  t.same(led(paymentEvents(null, order, [{ type: 'payment.succeeded' }])[0]).map(({ kind }) => kind), ['payment_succeeded'], 'a payment that is gone')
  t.same(led(paymentEvents(null, order, [{ type: 'refund.succeeded' }])[0], order).map(({ kind }) => kind), ['payment_refunded'])
})
