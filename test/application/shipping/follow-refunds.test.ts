import t from 'tap'
import { withMethods } from '#adapters/durability/proxy.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { makeNotify } from '#application/outbox/effects/notify.js'
import type { Stores } from '#application/ports/stores.js'
import { makeFollowRefunds } from '#application/shipping/follow-refunds.js'
import { DomainError } from '#domain/errors.js'
import { decided } from '#domain/payments/decision.js'
import { identity } from '#adapters/system/system.js'
import { decided as decidedShipment } from '#domain/shipping/decision.js'
import { withNews } from '#domain/shipping/news.js'
import { withRefund } from '#domain/shipping/refunded.js'
import { SHIPMENT_STATUSES, type Shipment } from '#domain/shipping/shipment.js'
import { laterBy } from '#domain/time.js'
import { settableClock, START } from '../../support/builders.js'
import { dispatcherOf } from '../../support/dispatching.js'
import { aParcel, aScan, shipped } from '../../support/parcels.js'

t.test('where all money went back, labels that no one has scanned are to be canceled, and a person looks at what moves', async (t) => {
  const wanted = Object.fromEntries(SHIPMENT_STATUSES.map((status) => {
    const { cancellation, flags } = withRefund(aParcel({ status }), START)
    return [status, cancellation === null ? flags[0] ?? null : 'cancel']
  }))
  const moving = Object.fromEntries(['handed_over', 'in_transit', 'available_for_pickup', 'out_for_delivery', 'delivery_failed', 'lost'].map((status) => [status, 'refunded_in_transit']))
  t.same(wanted, { ...Object.fromEntries(SHIPMENT_STATUSES.map((status) => [status, null])), ...moving, pending: 'cancel', created: 'cancel' })
  t.match(withRefund(aParcel({ carrier: 'manual' }), START), { cancellation: null, flags: ['refunded_in_transit'] })
  const back = aParcel({ direction: 'return', status: 'in_transit' })
  t.equal(withRefund(back, START), back, 'what the buyer sends back comes on')
})

const notify = makeNotify({ identity, timeZone: 'UTC', shipWithinDays: 3 })

/** Refunds a part or all of the payment of a parcel, and dispatches its events. */
async function refunded (amount: number, parcel: Shipment = aParcel(), { scanned = false, wrap = (stores: Stores) => stores } = {}) {
  const stores = memoryStores()
  await shipped(stores, parcel)
  if (scanned) await stores.shipments.update('ship_1', (current) => decidedShipment(current, withNews(current, [aScan('in_transit')]), START))
  await stores.payments.update('pay_1', (payment) => decided(payment, { ...payment, status: amount < 10_000 ? 'partially_refunded' : 'refunded', refundedAmount: amount }, START, [{ type: 'refund.succeeded', amount }]))
  const time = settableClock()
  const dispatcher = dispatcherOf(stores, { effects: [notify], clock: time.clock, followRefunds: makeFollowRefunds({ ...wrap(stores), clock: time.clock, shippingPiiMs: 1 }) })
  return { ...stores, dispatcher, find: async () => await stores.shipments.find('ship_1') }
}

t.test('a refund of all money asks for the cancellation of a label, which the next look carries out', async (t) => {
  const { dispatcher, find } = await refunded(10_000)
  await dispatcher.run()
  t.match(await find(), { status: 'created', cancellation: { requestedAt: START, confirmedAt: null }, check: { tries: 0, dueAt: laterBy(START, 60_000) } })
  t.same(dispatcher.parked, [])
})

t.test('a refund of all money flags a parcel that moves, and seller and operators hear of it', async (t) => {
  const { dispatcher, find, notifications } = await refunded(10_000, aParcel(), { scanned: true })
  await dispatcher.run()
  await dispatcher.run()
  t.match(await find(), { status: 'in_transit', flags: ['refunded_in_transit'], cancellation: null })
  const { items } = await notifications.listOfUser('sela', { before: null, limit: 10 })
  t.match(items.map(({ kind }) => kind), ['shipment_attention'])
})

t.test('a refund of a part changes no shipment, and neither does one of a payment without shipments', async (t) => {
  const part = await refunded(9_999)
  await part.dispatcher.run()
  t.match(await part.find(), { version: 1, cancellation: null })
  const gone = await refunded(10_000, aParcel(), { wrap: (stores) => ({ ...stores, payments: withMethods(stores.payments, { find: async () => null }) }) })
  await gone.dispatcher.run()
  t.match(await gone.find(), { version: 1 })
})

t.test('a shipment that has ended stays as it is', async (t) => {
  const stores = await refunded(10_000)
  await stores.shipments.update('ship_1', (current) => decidedShipment(current, withNews(current, [aScan('delivered')]), START))
  await stores.dispatcher.run()
  t.match(await stores.find(), { status: 'delivered', version: 2, flags: [] })
})

t.test('the event waits while the store is away, and is parked where its shipments cannot be changed', async (t) => {
  for (const [code, parked] of [['store_unavailable', false], ['store_busy', false], ['not_found', true]] as const) {
    const { dispatcher, outbox } = await refunded(10_000, aParcel(), { wrap: (stores) => ({ ...stores, shipments: withMethods(stores.shipments, { update: async () => { throw new DomainError(code, 'away') } }) }) })
    for (let run = 0; run < 3; run++) await dispatcher.run().catch((error: unknown) => { t.match(error, { code }) })
    t.equal(await outbox.countParked(), parked ? 1 : 0, code)
    if (parked) t.match(dispatcher.parked, [{ reason: 'shipments of a refund: DomainError: away' }])
  }
})
