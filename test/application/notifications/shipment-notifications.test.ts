import t from 'tap'
import { newNotification, OPERATORS, type Notification, type ShippingKind } from '#domain/notifications/notification.js'
import { decided } from '#domain/shipping/decision.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import { withNews } from '#domain/shipping/news.js'
import type { TrackingEvent } from '#domain/shipping/tracking.js'
import { DAY_MS, laterBy } from '#domain/time.js'
import { START } from '../../support/builders.js'
import { aParcel, aScan, shipped } from '../../support/parcels.js'
import { notifying } from '../../support/notifying.js'

const DEFAULTS = { locale: 'en', timeZone: 'UTC', operationsEmail: 'operations@example.com' } as const

async function world (parcel: Shipment = aParcel(), scans: readonly TrackingEvent[] = []) {
  const w = notifying({ notificationDefaults: DEFAULTS, appUrl: 'https://shop.example' })
  for (const name of ['ada', 'sela']) await w.account(name, { locale: 'en' })
  await shipped(w, parcel)
  const change = async (next: (shipment: Shipment) => Shipment): Promise<void> => { await w.shipments.update(parcel.shipmentId, (current) => decided(current, next(current), w.time.clock())) }
  if (scans.length > 0) await change((current) => withNews(current, scans))
  const notify = async (kind: ShippingKind, fields: Partial<Notification> = {}): Promise<Notification | null> => {
    const notificationId = `ntf_${kind}`
    await w.notifications.insert(newNotification({ notificationId, userId: 'ada', kind, subjectId: 'ship_1', createdAt: START, ...fields }))
    await w.deliver()
    return await w.notifications.find(notificationId)
  }
  return { ...w, change, notify }
}

t.test('a mail names the order, the carrier and the tracking number, and leads to the payment', async (t) => {
  const { notify, email } = await world(aParcel(), [aScan('in_transit')])
  t.match(await notify('shipment_shipped'), { state: 'sent' })
  t.match(email.taken, [{ to: 'ada@example.com', subject: 'Your order is on its way' }])
  t.match(email.taken[0]?.text, 'Your order order-1 is on its way with Sürat Kargo. The tracking number is 1234567890.')
  t.match(email.taken[0]?.text, 'https://shop.example/payments/pay_1')
})

t.test('the reason of a failed delivery is the last word of the carrier', async (t) => {
  const { notify, email } = await world(aParcel(), [aScan('delivery_failed', { eventId: 'a', text: 'old' }), aScan('delivery_failed', { eventId: 'b', text: 'No one at home', occurredAt: laterBy(START, 120_000) })])
  await notify('shipment_delivery_failed')
  t.match(email.taken[0]?.text, 'The carrier says: No one at home.')
})

t.test('what a parcel has left behind is not told any more', async (t) => {
  const delivered = await world(aParcel(), [aScan('out_for_delivery', { occurredAt: START }), aScan('delivered')])
  for (const kind of ['shipment_out_for_delivery', 'shipment_delivery_failed'] as const) t.match(await delivered.notify(kind), { state: 'suppressed', reason: 'the parcel has gone on' })
  t.match(await delivered.notify('shipment_delivered'), { state: 'sent' })
  const out = await world(aParcel(), [aScan('out_for_delivery', { occurredAt: START })])
  t.match(await out.notify('shipment_out_for_delivery', { validUntil: START }), { state: 'suppressed', reason: 'expired' })
  const other = await world(aParcel(), [aScan('out_for_delivery', { occurredAt: START })])
  t.match(await other.notify('shipment_out_for_delivery', { validUntil: laterBy(START, 1) }), { state: 'sent' })
  t.match(await other.notify('shipment_returned', { subjectId: 'ship_none' }), { state: 'suppressed', reason: 'there is no such shipment' })
})

t.test('a flag asks seller and operators while it is there', async (t) => {
  const w = await world(aParcel({ flags: ['tracking_silent'] }))
  t.match(await w.notify('shipment_attention', { userId: OPERATORS }), { state: 'sent' })
  t.match(w.email.taken, [{ to: 'operations@example.com', text: /has not scanned the parcel for a long time: ship_1, for the order order-1/ }])
  const none = await world()
  t.match(await none.notify('shipment_attention', { userId: 'sela' }), { state: 'suppressed', reason: 'it needs no attention any more' })
})

t.test('a reminder to ship is looked at again when it is due', async (t) => {
  const order = { userId: 'sela', subjectId: 'pay_1', amount: 10_000, currency: 'TRY', dueAt: laterBy(START, DAY_MS) } as const
  const waiting = await world()
  t.match(await waiting.notify('order_to_ship', order), { state: 'waiting' })
  waiting.time.advance(DAY_MS)
  await waiting.deliver()
  t.match(waiting.email.taken, [{ to: 'sela@example.com', subject: 'An order waits to be shipped', text: /The order order-1 was paid with TRY.100\.00/ }])
  const gone = await world()
  await gone.notify('order_to_ship', order)
  await gone.change((current) => withNews(current, [aScan('handed_over')]))
  gone.time.advance(DAY_MS)
  await gone.deliver()
  t.match(await gone.notifications.find('ntf_order_to_ship'), { state: 'suppressed', reason: 'nothing is left to ship' })
})

t.test('the scans of a parcel become mails by way of its events', async (t) => {
  const w = await world(aParcel(), [aScan('in_transit')])
  await w.dispatcher.run()
  await w.deliver()
  t.same(w.email.taken.map(({ to, subject }) => [to, subject]), [['ada@example.com', 'Your order is on its way']])
})
