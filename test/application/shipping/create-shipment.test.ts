import t from 'tap'
import { DomainError } from '#domain/errors.js'
import type { ShipmentStore } from '#application/ports/shipment-store.js'
import { MINUTE_MS } from '#domain/time.js'
import { decided } from '#domain/payments/decision.js'
import { withMethods } from '#adapters/durability/proxy.js'
import { payer as buyer, seller, stranger } from '../../support/builders.js'
import { LABEL, lost, ScriptedCarrier } from '../../support/scripted-carrier.js'
import { shippingWorld, WRITTEN } from '../../support/shipping-world.js'
import { allEvents } from '../../support/world.js'

const LEASE_OVER_MS = 3 * MINUTE_MS + 1
const away = new DomainError('store_unavailable', 'away')

t.test('a label is made step by step, and each step is stored before the next', async (t) => {
  const w = await shippingWorld()
  const stored: Array<string | null | undefined> = []
  w.carrier.will({
    create: [
      { kind: 'progress', progress: 'draft' },
      async () => {
        const [shipment] = (await w.shipments.listOf({ as: 'seller', userId: 'sela', isOpen: true }, { before: null, limit: 1 })).items
        stored.push(shipment?.progress)
        return LABEL
      },
    ],
  })
  const { shipment, replayed } = await w.ship()
  t.match(shipment, { status: 'created', carrierReference: 'ref-1', trackingNumber: 'T1', progress: 'draft', price: { amount: 500, currency: 'TRY' }, lease: { until: null }, buyerId: 'ada', sellerId: 'sela' })
  t.match(shipment.carrierKey, /^BV[A-Z2-7]{15}$/)
  t.same([replayed, stored], [false, ['draft']])
  t.same(w.carrier.asked, ['create null', 'create draft'])
  t.match(w.carrier.requests[0], { from: { cityCode: '34' }, to: { contactName: 'Cem Kaya', district: 'Kadıköy', city: 'İstanbul', cityCode: '34' }, content: '2 × Scarf, 1 × Hat' })
  t.match((await w.payment())?.shipments, [{ shipmentId: shipment.shipmentId, items: [{ index: 0, quantity: 2 }, { index: 1, quantity: 1 }], state: 'open' }])
  const events = await allEvents(w)
  t.match(events, [{ type: 'shipment.created', subjectId: shipment.shipmentId, data: { paymentId: 'pay_1', status: 'created', previousStatus: 'pending' } }])
  t.notMatch(JSON.stringify(events), /Cem|Kaya|905321234567|Sokak/)

  t.same(await w.ship(), { shipment, replayed: true }, 'a repeat makes no other label')
  await t.rejects(w.ship({ service: 'other' }), { code: 'idempotency_key_reused' })
  await t.rejects(w.ship({}, 'key-2'), { code: 'already_shipped' })
})

t.test('a definite refusal gives the items free, and a repeat answers it', async (t) => {
  const w = await shippingWorld()
  w.carrier.will({ create: [{ kind: 'refused', failure: { code: 'E1', message: 'no' } }, { kind: 'refused', about: 'access', code: '401' }, LABEL] })
  const refused = await w.ship()
  t.match(refused.shipment, { status: 'refused', failure: { code: 'E1' }, flags: ['refused_by_carrier'], check: null })
  t.match((await w.payment())?.shipments, [{ state: 'void' }])
  t.match(await w.ship(), { replayed: true, shipment: { status: 'refused' } })
  t.match((await w.ship({}, 'key-2')).shipment, { status: 'refused', failure: { code: '401' } })
  t.match((await w.ship({}, 'key-3')).shipment, { status: 'created' })
  t.same((await w.payment())?.shipments.map(({ state }) => state), ['void', 'void', 'open'])
})

t.test('an unknown outcome stays unknown until the carrier is asked, and is never guessed', async (t) => {
  const w = await shippingWorld()
  w.carrier.will({ create: [{ kind: 'progress', progress: 'draft' }, lost], find: [lost, { kind: 'found', progress: 'draft', created: LABEL, canceled: false }] })
  const { shipment } = await w.ship()
  t.match(shipment, { status: 'pending', progress: 'draft', check: { tries: 0 } })
  t.match((await w.ship()).shipment, { status: 'pending' })
  t.match((await w.ship()).shipment, { status: 'created', trackingNumber: 'T1' })
  t.same(w.carrier.asked, ['create null', 'create draft', 'find', 'find'], 'the label was bought once')
})

t.test('what the carrier certainly does not have is made again from the step that was reached, under the same key', async (t) => {
  const w = await shippingWorld()
  w.carrier.will({ create: [{ kind: 'progress', progress: 'draft' }, lost, LABEL], find: [{ kind: 'not_found' }] })
  const { shipment: { carrierKey } } = await w.ship()
  t.match((await w.ship()).shipment, { status: 'created', carrierKey })
  t.same(w.carrier.asked, ['create null', 'create draft', 'find', 'create draft'])

  const other = await shippingWorld()
  other.carrier.will({ create: [lost, { kind: 'progress', progress: 'later' }, LABEL], find: [{ kind: 'found', progress: 'draft', created: null, canceled: false }] })
  await other.ship()
  t.match((await other.ship()).shipment, { status: 'created', progress: 'later' })
  t.same(other.carrier.asked, ['create null', 'find', 'create draft', 'create later'], 'a draft that was found is stored and used')
})

t.test('a process that dies after any of its writes leaves a label that is bought once', async (t) => {
  for (const dies of [1, 2, 3]) {
    let updates = 0
    const through = (store: ShipmentStore): ShipmentStore => withMethods(store, {
      update: async (...args) => {
        if (++updates === dies) throw away
        return await store.update(...args)
      },
    })
    const w = await shippingWorld({ through })
    let bought = 0
    const buy = (): typeof LABEL => {
      bought++
      return LABEL
    }
    w.carrier.will({
      create: [{ kind: 'progress', progress: 'a' }, { kind: 'progress', progress: 'b' }, ...Array.from({ length: 3 }, () => buy)],
      find: Array.from({ length: 3 }, () => () => bought > 0 ? { kind: 'found' as const, progress: 'b', created: LABEL, canceled: false } : { kind: 'found' as const, progress: 'b', created: null, canceled: false }),
    })
    await t.rejects(w.ship(), { code: 'store_unavailable' })
    await t.rejects(w.ship(), { code: 'request_in_progress' })
    w.time.advance(LEASE_OVER_MS)
    t.equal(await w.completeShipments(), true)
    t.match((await w.ship()).shipment, { status: 'created', flags: [] }, `dies at ${dies}`)
    t.equal(bought, 1, `bought once, dies at ${dies}`)
  }
})

t.test('who has lost the lease between two steps buys nothing', async (t) => {
  const w = await shippingWorld()
  w.carrier.will({
    create: [
      async () => {
        w.time.advance(LEASE_OVER_MS)
        w.carrier.will({ find: [{ kind: 'not_found' }], create: [LABEL] })
        await w.completeShipments()
        return { kind: 'progress', progress: 'late' }
      },
    ],
  })
  const { shipment } = await w.ship()
  t.match(shipment, { status: 'created', progress: null })
  t.same(w.carrier.asked, ['create null', 'find', 'create null'])
})

t.test('of two requests with one key at once, one has the label made and the other waits for it', async (t) => {
  const w = await shippingWorld()
  w.carrier.will({ create: [LABEL] })
  const [first, second] = await Promise.allSettled([w.ship(), w.ship()])
  t.match(first, { status: 'fulfilled', value: { replayed: false, shipment: { status: 'created' } } })
  t.match(second, { status: 'rejected', reason: { code: 'request_in_progress' } })
  t.same(w.carrier.asked, ['create null'])
})

t.test('a refusal of one who has lost the lease counts for nothing, and a label that comes late is kept', async (t) => {
  const w = await shippingWorld()
  w.carrier.will({
    create: [
      async () => {
        w.time.advance(LEASE_OVER_MS)
        w.carrier.will({ find: [{ kind: 'not_found' }], create: [{ kind: 'refused', failure: { code: 'TWICE', message: 'known already' } }] })
        await w.completeShipments()
        return LABEL
      },
    ],
  })
  const { shipment } = await w.ship()
  t.match(shipment, { status: 'refused', carrierReference: 'ref-1', flags: ['refused_by_carrier', 'outcome_unknown'] })

  const other = await shippingWorld()
  other.carrier.will({
    create: [
      async () => {
        other.time.advance(LEASE_OVER_MS)
        other.carrier.will({ find: [lost] })
        await other.completeShipments()
        return { kind: 'refused', failure: { code: 'LATE', message: '' } }
      },
    ],
  })
  t.match((await other.ship()).shipment, { status: 'pending', failure: null })
})

t.test('a label that costs more than the quote is flagged, and one that comes once is kept', async (t) => {
  const w = await shippingWorld()
  w.carrier.will({ create: [{ ...LABEL, label: { format: 'zpl', bytes: Buffer.from('^XA^XZ') } }] })
  const { shipment } = await w.ship({ price: { amount: 400, currency: 'TRY' } })
  t.match(shipment, { flags: ['price_mismatch'], price: { amount: 500 } })
  const label = await w.readLabel({ caller: seller, shipmentId: shipment.shipmentId, format: 'zpl' })
  t.same([label.type, Buffer.from(label.bytes).toString()], ['application/zpl', '^XA^XZ'])
  t.same(w.carrier.asked, ['create null'])
})

t.test('a carrier with more steps than there are leaves the outcome open', async (t) => {
  const w = await shippingWorld()
  w.carrier.will({ create: Array.from({ length: 5 }, (_, index) => ({ kind: 'progress' as const, progress: String(index) })) })
  t.match((await w.ship()).shipment, { status: 'pending', progress: '4' })
})

t.test('what cannot be shipped is refused before anything is stored or sent', async (t) => {
  const w = await shippingWorld({ carriers: [new ScriptedCarrier(), new ScriptedCarrier({ carrier: 'manual' })] })
  const refused: Array<[Parameters<typeof w.ship>[0], string]> = [
    [{ carrier: 'none' }, 'carrier_unsupported'],
    [{ recipient: null }, 'address_unresolved'],
    [{ recipient: { ...WRITTEN, district: 'Kadi' } }, 'address_unresolved'],
    [{ recipient: { ...WRITTEN, city: 'Qx' } }, 'address_unresolved'],
    [{ parcels: [{ lengthMm: 2001, widthMm: 1, heightMm: 1, weightG: 1 }] }, 'parcel_too_large'],
    [{ parcels: [{ lengthMm: 1, widthMm: 1, heightMm: 1, weightG: 100_001 }] }, 'parcel_too_large'],
    [{ parcels: Array.from({ length: 21 }, () => ({ lengthMm: 1, widthMm: 1, heightMm: 1, weightG: 1 })) }, 'parcel_too_large'],
    [{ items: [{ index: 0, quantity: 3 }] }, 'already_shipped'],
  ]
  for (const [request, code] of refused) await t.rejects(w.ship(request), { code }, JSON.stringify(request))
  w.carrier.refusal = new DomainError('carrier_unsupported', 'not there')
  await t.rejects(w.ship(), { code: 'carrier_unsupported' })
  w.carrier.refusal = null
  w.carrier.outage = 7
  await t.rejects(w.ship(), { code: 'provider_unavailable', retryAfterS: 7 })
  const ask = async (caller: typeof seller) => await w.createShipment({ caller, paymentId: 'pay_1', key: 'k', request: { carrier: null, service: null, parcels: [], items: null, recipient: null, sender: null, price: null, typed: null } })
  await t.rejects(ask(buyer), { code: 'forbidden' })
  await t.rejects(ask(stranger), { code: 'not_found' })
  await w.payments.update('pay_1', (before) => decided(before, { ...before, status: 'refunded' }, w.time.clock(), []))
  await t.rejects(w.ship(), { code: 'payment_not_shippable' })
  t.same(w.carrier.asked, [])
  t.same((await w.listAllShipments({ filter: { status: null, carrier: null, sellerId: null, flag: null, from: null, to: null }, before: null, limit: 10 })).items, [])
})

t.test('a seller without an address says where the parcel starts, and the payment says where it goes', async (t) => {
  const w = await shippingWorld()
  const shippingAddress = { contactName: 'Ada', address: 'Sokak 1', city: 'Izmir', country: 'TR', zipCode: '35000', phone: '+905551234567', district: 'Bornova' }
  await w.pay({ paymentId: 'pay_2', orderId: 'order-2', items: [], shippingAddress, buyerEmail: 'ada@example.com' })
  w.carrier.will({ create: [LABEL, LABEL] })
  await w.ship({ recipient: null, sender: { ...WRITTEN, country: 'DE', city: 'Köln', district: 'Ehrenfeld' } }, 'key-1', 'pay_2')
  t.match(w.carrier.requests[0], { to: { line1: 'Sokak 1', city: 'İzmir', cityCode: '35', email: 'ada@example.com', zipCode: '35000' }, from: { city: 'Köln', cityCode: null }, content: 'order-2' })
  await w.pay({ paymentId: 'pay_3', orderId: 'order-3', items: [], shippingAddress: { contactName: 'Ada', address: 'Sokak 1', city: 'Izmir', country: 'TR' } })
  await t.rejects(w.ship({ recipient: null }, 'key-1', 'pay_3'), { code: 'address_unresolved', message: /no phone or no district/ })
  const nowhere = await shippingWorld({ senderOf: async () => null })
  await t.rejects(nowhere.ship(), { code: 'address_unresolved', message: /send `sender`/ })
})

t.test('a parcel that the seller has handed over themselves needs no address, and is not asked about', async (t) => {
  const manual = new ScriptedCarrier({ carrier: 'manual' })
  const w = await shippingWorld({ carriers: [new ScriptedCarrier(), manual] })
  manual.will({ create: [lost, { ...LABEL, carrierName: 'PTT', trackingNumber: 'KP1' }], find: [{ kind: 'not_found' }] })
  const typed = { carrierName: 'PTT', trackingNumber: 'KP1', trackingUrl: null }
  const first = await w.ship({ carrier: 'manual', recipient: null, parcels: [], typed })
  t.match(first.shipment, { status: 'pending', trackingNumber: 'KP1' })
  t.equal(await w.shipmentAddresses.find(first.shipment.shipmentId, w.time.clock()), null)
  t.match((await w.ship({ carrier: 'manual', recipient: null, parcels: [], typed })).shipment, { status: 'created', check: null })
})

t.test('quotes of all carriers that answer are shown, and those of a named one or why there are none', async (t) => {
  const other = new ScriptedCarrier({ carrier: 'other' })
  const w = await shippingWorld({ carriers: [new ScriptedCarrier(), other, new ScriptedCarrier({ carrier: 'manual', quote: false })] })
  const quote = { service: 'x', carrierName: 'X', price: { amount: 1, currency: 'TRY' }, days: null }
  const ask = async (carrier: string | null = null, caller = seller) => await w.quoteShipment({ caller, paymentId: 'pay_1', request: { carrier, parcels: [{ lengthMm: 1, widthMm: 1, heightMm: 1, weightG: 1 }], recipient: WRITTEN, sender: null } })
  w.carrier.will({ quote: [{ kind: 'quotes', quotes: [quote] }, lost, lost, { kind: 'refused', failure: { code: 'E', message: 'not to there' } }] })
  other.will({ quote: [{ kind: 'quotes', quotes: [{ ...quote, service: 'y' }] }] })
  t.same((await ask()).map(({ carrier, service }) => `${carrier} ${service}`), ['scripted x', 'other y'])
  other.outage = 5
  t.same(await ask(), [])
  await t.rejects(ask('scripted'), { code: 'provider_unavailable' })
  await t.rejects(ask('scripted'), { code: 'carrier_unsupported', message: /not to there/ })
  await t.rejects(ask('other'), { code: 'provider_unavailable', retryAfterS: 5 })
  other.outage = null
  other.refusal = new Error('a fault of ours')
  await t.rejects(ask(), { message: /fault/ })
  await t.rejects(ask(null, buyer), { code: 'forbidden' })
  t.match(await w.payment(), { shipments: [] })
})
