import t from 'tap'
import { decided } from '#domain/payments/decision.js'
import type { ShipmentStatus } from '#domain/shipping/shipment.js'
import { DAY_MS, HOUR_MS, MINUTE_MS, laterBy } from '#domain/time.js'
import { webhookEvent } from '../../contracts/fixtures.js'
import { admin, payer as buyer, seller, START, stranger } from '../../support/builders.js'
import { LABEL, lost, ScriptedCarrier } from '../../support/scripted-carrier.js'
import { scan } from '../../support/shipments.js'
import { shippingWorld } from '../../support/shipping-world.js'

const tracked = (...events: Array<ReturnType<typeof scan>>) => ({ kind: 'tracked' as const, events, trackingNumber: 'T2', trackingUrl: null, canceled: false })
const found = (canceled: boolean) => ({ kind: 'found' as const, progress: 'p', created: LABEL, canceled })

/** A world with a label. */
async function labelled (carrier = new ScriptedCarrier()) {
  const w = await shippingWorld({ carriers: [carrier] })
  carrier.will({ create: [LABEL] })
  const { shipment: { shipmentId } } = await w.ship()
  carrier.asked.length = 0
  return { ...w, shipmentId, now: async () => await w.shipments.find(shipmentId) }
}

t.test('a look at a parcel takes in its events, and the next look follows from where it is', async (t) => {
  const w = await labelled(new ScriptedCarrier({ webhook: 'signed' }))
  t.equal(await w.completeShipments(), false, 'none is due')
  w.time.advance(7 * HOUR_MS)
  w.carrier.will({ track: [tracked(scan('handed_over', 1)), tracked(scan('handed_over', 1)), lost, { kind: 'not_found' }] })
  t.equal(await w.completeShipments(), true)
  t.match(await w.now(), { status: 'handed_over', trackingNumber: 'T2', trackingUrl: 'https://t.example/T1', check: { tries: 0 }, lease: { until: null } })
  w.time.advance(2 * DAY_MS)
  await w.completeShipments()
  const { dueAt = '' } = (await w.now())?.check ?? {}
  t.ok(dueAt > laterBy(w.time.clock(), 20 * HOUR_MS), 'a carrier that tells by webhooks is asked once a day')
  w.time.advance(2 * DAY_MS)
  await w.completeShipments()
  w.time.advance(2 * DAY_MS)
  await w.completeShipments()
  t.same(w.carrier.asked, ['track', 'track', 'track', 'track'])
})

t.test('an outcome that stays unknown is asked about ever more rarely, then waits for a person', async (t) => {
  const w = await shippingWorld()
  w.carrier.will({ create: [lost], find: Array.from({ length: 8 }, () => lost) })
  const { shipment: { shipmentId } } = await w.ship()
  for (const wait of [MINUTE_MS, 5 * MINUTE_MS, HOUR_MS, DAY_MS, DAY_MS, DAY_MS, DAY_MS, DAY_MS]) {
    w.time.advance(wait - 1)
    t.equal(await w.completeShipments(), false)
    w.time.advance(1)
    t.equal(await w.completeShipments(), true)
  }
  t.match(await w.shipments.find(shipmentId), { status: 'pending', flags: ['outcome_unknown'], check: null })
  t.equal((await w.payment())?.shipments[0]?.state, 'open', 'nothing is guessed')
  t.match(await w.resolveShipment({ shipmentId, as: 'canceled' }), { status: 'canceled', flags: [] })
  t.equal((await w.payment())?.shipments[0]?.state, 'void')
})

t.test('no label is made again for a payment whose money was given back, nor without addresses, nor by a carrier that is gone', async (t) => {
  const w = await shippingWorld()
  w.carrier.will({ create: [lost], find: [{ kind: 'not_found' }] })
  const { shipment: { shipmentId } } = await w.ship()
  await w.payments.update('pay_1', (before) => decided(before, { ...before, status: 'refunded' }, w.time.clock(), []))
  t.match(await w.reconcileShipment(shipmentId), { status: 'canceled' })
  t.same(w.carrier.asked, ['create null', 'find'])

  const gone = await shippingWorld()
  gone.carrier.will({ create: [lost], find: [{ kind: 'not_found' }] })
  const { shipment } = await gone.ship()
  await gone.shipmentAddresses.expire(shipment, START)
  t.match(await gone.reconcileShipment(shipment.shipmentId), { status: 'pending' })
  await gone.shipments.update(shipment.shipmentId, (before) => ({ shipment: { ...before, carrier: 'gone' }, events: [] }))
  t.match(await gone.reconcileShipment(shipment.shipmentId), { status: 'pending' })
  await t.rejects(gone.reconcileShipment('ship_none'), { code: 'not_found' })
  await gone.payments.update('pay_1', (before) => decided(before, { ...before, status: 'odd' as typeof before.status }, START, []))
  await gone.shipments.update(shipment.shipmentId, (before) => ({ shipment: { ...before, carrier: 'scripted', version: 9 }, events: [] }))
  gone.carrier.will({ find: [{ kind: 'not_found' }] })
  await t.rejects(gone.reconcileShipment(shipment.shipmentId), { code: 'payment_unreadable' })
})

t.test('who has lost the lease while the carrier looked makes no label', async (t) => {
  const w = await shippingWorld()
  w.carrier.will({
    create: [lost],
    find: [
      async () => {
        w.time.advance(4 * MINUTE_MS)
        w.carrier.will({ find: [{ kind: 'not_found' }], create: [LABEL] })
        await w.completeShipments()
        return { kind: 'not_found' }
      },
    ],
  })
  await w.ship()
  t.match((await w.ship()).shipment, { status: 'created', trackingNumber: 'T1' })
  t.same(w.carrier.asked, ['create null', 'find', 'find', 'create null'], 'the label was bought once')
})

t.test('a label that was made and canceled before its outcome was known counts as canceled', async (t) => {
  const w = await shippingWorld()
  w.carrier.will({ create: [lost], find: [found(true)] })
  const { shipment: { shipmentId } } = await w.ship()
  t.match(await w.reconcileShipment(shipmentId), { status: 'canceled', carrierReference: 'ref-1' })
})

t.test('a shipment in a state of another version is put off, and not changed', async (t) => {
  const w = await labelled()
  await w.shipments.update(w.shipmentId, (before) => ({ shipment: { ...before, version: 9, status: 'teleported' as ShipmentStatus, check: { tries: 0, dueAt: START } }, events: [] }))
  t.equal(await w.completeShipments(), false)
  t.match(await w.now(), { status: 'teleported', check: { dueAt: laterBy(w.time.clock(), DAY_MS) } })
  await t.rejects(w.cancelShipment({ caller: seller, shipmentId: w.shipmentId }), { code: 'payment_unreadable' })
  await t.rejects(w.applyNews(w.shipmentId, [scan('delivered', 3)]), { code: 'payment_unreadable' })
})

t.test('a label counts as canceled only once a look says so', async (t) => {
  const w = await labelled()
  const cancel = async () => await w.cancelShipment({ caller: seller, shipmentId: w.shipmentId })
  w.carrier.will({ cancel: [{ kind: 'canceled' }, { kind: 'requested' }], find: [found(false), found(false), lost, lost, found(true)] })
  t.match(await cancel(), { status: 'created', cancellation: { confirmedAt: null }, check: { tries: 0 } }, 'the carrier says that it is canceled, and it is not')
  t.match(await cancel(), { status: 'created' }, 'asked again: it was not gone, and is canceled again')
  t.same(w.carrier.asked, ['cancel', 'find', 'find', 'cancel', 'find'])
  t.match(await cancel(), { status: 'created' }, 'without an answer it is not repeated')
  t.equal((await w.payment())?.shipments[0]?.state, 'open')
  w.time.advance(MINUTE_MS)
  await w.completeShipments()
  t.match(await w.now(), { status: 'canceled' })
  t.equal((await w.payment())?.shipments[0]?.state, 'void')
  t.match(await cancel(), { status: 'canceled' })
  t.match((await w.shipmentAddresses.find(w.shipmentId, w.time.clock()))?.expiresAt, laterBy(w.time.clock(), 90 * DAY_MS))
})

t.test('a label is gone where the carrier no longer knows it, and stays where the carrier refuses', async (t) => {
  const w = await labelled()
  w.carrier.will({ cancel: [{ kind: 'requested' }], find: [{ kind: 'not_found' }] })
  t.match(await w.cancelShipment({ caller: admin, shipmentId: w.shipmentId }), { status: 'canceled' })

  const other = await labelled()
  other.carrier.will({ cancel: [{ kind: 'refused', failure: { code: 'E', message: 'no' } }] })
  await t.rejects(other.cancelShipment({ caller: seller, shipmentId: other.shipmentId }), { code: 'already_moving' })
  t.match(await other.now(), { status: 'created', cancellation: null, flags: ['cancel_refused'], lease: { until: null } })
  await other.applyNews(other.shipmentId, [scan('in_transit', 1)])
  await t.rejects(other.cancelShipment({ caller: seller, shipmentId: other.shipmentId }), { code: 'already_moving' })
  await t.rejects(other.cancelShipment({ caller: buyer, shipmentId: other.shipmentId }), { code: 'forbidden' })
  await t.rejects(other.cancelShipment({ caller: stranger, shipmentId: other.shipmentId }), { code: 'not_found' })

  const never = await labelled(new ScriptedCarrier({ cancel: 'none' }))
  await t.rejects(never.cancelShipment({ caller: seller, shipmentId: never.shipmentId }), { code: 'carrier_unsupported' })
})

t.test('the wish to cancel what may not have been made is met once that is known', async (t) => {
  const w = await shippingWorld()
  w.carrier.will({ create: [lost], find: [{ kind: 'not_found' }] })
  const { shipment: { shipmentId } } = await w.ship()
  t.match(await w.cancelShipment({ caller: seller, shipmentId }), { status: 'canceled' })
  t.same(w.carrier.asked, ['create null', 'find'], 'no label is made for it')
  const slow = await shippingWorld()
  slow.carrier.will({
    create: [async () => {
      const [{ shipmentId: busy = '' } = {}] = (await slow.shipments.listOf({ as: 'seller', userId: 'sela', isOpen: true }, { before: null, limit: 1 })).items
      await t.rejects(slow.cancelShipment({ caller: seller, shipmentId: busy }), { code: 'request_in_progress' })
      t.match(await slow.reconcileShipment(busy), { status: 'pending' })
      return LABEL
    }],
  })
  t.match((await slow.ship()).shipment, { status: 'created', cancellation: null })
})

t.test('a parcel that moves although its cancellation was wished or confirmed is not lost from sight', async (t) => {
  const w = await labelled()
  w.carrier.will({ cancel: [lost], find: [lost], track: [{ ...tracked(), canceled: true }] })
  await w.cancelShipment({ caller: seller, shipmentId: w.shipmentId })
  await w.applyNews(w.shipmentId, [scan('handed_over', 1)])
  t.match(await w.now(), { status: 'handed_over', cancellation: null, flags: ['cancel_refused'] })

  const other = await labelled()
  other.carrier.will({ track: [{ ...tracked(), canceled: true }] })
  t.match(await other.reconcileShipment(other.shipmentId), { status: 'canceled' })
  await other.applyNews(other.shipmentId, [scan('in_transit', 48)])
  t.match(await other.now(), { status: 'in_transit', flags: ['moved_after_cancel'] })
  t.equal((await other.payment())?.shipments[0]?.state, 'shipped')
})

t.test('news of a webhook count once, and a hint only asks', async (t) => {
  const w = await labelled()
  const event = webhookEvent('scripted#1', { state: 'applied', reason: null, dueAt: null })
  t.match(await w.applyNews(w.shipmentId, [scan('delivered', 5)], event), { duplicate: false, shipment: { status: 'delivered' } })
  t.match(await w.applyNews(w.shipmentId, [scan('returned', 6)], event), { duplicate: true, shipment: { status: 'delivered' } })
  w.carrier.will({ track: [tracked(scan('returned', 9)), lost] })
  const hint = webhookEvent('scripted#2', { state: 'applied', reason: null, dueAt: null })
  t.match(await w.applyNews(w.shipmentId, 'ask', hint), { answered: true, shipment: { status: 'returned', check: null } })
  t.match(await w.webhookEvents.find('scripted#2'), { state: 'applied' })
  t.match(await w.applyNews(w.shipmentId, 'ask', webhookEvent('scripted#3')), { answered: false })
  t.equal(await w.webhookEvents.find('scripted#3'), null, 'what was not answered waits')
  await t.rejects(w.applyNews('ship_none', 'ask'), { code: 'not_found' })
})

t.test('people say what became of a parcel: its buyer, the seller of one that they carry, administrators', async (t) => {
  const w = await labelled()
  const { shipmentId } = w
  const report = async (caller: typeof seller, occurredAt: string | null = null) => await w.reportEvent({ caller, shipmentId, kind: 'in_transit', occurredAt, note: 'at the counter' })
  await t.rejects(report(seller), { code: 'forbidden' })
  t.match(await report(admin, laterBy(START, DAY_MS)), { status: 'in_transit', events: [{ occurredAt: w.time.clock(), text: 'at the counter' }] }, 'no word is of the future')
  t.equal((await report(admin, START)).version, (await report(admin, START)).version, 'the same word is one event')
  await t.rejects(w.confirmDelivery({ caller: seller, shipmentId }), { code: 'forbidden' })
  const { version } = await w.confirmDelivery({ caller: buyer, shipmentId })
  w.time.advance(DAY_MS)
  t.match(await w.confirmDelivery({ caller: buyer, shipmentId }), { status: 'delivered', version })
  t.match((await w.payment())?.shipments, [{ state: 'delivered' }])
  t.match(await w.resolveShipment({ shipmentId, as: 'returned' }), { status: 'returned' })

  const pending = await shippingWorld()
  pending.carrier.will({ create: [lost] })
  const { shipment } = await pending.ship()
  await t.rejects(pending.confirmDelivery({ caller: buyer, shipmentId: shipment.shipmentId }), { code: 'label_not_ready' })
  await t.rejects(pending.reportEvent({ caller: admin, shipmentId: shipment.shipmentId, kind: 'lost', occurredAt: null, note: '' }), { code: 'label_not_ready' })
  t.match(await pending.resolveShipment({ shipmentId: shipment.shipmentId, as: 'lost' }), { status: 'lost' })
  await pending.shipments.update(shipment.shipmentId, (before) => ({ shipment: { ...before, version: 9, lease: { ...before.lease, until: laterBy(START, DAY_MS) } }, events: [] }))
  await t.rejects(pending.resolveShipment({ shipmentId: shipment.shipmentId, as: 'delivered' }), { code: 'request_in_progress' })
})

t.test('who may see a shipment sees it, and its recipient as long as they need it', async (t) => {
  const w = await labelled()
  const { shipmentId } = w
  for (const caller of [seller, buyer, admin]) t.match(await w.getShipment({ caller, shipmentId }), { recipient: { contactName: 'Cem Kaya' } })
  await t.rejects(w.getShipment({ caller: stranger, shipmentId }), { code: 'not_found' })
  t.match((await w.listShipmentsOfPayment({ caller: buyer, paymentId: 'pay_1' })).map((one) => one.shipmentId), [shipmentId])
  await w.confirmDelivery({ caller: buyer, shipmentId })
  w.time.advance(30 * DAY_MS + 1)
  t.equal((await w.getShipment({ caller: seller, shipmentId })).recipient, null)
  t.match((await w.getShipment({ caller: buyer, shipmentId })).recipient, { contactName: 'Cem Kaya' })
  w.time.advance(61 * DAY_MS)
  t.equal((await w.getShipment({ caller: buyer, shipmentId })).recipient, null)
  t.match(await w.listShipments({ whose: { as: 'buyer', userId: 'ada', isOpen: true }, before: null, limit: 5 }), { items: [] })
})

t.test('a label is downloaded from its carrier, in a form that it has', async (t) => {
  const w = await labelled()
  const read = async (format: 'pdf' | 'png' = 'pdf', caller = seller) => await w.readLabel({ caller, shipmentId: w.shipmentId, format })
  w.carrier.will({ label: [{ kind: 'later' }, lost, { kind: 'label', bytes: Buffer.from('%PDF'), type: 'application/pdf' }] })
  await t.rejects(read(), { code: 'label_not_ready', retryAfterS: 10 })
  await t.rejects(read(), { code: 'label_not_ready' })
  t.same(Buffer.from((await read()).bytes).toString(), '%PDF')
  await t.rejects(read('png'), { code: 'carrier_unsupported' })
  await t.rejects(read('pdf', buyer), { code: 'forbidden' })
})
