import type { Test } from 'tap'
import type { OpenStores } from '#application/ports/stores.js'
import { decided as decidedPayment } from '#domain/payments/decision.js'
import { reserveItems, reserveReturn } from '#domain/payments/fulfillment.js'
import type { Payment } from '#domain/payments/payment.js'
import { withCancelConfirmed } from '#domain/shipping/cancellation.js'
import { decided } from '#domain/shipping/decision.js'
import { withLabel } from '#domain/shipping/label.js'
import { withNews } from '#domain/shipping/news.js'
import { newReturn, withReturnAccepted } from '#domain/shipping/return.js'
import type { Shipment } from '#domain/shipping/shipment.js'
import { aShipment, scan, someAddresses } from '../support/shipments.js'
import { at, eventsOf, open, payment as paymentDecision, type MakePersistence } from './fixtures.js'
import { webhookEvent } from './fixtures.js'

const FACTS = { carrierReference: 'ref-1', carrierName: 'Sürat', service: 'x', trackingNumber: 'T1', trackingUrl: null, price: { amount: 500, currency: 'TRY' } }
const NO_FILTER = { status: null, carrier: null, sellerId: null, flag: null, from: null, to: null }

/** A stored payment of ayse to mehmet whose money was taken. */
async function paid (stores: OpenStores, paymentId = 'pay_1'): Promise<Payment> {
  await stores.payments.insert(paymentDecision(paymentId))
  return await pay(stores, paymentId)
}

async function pay ({ payments }: OpenStores, paymentId = 'pay_1'): Promise<Payment> {
  const { payment } = await payments.update(paymentId, (before) => decidedPayment(before, { ...before, status: 'succeeded', capturedAmount: before.amount }, at(1), []))
  return payment
}

async function shipped (stores: OpenStores, payment: Payment, overrides: Partial<Shipment> = {}) {
  const { paymentId, userId: buyerId, sellerId } = payment
  const shipment = aShipment({ paymentId, buyerId, sellerId, createdAt: at(2), ...overrides })
  return await stores.shipments.insert(shipment, someAddresses(shipment.shipmentId), (current) => reserveItems(current, { shipmentId: shipment.shipmentId, items: [] }, at(2)), payment)
}

export function shipmentStoreContract (t: Test, makePersistence: MakePersistence): void {
  t.test('a shipment, its addresses and its part of the payment are stored in one step, and once', async (t) => {
    const stores = await open(t, makePersistence)
    const payment = await paid(stores)
    t.equal(await stores.shipments.find('ship_1'), null)
    const { inserted, stored } = await shipped(stores, payment)
    t.ok(inserted)
    t.same(await stores.shipments.find('ship_1'), stored)
    t.same((await stores.payments.find('pay_1'))?.shipments, [{ shipmentId: 'ship_1', items: [], state: 'open' }])
    t.same(await stores.shipmentAddresses.find('ship_1', at(3)), someAddresses())

    t.match(await shipped(stores, payment), { inserted: true }, 'the answer of the first call was lost')
    const other = await shipped(stores, payment, { lease: { owner: 'lease_2', epoch: 1, until: at(60) }, fingerprint: 'other' })
    t.same([other.inserted, other.stored.fingerprint], [false, 'fingerprint'])
    await t.rejects(shipped(stores, payment, { shipmentId: 'ship_2' }), { code: 'already_shipped' })
    t.equal(await stores.shipments.find('ship_2'), null)
    t.equal(await stores.shipmentAddresses.find('ship_2', at(3)), null)
    await t.rejects(shipped(stores, { ...payment, paymentId: 'pay_none', version: 7 }, { shipmentId: 'ship_3' }), { code: 'not_found' })
    t.equal((await stores.payments.find('pay_1'))?.version, 3)
  })

  t.test('a return is stored with its event, and its addresses with the change that names a carrier, or not at all', async (t) => {
    const stores = await open(t, makePersistence)
    const payment = await paid(stores)
    await shipped(stores, payment)
    await stores.shipments.update('ship_1', (before) => decided({ ...before, status: 'created' }, withNews({ ...before, status: 'created' }, [scan('delivered', 1)]), at(3)))
    const draft = { shipmentId: 'ship_r', carrierKey: 'BVR', fingerprint: 'f', paymentId: 'pay_1', orderId: 'o', sellerId: 'mehmet', buyerId: 'ayse', carrier: 'scripted', items: [] }
    const { shipment, events } = newReturn(draft, { reason: 'too small', owner: 'lease_r', now: at(4) })
    const { stored } = await stores.shipments.insert(shipment, null, (current) => reserveReturn(current, { shipmentId: 'ship_r', items: [] }, at(4)), payment, events)
    t.same(await stores.shipments.find('ship_r'), stored)
    t.match(stored, { status: 'requested', returnRequest: { reason: 'too small', answer: null } })
    t.match((await stores.payments.find('pay_1'))?.shipments, [{ state: 'delivered' }, { shipmentId: 'ship_r', state: 'open', direction: 'return' }])
    t.ok((await eventsOf(stores.outbox)).some(({ type, subjectId }) => type === 'shipment.requested' && subjectId === 'ship_r'))
    const addresses = someAddresses('ship_r')
    await stores.shipments.update('ship_r', (before) => ({ shipment: before, events: [] }), { known: stored, addresses })
    t.equal(await stores.shipmentAddresses.find('ship_r', at(5)), null)
    const label = { carrier: 'scripted', carrierName: null, service: null, trackingNumber: null, trackingUrl: null, price: null, parcels: [] }
    const accepted = await stores.shipments.update('ship_r', (before) => decided(before, withReturnAccepted(before, label, { owner: 'lease_2', until: at(60), now: at(5) }), at(5)), { known: stored, addresses })
    t.match(accepted.shipment, { status: 'pending', lease: { owner: 'lease_2', epoch: 2 } })
    t.same(await stores.shipments.find('ship_r'), accepted.shipment)
    t.same(await stores.shipmentAddresses.find('ship_r', at(5)), addresses)
  })

  t.test('a payment that was read too early refuses no shipment', async (t) => {
    const stores = await open(t, makePersistence)
    const unpaid = paymentDecision('pay_1').payment
    await t.rejects(shipped(stores, (await stores.payments.insert(paymentDecision('pay_1'))).stored), { code: 'payment_not_shippable' })
    await pay(stores)
    t.match(await shipped(stores, unpaid), { inserted: true })
    t.match(await stores.payments.find('pay_1'), { status: 'succeeded', version: 3, shipments: [{ shipmentId: 'ship_1' }] })
  })

  t.test('of two shipments that want the same at once, one gets it', async (t) => {
    const stores = await open(t, makePersistence)
    const payment = await paid(stores)
    const tries = await Promise.allSettled(Array.from({ length: 8 }, async (_, index) => await shipped(stores, payment, { shipmentId: `ship_${index}`, lease: { owner: `lease_${index}`, epoch: 1, until: at(60) } })))
    t.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1)
    t.equal((await stores.payments.find('pay_1'))?.shipments.length, 1)
  })

  t.test('a change is stored with its events and what it means for the payment', async (t) => {
    const stores = await open(t, makePersistence)
    const { stored } = await shipped(stores, await paid(stores))
    const { shipment, events } = await stores.shipments.update('ship_1', (before) => decided(before, withLabel(before, FACTS), at(3)), { known: stored })
    t.match(shipment, { status: 'created', carrierReference: 'ref-1', version: 2 })
    t.same(events.map(({ type }) => type), ['shipment.created'])
    t.same(await stores.shipments.find('ship_1'), shipment)
    const moved = await stores.shipments.update('ship_1', (before) => decided(before, withNews(before, [scan('handed_over', 1)]), at(4)), { known: stored })
    t.match(moved.shipment, { status: 'handed_over', version: 3 }, 'a change runs again on what came first')
    t.same((await stores.payments.find('pay_1'))?.shipments, [{ shipmentId: 'ship_1', items: [], state: 'shipped' }])
    t.same(await stores.shipments.update('ship_1', (before) => ({ shipment: before, events: [] })), { shipment: moved.shipment, events: [], duplicate: false })
    t.same(await stores.shipments.update('ship_1', (before) => ({ shipment: before, events: [] }), { known: stored }), { shipment: moved.shipment, events: [], duplicate: false })
    await t.rejects(stores.shipments.update('ship_1', () => { throw new Error('refused') }), { message: 'refused' })
    await t.rejects(stores.shipments.update('ship_none', (before) => ({ shipment: before, events: [] })), { code: 'not_found' })
    await t.rejects(stores.shipments.update('ship_none', (before) => decided(before, { ...before, flags: ['cancel_refused'] }, at(4)), { known: { ...stored, shipmentId: 'ship_none' } }), { code: 'not_found' })
  })

  t.test('a canceled label gives its items free, whatever became of the payment meanwhile', async (t) => {
    const stores = await open(t, makePersistence)
    const payment = await paid(stores)
    await shipped(stores, payment)
    await stores.payments.update('pay_1', (before) => decidedPayment(before, { ...before, description: 'later' }, at(3), []))
    await stores.shipments.update('ship_1', (before) => decided(before, withCancelConfirmed(before, at(4)), at(4)))
    t.match(await stores.payments.find('pay_1'), { description: 'later', shipments: [{ state: 'void' }] })
    t.match(await shipped(stores, payment, { shipmentId: 'ship_2' }), { inserted: true })
  })

  t.test('concurrent changes of one shipment and of its payment all count', async (t) => {
    const stores = await open(t, makePersistence)
    await shipped(stores, await paid(stores))
    await stores.shipments.update('ship_1', (before) => decided(before, withLabel(before, FACTS), at(3)))
    await Promise.all([
      ...Array.from({ length: 5 }, async (_, index) => await stores.shipments.update('ship_1', (before) => decided(before, withNews(before, [scan('in_transit', index)]), at(4)))),
      ...Array.from({ length: 3 }, async (_, index) => await stores.payments.update('pay_1', (before) => decidedPayment(before, { ...before, metadata: { ...before.metadata, [`n${index}`]: 1 } }, at(5), []))),
    ])
    t.equal((await stores.shipments.find('ship_1'))?.events.length, 5)
    t.match(await stores.payments.find('pay_1'), { shipments: [{ state: 'shipped' }], metadata: { n0: 1, n1: 1, n2: 1 } })
  })

  t.test('a webhook event changes a shipment once', async (t) => {
    const stores = await open(t, makePersistence)
    await shipped(stores, await paid(stores))
    await stores.shipments.update('ship_1', (before) => decided(before, withLabel(before, FACTS), at(3)))
    const event = webhookEvent('carrier#1', { state: 'applied', reason: null, dueAt: null })
    const apply = async () => await stores.shipments.update('ship_1', (before) => decided(before, withNews(before, [scan('in_transit', 1)]), at(4)), { webhookEvent: event })
    t.equal((await apply()).duplicate, false)
    t.equal((await apply()).duplicate, true)
    t.match(await stores.webhookEvents.find('carrier#1'), { state: 'applied' })
    const idle = await stores.shipments.update('ship_1', (before) => ({ shipment: before, events: [] }), { webhookEvent: webhookEvent('carrier#2', { state: 'applied', reason: null, dueAt: null }) })
    t.same([idle.duplicate, (await stores.webhookEvents.find('carrier#2'))?.state], [false, 'applied'])
  })

  t.test('a carrier\'s names lead to its shipment', async (t) => {
    const stores = await open(t, makePersistence)
    await shipped(stores, await paid(stores))
    const { shipment } = await stores.shipments.update('ship_1', (before) => decided(before, withLabel(before, FACTS), at(3)))
    t.same(await stores.shipments.findByCarrier('scripted', { carrierKey: shipment.carrierKey, carrierReference: null }), shipment)
    t.same(await stores.shipments.findByCarrier('scripted', { carrierKey: null, carrierReference: 'ref-1' }), shipment)
    t.equal(await stores.shipments.findByCarrier('other', { carrierKey: shipment.carrierKey, carrierReference: null }), null)
    t.equal(await stores.shipments.findByCarrier('scripted', { carrierKey: null, carrierReference: 'ref-2' }), null)
  })

  t.test('shipments are due at their time, those that have been due longest first', async (t) => {
    const stores = await open(t, makePersistence)
    for (const [index, dueAt] of [at(30), at(20), at(90), null].entries()) {
      await shipped(stores, await paid(stores, `pay_${index}`), { shipmentId: `ship_${index}`, check: dueAt === null ? null : { tries: 0, dueAt } })
    }
    t.same((await stores.shipments.due(at(60), 10)).map(({ shipmentId }) => shipmentId), ['ship_1', 'ship_0'])
    t.equal((await stores.shipments.due(at(60), 1)).length, 1)
    await stores.shipments.update('ship_1', (before) => ({ shipment: { ...before, version: 2, check: null }, events: [] }))
    t.same((await stores.shipments.due(at(60), 10)).map(({ shipmentId }) => shipmentId), ['ship_0'])
    t.match(await stores.shipments.find('ship_1'), { check: null })
  })

  t.test('lists show the shipments of a seller, a buyer and of all, newest first and page by page', async (t) => {
    const stores = await open(t, makePersistence)
    for (let index = 0; index < 4; index++) {
      const payment = await paid(stores, `pay_${index}`)
      await shipped(stores, payment, { shipmentId: `ship_${index}`, createdAt: at(10 + index), ...(index === 3 && { sellerId: null }) })
    }
    await stores.shipments.update('ship_1', (before) => decided(before, withCancelConfirmed(before, at(20)), at(20)))
    const ids = async (list: Promise<{ readonly items: readonly Shipment[], readonly nextKey: string | null }>) => {
      const { items, nextKey } = await list
      return { ids: items.map(({ shipmentId }) => shipmentId), nextKey }
    }
    const mehmet = { as: 'seller', userId: 'mehmet', isOpen: false } as const
    const first = await ids(stores.shipments.listOf(mehmet, { before: null, limit: 2 }))
    t.same(first.ids, ['ship_2', 'ship_1'])
    t.same(await ids(stores.shipments.listOf(mehmet, { before: first.nextKey, limit: 2 })), { ids: ['ship_0'], nextKey: null })
    t.same((await ids(stores.shipments.listOf({ ...mehmet, isOpen: true }, { before: null, limit: 10 }))).ids, ['ship_2', 'ship_0'])
    t.same((await ids(stores.shipments.listOf({ as: 'buyer', userId: 'ayse', isOpen: false }, { before: null, limit: 10 }))).ids, ['ship_3', 'ship_2', 'ship_1', 'ship_0'])
    t.same((await ids(stores.shipments.listOf({ as: 'buyer', userId: 'mehmet', isOpen: false }, { before: null, limit: 10 }))).ids, [])
    const all = async (filter: object, limit = 10, before: string | null = null) => (await ids(stores.shipments.list({ ...NO_FILTER, ...filter }, { before, limit }))).ids
    t.same(await all({}), ['ship_3', 'ship_2', 'ship_1', 'ship_0'])
    const page = await ids(stores.shipments.list(NO_FILTER, { before: null, limit: 3 }))
    t.same(await all({}, 3, page.nextKey), ['ship_0'])
    t.same(await all({ status: 'canceled' }), ['ship_1'])
    t.same(await all({ carrier: 'other' }), [])
    t.same(await all({ sellerId: 'mehmet' }), ['ship_2', 'ship_1', 'ship_0'])
    t.same(await all({ flag: 'cancel_refused' }), [])
    t.same(await all({ from: at(11), to: at(13) }), ['ship_2', 'ship_1'])
    t.same(await all({ from: at(13), to: at(11) }), [])
    t.same((await stores.shipments.findMany(['ship_0', 'ship_0', 'ship_none'])).map(({ shipmentId }) => shipmentId), ['ship_0'])
  })

  t.test('shipments with a flag are counted, up to a number, and listed', async (t) => {
    const stores = await open(t, makePersistence)
    for (const index of [0, 1, 2]) {
      await paid(stores, `pay_${index}`)
      const { payment } = await stores.payments.update(`pay_${index}`, (before) => ({ payment: before, events: [] }))
      await shipped(stores, payment, { shipmentId: `ship_${index}`, carrierKey: `key_${index}`, createdAt: at(10 + index) })
    }
    t.equal(await stores.shipments.countFlagged(10), 0)
    for (const index of [0, 2]) await stores.shipments.update(`ship_${index}`, (before) => decided(before, { ...before, flags: ['tracking_silent', 'price_mismatch'] }, at(20)))
    t.same(await Promise.all([10, 2, 1].map(async (max) => await stores.shipments.countFlagged(max))), [2, 2, 1])
    const flagged = async () => (await stores.shipments.list({ ...NO_FILTER, isFlagged: true }, { before: null, limit: 10 })).items.map(({ shipmentId }) => shipmentId)
    t.same(await flagged(), ['ship_2', 'ship_0'])
    await stores.shipments.update('ship_2', (before) => decided(before, { ...before, flags: ['price_mismatch'] }, at(21)))
    await stores.shipments.update('ship_0', (before) => decided(before, { ...before, flags: [] }, at(21)))
    t.same([await stores.shipments.countFlagged(10), await flagged()], [1, ['ship_2']])
  })

  t.test('addresses run out, and keep a label as long as they are there', async (t) => {
    const stores = await open(t, makePersistence)
    await shipped(stores, await paid(stores))
    const label = { format: 'zpl' as const, bytes: Buffer.from('^XA^XZ') }
    await stores.shipmentAddresses.keepLabel({ shipmentId: 'ship_1', paymentId: 'pay_1' }, label)
    await stores.shipmentAddresses.keepLabel({ shipmentId: 'ship_none', paymentId: 'pay_1' }, label)
    const kept = (await stores.shipmentAddresses.find('ship_1', at(3)))?.label
    t.same([kept?.format, Buffer.from(kept?.bytes ?? []).toString()], ['zpl', '^XA^XZ'])
    await stores.shipmentAddresses.expire({ shipmentId: 'ship_1', paymentId: 'pay_1' }, at(100))
    await stores.shipmentAddresses.expire({ shipmentId: 'ship_none', paymentId: 'pay_1' }, at(100))
    t.not(await stores.shipmentAddresses.find('ship_1', at(99)), null)
    t.equal(await stores.shipmentAddresses.find('ship_1', at(100)), null)
    t.equal(await stores.shipmentAddresses.find('ship_none', at(3)), null)
  })
}
