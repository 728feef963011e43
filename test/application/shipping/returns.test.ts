import t from 'tap'
import { DomainError } from '#domain/errors.js'
import type { ShipmentStore } from '#application/ports/shipment-store.js'
import type { AcceptReturnCommand } from '#application/shipping/returns.js'
import { DAY_MS, MINUTE_MS } from '#domain/time.js'
import { decided } from '#domain/payments/decision.js'
import { memoryStores } from '#adapters/memory/stores.js'
import { withMethods } from '#adapters/durability/proxy.js'
import { admin, payer as buyer, seller, stranger } from '../../support/builders.js'
import { LABEL, lost, ScriptedCarrier } from '../../support/scripted-carrier.js'
import { PARCEL, PARTY, scan } from '../../support/shipments.js'
import { shippingWorld, WRITTEN } from '../../support/shipping-world.js'
import { allEvents } from '../../support/world.js'

type Options = Parameters<typeof shippingWorld>[0]
const BACK = { ...LABEL, carrierReference: 'ref-2', trackingNumber: 'T2' }
const TYPED = { carrier: 'manual', typed: { carrierName: 'PTT', trackingNumber: 'KP1', trackingUrl: null }, parcels: [] }

/** A world in which all of ada's order has arrived. */
async function arrived (options: Options = {}) {
  const w = await shippingWorld(options)
  w.carrier.will({ create: [LABEL] })
  const { shipment: { shipmentId: sentId } } = await w.ship()
  await w.confirmDelivery({ caller: buyer, shipmentId: sentId })
  w.carrier.asked.length = 0
  w.carrier.requests.length = 0
  const ask = async (key = 'back-1', items: ReadonlyArray<{ index: number, quantity: number }> | null = null, caller = buyer) =>
    await w.askReturn({ caller, paymentId: 'pay_1', key, request: { items, reason: 'too small' } })
  const accept = async (shipmentId: string, request: Partial<AcceptReturnCommand['request']> = {}, caller = seller) => await w.acceptReturn({
    caller, shipmentId, request: { carrier: null, service: null, parcels: [PARCEL], recipient: null, sender: null, price: null, typed: null, ...request },
  })
  return { ...w, sentId, ask, accept }
}

t.test('a buyer asks to send back what has arrived, once for a key, and no carrier is asked', async (t) => {
  const w = await arrived()
  const { shipment, replayed } = await w.ask()
  t.match(shipment, {
    direction: 'return', status: 'requested', items: [{ index: 0, quantity: 2 }, { index: 1, quantity: 1 }], returnRequest: { reason: 'too small', answer: null }, check: null, lease: { until: null }, buyerId: 'ada', sellerId: 'sela', parcels: [], trackingNumber: null,
  })
  t.same([replayed, w.carrier.asked], [false, []])
  t.match((await allEvents(w)).find(({ type }) => type === 'shipment.requested'), { subjectId: shipment.shipmentId, data: { direction: 'return', status: 'requested' } })
  t.notMatch(JSON.stringify(await allEvents(w)), /too small/)
  t.same(await w.ask(), { shipment, replayed: true })
  await t.rejects(w.ask('back-1', [{ index: 1, quantity: 1 }]), { code: 'idempotency_key_reused' })
  await t.rejects(w.ask('back-2'), { code: 'nothing_to_return' })
  await t.rejects(w.ask('back-2', null, seller), { code: 'forbidden' })
  await t.rejects(w.ask('back-2', null, stranger), { code: 'not_found' })
  for (const as of ['buyer', 'seller'] as const) t.match((await w.listShipments({ whose: { as, userId: as === 'buyer' ? 'ada' : 'sela', isOpen: true }, before: null, limit: 9 })).items, [{ status: 'requested' }], as)
  t.same((await w.listShipmentsOfPayment({ caller: seller, paymentId: 'pay_1' })).map(({ direction }) => direction).toSorted(), ['outbound', 'return'])
  t.equal(await w.reconcileShipment(shipment.shipmentId), shipment, 'there is nothing that a carrier could say')
  await t.rejects(w.resolveShipment({ shipmentId: shipment.shipmentId, as: 'lost' }), { code: 'label_not_ready' })
  await t.rejects(w.readLabel({ caller: seller, shipmentId: shipment.shipmentId, format: 'pdf' }), { code: 'label_not_ready' })
  t.same(w.carrier.asked, [])
})

t.test('of two requests for the same things one reserves them', async (t) => {
  const w = await arrived()
  const tries = await Promise.allSettled(['a', 'b', 'b', 'c'].map(async (key) => await w.ask(key)))
  t.equal(new Set(tries.map((one) => one.status === 'fulfilled' ? one.value.shipment.shipmentId : 'none')).size, 2)
  t.equal((await w.payment())?.shipments.length, 2)
})

t.test('a request that another one with its key has overtaken answers that one', async (t) => {
  let isEarly = false
  const through = (store: ShipmentStore): ShipmentStore => withMethods(store, { find: async (id) => isEarly ? null : await store.find(id) })
  const w = await arrived({ through })
  const { shipment } = await w.ask()
  isEarly = true
  t.same(await w.ask('back-1', null, admin), { shipment, replayed: true })
  await t.rejects(w.ask('back-1', [{ index: 1, quantity: 1 }]), { code: 'idempotency_key_reused' })
})

t.test('an accepted return gets a label from the buyer to the seller, once', async (t) => {
  const w = await arrived({ senderOf: async () => ({ ...PARTY, line1: 'Depo 1' }) })
  const { shipment: { shipmentId } } = await w.ask('back-1', [{ index: 0, quantity: 1 }])
  await t.rejects(w.accept(shipmentId, {}, buyer), { code: 'forbidden' })
  await t.rejects(w.accept(shipmentId, {}, stranger), { code: 'not_found' })
  const stored: unknown[] = []
  w.carrier.will({
    create: [{ kind: 'progress', progress: 'draft' }, async () => {
      stored.push((await w.shipments.find(shipmentId))?.progress, (await w.shipmentAddresses.find(shipmentId, w.time.clock()))?.to.line1)
      return BACK
    }],
  })
  w.time.advance(20 * DAY_MS)
  const made = await w.accept(shipmentId, { service: 'x' })
  t.match(made, { replayed: false, shipment: { status: 'created', direction: 'return', trackingNumber: 'T2', parcels: [PARCEL], returnRequest: { reason: 'too small', answer: { accepted: true, reason: null, answeredAt: w.time.clock() } }, lease: { until: null } } })
  t.same(stored, ['draft', 'Depo 1'], 'the step and the addresses are stored before the label is bought')
  t.match(w.carrier.requests[0], { from: { contactName: 'Cem Kaya', district: 'Kadıköy' }, to: { line1: 'Depo 1' }, shipment: { direction: 'return' } })
  t.same(await w.accept(shipmentId, { service: 'other' }), { shipment: made.shipment, replayed: true }, 'a repeat makes no other label')
  t.same(w.carrier.asked, ['create null', 'create draft'])
  await t.rejects(w.declineReturn({ caller: seller, shipmentId, reason: 'worn' }), { code: 'return_answered' })

  w.carrier.will({ label: [{ kind: 'label', bytes: Buffer.from('x'), type: 'application/pdf' }] })
  t.match(await w.readLabel({ caller: buyer, shipmentId, format: 'pdf' }), { type: 'application/pdf' })
  await t.rejects(w.readLabel({ caller: buyer, shipmentId: w.sentId, format: 'pdf' }), { code: 'forbidden' })
  t.equal((await w.getShipment({ caller: buyer, shipmentId })).recipient?.line1, 'Depo 1')
  await t.rejects(w.confirmDelivery({ caller: buyer, shipmentId }), { code: 'forbidden' })
  t.match(await w.confirmDelivery({ caller: seller, shipmentId }), { status: 'delivered' })
  t.same((await w.payment())?.shipments.map(({ state, direction }) => [state, direction]), [['delivered', undefined], ['delivered', 'return']])
  w.time.advance(31 * DAY_MS)
  t.equal((await w.getShipment({ caller: buyer, shipmentId })).recipient, null)
  t.equal((await w.getShipment({ caller: seller, shipmentId })).recipient?.line1, 'Depo 1')
})

t.test('a label that waited long for its seller is as young as their answer', async (t) => {
  const w = await arrived()
  const { shipment: { shipmentId } } = await w.ask()
  w.time.advance(50 * DAY_MS)
  w.carrier.will({ create: [BACK], track: [lost, { kind: 'tracked', events: [], trackingNumber: 'T2', trackingUrl: null, canceled: false }] })
  await w.accept(shipmentId)
  w.time.advance(DAY_MS)
  t.equal(await w.completeShipments(), true)
  t.match(await w.shipments.find(shipmentId), { status: 'created', check: { tries: 1 } })
  t.same((await w.shipments.find(shipmentId))?.flags, [])
})

t.test('a declined return says why, gives its items free and stays declined', async (t) => {
  const w = await arrived()
  const { shipment: { shipmentId } } = await w.ask()
  await t.rejects(w.declineReturn({ caller: buyer, shipmentId, reason: 'worn' }), { code: 'forbidden' })
  await t.rejects(w.declineReturn({ caller: seller, shipmentId: w.sentId, reason: 'worn' }), { code: 'not_found' })
  await t.rejects(w.accept(w.sentId), { code: 'not_found' })
  const declined = await w.declineReturn({ caller: seller, shipmentId, reason: 'worn' })
  t.match(declined, { status: 'declined', check: null, returnRequest: { answer: { accepted: false, reason: 'worn', answeredAt: w.time.clock() } } })
  t.match((await allEvents(w)).find(({ type }) => type === 'shipment.declined'), { data: { previousStatus: 'requested' } })
  t.notMatch(JSON.stringify(await allEvents(w)), /worn/)
  t.equal(await w.declineReturn({ caller: admin, shipmentId, reason: 'other' }), declined)
  await t.rejects(w.accept(shipmentId), { code: 'return_answered' })
  t.equal((await w.payment())?.shipments.at(-1)?.state, 'void')
  t.match(await w.ask('back-2'), { replayed: false })
})

t.test('what the carrier has refused may be asked for again', async (t) => {
  const w = await arrived()
  const { shipment: { shipmentId, carrierKey } } = await w.ask()
  w.carrier.will({ create: [{ kind: 'refused', failure: { code: 'E1', message: 'no' } }, BACK] })
  t.match((await w.accept(shipmentId)).shipment, { status: 'refused', failure: { code: 'E1' } })
  const again = await w.ask('back-2')
  t.not(again.shipment.carrierKey, carrierKey, 'the carrier knows it by another key')
  t.match((await w.accept(again.shipment.shipmentId)).shipment, { status: 'created' })
})

t.test('an unknown outcome is asked about and not guessed, whatever became of the money', async (t) => {
  const w = await arrived()
  const { shipment: { shipmentId } } = await w.ask()
  w.carrier.will({ create: [lost, BACK], find: [lost, { kind: 'not_found' }] })
  t.match((await w.accept(shipmentId)).shipment, { status: 'pending' })
  await w.payments.update('pay_1', (before) => decided(before, { ...before, status: 'refunded', refundedAmount: 10_000 }, w.time.clock(), []))
  t.match(await w.accept(shipmentId), { shipment: { status: 'pending' }, replayed: true })
  t.match((await w.accept(shipmentId)).shipment, { status: 'created', trackingNumber: 'T2' })
  t.same(w.carrier.asked, ['create null', 'find', 'find', 'create null'])
})

t.test('of many answers at once one has a label made', async (t) => {
  const w = await arrived()
  const { shipment: { shipmentId } } = await w.ask()
  w.carrier.will({ create: [BACK] })
  const answers = await Promise.allSettled(Array.from({ length: 8 }, async () => await w.accept(shipmentId)))
  for (const answer of answers) if (answer.status === 'rejected') t.match(answer.reason, { code: 'request_in_progress' })
  t.same(w.carrier.asked, ['create null'])
  t.match(await w.accept(shipmentId), { shipment: { status: 'created' }, replayed: true })
})

t.test('an answer that came too late sees what came first', async (t) => {
  let before: () => Promise<unknown> = async () => undefined
  const through = (store: ShipmentStore): ShipmentStore => withMethods(store, {
    update: async (...args) => {
      const first = before
      before = async () => undefined
      await first()
      return await store.update(...args)
    },
  })
  const w = await arrived({ through })
  const { shipment: { shipmentId } } = await w.ask()
  before = async () => await w.declineReturn({ caller: seller, shipmentId, reason: 'worn' })
  await t.rejects(w.accept(shipmentId), { code: 'return_answered' })
  t.same(w.carrier.asked, [])
  t.equal(await w.shipmentAddresses.find(shipmentId, w.time.clock()), null, 'no address is stored for nothing')
})

t.test('the way back leads from where the parcel went to where the seller ships from, unless the answer says otherwise', async (t) => {
  const asked = async (options: Options, request: Partial<AcceptReturnCommand['request']> = {}, prepare: (w: Awaited<ReturnType<typeof arrived>>) => Promise<unknown> = async () => undefined) => {
    const w = await arrived(options)
    const { shipment: { shipmentId } } = await w.ask()
    await prepare(w)
    w.carrier.will({ create: [BACK] })
    await w.accept(shipmentId, request)
    return [w.carrier.requests[0]?.from.contactName, w.carrier.requests[0]?.to.contactName]
  }
  let homes = 0
  const once = async () => homes++ === 0 ? PARTY : null
  t.same(await asked({}), ['Cem Kaya', 'Ada Yılmaz'])
  t.same(await asked({ senderOf: once }), ['Cem Kaya', 'Ada Yılmaz'], 'where the seller has no address any more, the one of the parcel')
  t.same(await asked({}, { sender: { ...WRITTEN, contactName: 'Efe' }, recipient: { ...WRITTEN, contactName: 'Depo' } }), ['Efe', 'Depo'])
  const forgotten = async (w: Awaited<ReturnType<typeof arrived>>) => {
    await w.shipmentAddresses.expire({ shipmentId: w.sentId, paymentId: 'pay_1' }, w.time.clock())
    await w.payments.update('pay_1', (before) => decided(before, { ...before, shippingAddress: { contactName: 'Ada', address: 'Sokak 1', district: 'Konak', city: 'İzmir', country: 'TR', phone: '+905321234567' } }, w.time.clock(), []))
  }
  t.same(await asked({}, {}, forgotten), ['Ada', 'Ada Yılmaz'], 'once it is no longer kept, what the payment says')
  homes = 0
  await t.rejects(asked({ senderOf: once }, { sender: WRITTEN }, forgotten), { code: 'address_unresolved' })
})

t.test('carriers that take no returns, do not answer or refuse the parcel are not asked, and the return stays open', async (t) => {
  const carriers = [new ScriptedCarrier(), new ScriptedCarrier({ carrier: 'oneway', returns: false }), new ScriptedCarrier({ carrier: 'manual' })] as const
  const w = await arrived({ carriers: [...carriers] })
  const { shipment: { shipmentId } } = await w.ask()
  await t.rejects(w.accept(shipmentId, { carrier: 'oneway' }), { code: 'carrier_unsupported' })
  await t.rejects(w.accept(shipmentId, { carrier: 'other' }), { code: 'carrier_unsupported' })
  await t.rejects(w.accept(shipmentId, { carrier: 'manual' }), { code: 'carrier_unsupported' })
  await t.rejects(w.accept(shipmentId, { parcels: [{ ...PARCEL, lengthMm: 2001 }] }), { code: 'parcel_too_large' })
  w.carrier.refusal = new DomainError('parcel_too_large', 'too large')
  await t.rejects(w.accept(shipmentId), { code: 'parcel_too_large' })
  w.carrier.refusal = null
  w.carrier.outage = 30
  await t.rejects(w.accept(shipmentId), { code: 'provider_unavailable' })
  t.same([(await w.shipments.find(shipmentId))?.status, w.carrier.asked], ['requested', []])
  carriers[2].will({ create: [{ ...BACK, trackingNumber: 'KP1' }] })
  t.match((await w.accept(shipmentId, TYPED)).shipment, { status: 'created', carrier: 'manual', trackingNumber: 'KP1' })
  t.match(await w.reportEvent({ caller: seller, shipmentId, kind: 'in_transit', occurredAt: null, note: '' }), { status: 'in_transit' })
})

t.test('a return whose payment cannot be found has no way back', async (t) => {
  const stores = memoryStores()
  let isGone = false
  const w = await arrived({ stores: { ...stores, payments: withMethods(stores.payments, { find: async (id) => isGone ? null : await stores.payments.find(id) }) } })
  const { shipment: { shipmentId } } = await w.ask()
  isGone = true
  await t.rejects(w.accept(shipmentId), { code: 'not_found' })
})

t.test('a return that moves is followed like any parcel', async (t) => {
  const w = await arrived()
  const { shipment: { shipmentId } } = await w.ask()
  w.carrier.will({ create: [BACK] })
  await w.accept(shipmentId)
  await w.applyNews(shipmentId, [scan('in_transit', 1)])
  t.match((await w.payment())?.shipments.at(-1), { state: 'shipped', direction: 'return' })
  w.time.advance(MINUTE_MS)
  await t.rejects(w.cancelShipment({ caller: seller, shipmentId }), { code: 'already_moving' })
})
