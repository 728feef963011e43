import t from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { withMethods } from '#adapters/durability/proxy.js'
import { makeCompleteWebhookEvents } from '#application/payments/webhook-events.js'
import type { CarrierWebhook, ShippingCarrier } from '#application/ports/shipping-carrier.js'
import type { Stores } from '#application/ports/stores.js'
import { makeApplyShipmentEvent } from '#application/shipping/apply-shipment-event.js'
import { makeHandleCarrierWebhook } from '#application/shipping/handle-carrier-webhook.js'
import { DomainError } from '#domain/errors.js'
import { countingIdentity, settableClock } from '../../support/builders.js'
import { aParcel, aScan, scriptedCarrier, shipped } from '../../support/parcels.js'
import { ScriptedGateway } from '../../support/scripted-gateway.js'

const MINUTE_MS = 60_000
const HEADERS = { 'x-scripted-signature': 'right' }
const BODY = Buffer.from('{}')
const NAMES = { carrierKey: 'BVABCDEFGHIJKLMN0', carrierReference: null, trackingNumber: null }

/** The inbox, with a carrier whose next webhook a test chooses. */
function world ({ stores = memoryStores(), ...overrides }: Partial<ShippingCarrier> & { readonly stores?: Stores } = {}) {
  const time = settableClock()
  let webhook: Partial<CarrierWebhook> = {}
  let looks = 0
  const carrier = scriptedCarrier({
    verifyWebhook: ({ headers }) => {
      if (headers['x-scripted-signature'] !== 'right') throw new DomainError('invalid_webhook_signature', 'scripted')
      return { eventId: 'evt_1', type: 'tracked', ...NAMES, news: [aScan('in_transit')], ...webhook }
    },
    ...overrides,
    track: async (shipment) => {
      looks++
      return await (overrides.track?.(shipment) ?? { kind: 'tracked', events: [aScan('delivered')], trackingNumber: null, trackingUrl: null, canceled: false })
    },
  })
  const ports = { ...stores, carriers: [carrier] as const, gateways: [new ScriptedGateway()] as const, identity: countingIdentity(), clock: time.clock, shippingPiiMs: MINUTE_MS }
  const handle = makeHandleCarrierWebhook(ports)
  return {
    ...stores,
    time,
    looks: () => looks,
    /** Delivers a webhook of this content. */
    told: async (content: Partial<CarrierWebhook> = {}, named: string | null = null) => {
      webhook = content
      return await handle({ carrier: named, headers: HEADERS, body: BODY })
    },
    handle,
    complete: makeCompleteWebhookEvents({ ...ports, applyShipmentEvent: makeApplyShipmentEvent(ports) }),
  }
}

t.test('the scans of a signed webhook reach their shipment once, with the event', async (t) => {
  const w = world()
  await shipped(w)
  t.equal(await w.told(), 'applied')
  t.match(await w.shipments.find('ship_1'), { status: 'in_transit', events: [{ eventId: 'scan_in_transit' }] })
  t.match(await w.webhookEvents.find('shipment:scripted#evt_1'), { subject: 'shipment', subjectId: 'ship_1', state: 'applied', provider: 'scripted', paymentId: null, providerReference: NAMES.carrierKey })
  t.equal(await w.told({}, 'scripted'), 'duplicate')
  t.equal(await w.told({ eventId: 'evt_2', carrierKey: null, carrierReference: 'ref_1', news: [aScan('delivered')] }), 'applied', 'by the id that the carrier gave it')
  t.match(await w.shipments.find('ship_1'), { status: 'delivered' })
  t.equal(w.looks(), 0, 'a signed word needs no look')
})

t.test('an event of another carrier, about nothing, or without a name of a shipment changes nothing', async (t) => {
  const w = world()
  await shipped(w, aParcel({ carrier: 'other' }))
  t.equal(await w.told({ news: null }), 'ignored')
  t.equal(await w.told({ eventId: 'evt_2', carrierKey: null, trackingNumber: '1234567890' }), 'ignored')
  t.equal(await w.told({ eventId: 'evt_3' }), 'received')
  t.match(await w.webhookEvents.find('shipment:scripted#evt_3'), { reason: 'subject_unknown', subjectId: null })
  t.match(await w.shipments.find('ship_1'), { status: 'created', version: 1 })
})

t.test('an event that overtook its shipment is applied once that is stored', async (t) => {
  const w = world()
  t.equal(await w.told(), 'received')
  await shipped(w)
  w.time.advance(MINUTE_MS)
  await w.complete()
  t.match(await w.webhookEvents.find('shipment:scripted#evt_1'), { state: 'applied', subjectId: 'ship_1', reason: null })
  t.match(await w.shipments.find('ship_1'), { status: 'in_transit' })
})

t.test('a webhook without a signature is a reason to ask the carrier, whatever it says, and once a minute', async (t) => {
  const w = world()
  await shipped(w)
  w.time.advance(MINUTE_MS)
  t.equal(await w.told({ news: 'ask' }), 'applied')
  t.match(await w.shipments.find('ship_1'), { status: 'delivered' })
  t.equal(await w.told({ news: 'ask', eventId: 'evt_2' }), 'received', 'the carrier was asked just now')
  t.equal(await w.told({ news: 'ask', eventId: 'evt_3' }), 'received')
  t.match(await w.webhookEvents.find('shipment:scripted#evt_2'), { state: 'received', reason: 'provider_silent' })
  t.equal(w.looks(), 1)
  w.time.advance(MINUTE_MS)
  await w.complete()
  w.time.advance(5 * MINUTE_MS)
  await w.complete()
  t.match(await w.webhookEvents.find('shipment:scripted#evt_2'), { state: 'applied' })
  t.match(await w.webhookEvents.find('shipment:scripted#evt_3'), { state: 'applied' })
  t.equal(w.looks(), 2, 'one look answers all that came before it')
})

t.test('a hint that came before the last look needs no look of its own', async (t) => {
  const w = world()
  await shipped(w)
  t.equal(await w.told({ news: 'ask' }), 'received')
  w.time.advance(1)
  t.equal(await w.told({ eventId: 'evt_2' }), 'applied')
  w.time.advance(MINUTE_MS)
  await w.complete()
  t.match(await w.webhookEvents.find('shipment:scripted#evt_1'), { state: 'applied' })
  t.equal(w.looks(), 0)
})

t.test('a hint waits while the carrier does not answer', async (t) => {
  const w = world({ track: async () => ({ kind: 'unknown', reason: 'scripted' }) })
  await shipped(w)
  w.time.advance(MINUTE_MS)
  t.equal(await w.told({ news: 'ask' }), 'received')
  t.match(await w.webhookEvents.find('shipment:scripted#evt_1'), { reason: 'provider_silent' })
  t.equal(w.looks(), 1)
})

t.test('an event waits while the store of shipments does not answer, and for the version that knows the state of the shipment', async (t) => {
  const stores = memoryStores()
  await shipped(stores, aParcel({ status: 'on_a_ship' as 'created' }))
  const w = world({ stores })
  t.equal(await w.told(), 'received')
  t.match(await w.webhookEvents.find('shipment:scripted#evt_1'), { reason: 'subject_unreadable' })
  for (const [code, result] of [['store_unavailable', 'received'], ['store_busy', null]] as const) {
    const away = world({ stores: { ...stores, shipments: withMethods(stores.shipments, { findByCarrier: async () => { throw new DomainError(code, 'away') } }) } })
    const telling = away.told({ eventId: `evt of ${code}` })
    if (result === null) await t.rejects(telling, { code })
    else t.equal(await telling, result)
  }
})

t.test('a shipment that changes in between is no harm, and other errors come out', async (t) => {
  const stores = memoryStores()
  await shipped(stores)
  const w = world({ stores: { ...stores, shipments: withMethods(stores.shipments, { update: async () => { throw new Error('a fault') } }) } })
  await t.rejects(w.told(), { message: 'a fault' })
})

t.test('a delivery that no carrier has signed, or of a carrier that is not configured, is refused', async (t) => {
  const w = world()
  await t.rejects(w.handle({ carrier: null, headers: {}, body: BODY }), { code: 'invalid_webhook_signature' })
  await t.rejects(w.handle({ carrier: 'scripted', headers: {}, body: BODY }), { code: 'invalid_webhook_signature' })
  await t.rejects(w.handle({ carrier: 'other', headers: HEADERS, body: BODY }), { code: 'carrier_unsupported' })
  const unsigned = world({ signatureHeader: null, verifyWebhook: ({ token }) => { throw new DomainError('invalid_webhook_signature', String(token)) } })
  await t.rejects(unsigned.handle({ carrier: null, headers: HEADERS, body: BODY }), { code: 'invalid_webhook_signature' })
  await t.rejects(unsigned.handle({ carrier: 'scripted', headers: HEADERS, body: BODY, token: 'wrong' }), { message: 'wrong' })
})
