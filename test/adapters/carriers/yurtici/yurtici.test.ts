import t from 'tap'
import type { TrackingKind } from '#domain/shipping/tracking.js'
import { kindOf } from '#adapters/carriers/yurtici/tracking.js'
import { make } from '../../../contracts/shipping-carrier.contract.js'
import { START } from '../../../support/builders.js'
import { aShipment, aShipmentRequest, RECIPIENT, SENDER } from '../../../support/carriers/builders.js'
import { openYurtici } from './support.js'

const PARCEL = { lengthMm: 300, widthMm: 200, heightMm: 100, weightG: 900 }
const request = aShipmentRequest(aShipment({ carrier: 'yurtici', parcels: [PARCEL, { ...PARCEL, weightG: 2_001 }, { ...PARCEL, weightG: 3_000 }] }))
const KEY = request.shipment.carrierKey

const TABLE: ReadonlyArray<readonly [status: string, rejectStatus: string, kind: TrackingKind]> = [
  ['NOP', '', 'registered'], ['ISR', '', 'handed_over'], ['IND', '', 'in_transit'], ['IND', '1', 'in_transit'], ['IND', '9', 'returning'], ['DLV', '', 'delivered'], ['BI', '', 'on_hold'], ['CNL', '', 'unknown'], ['ISC', '', 'unknown'], ['XYZ', '', 'unknown'],
]

t.test('each status of Yurtiçi is one of our kinds, and its own code, its text and its time are kept', async (t) => {
  const { carrier, server } = await openYurtici(t)
  const { shipment } = await make({ carrier }, request)
  for (const [status, rejectStatus, kind] of TABLE) {
    t.equal(kindOf(status, rejectStatus), kind, `${status} ${rejectStatus}`)
    Object.assign(server.cargo.get(KEY) ?? {}, {
      status,
      item: `<shippingDeliveryItemDetailVO><docId>77</docId><documentDate>20260301</documentDate><deliveryDate>20260302</deliveryDate><deliveryTime>90500</deliveryTime><rejectStatus>${rejectStatus}</rejectStatus><receiverInfo>Ayşe Alıcıgil</receiverInfo></shippingDeliveryItemDetailVO>`,
    })
    const answer = await carrier.track(shipment)
    t.match(answer, {
      kind: 'tracked',
      trackingNumber: '77',
      trackingUrl: null,
      canceled: ['CNL', 'ISC'].includes(status),
      events: [{ kind, rawCode: rejectStatus === '9' ? 'IND.9' : status, text: 'Kargo ıslemde & yolda', occurredAt: kind === 'delivered' ? '2026-03-02T06:05:00.000Z' : '2026-02-28T21:00:00.000Z' }],
    })
    t.notOk(JSON.stringify(answer).includes('Alıcıgil'), 'who took the parcel is not read')
  }
})

t.test('moves of a parcel are kept by their codes, though none is known, and what has no time is no event', async (t) => {
  const { carrier, server } = await openYurtici(t)
  const { shipment } = await make({ carrier }, request)
  t.match(await carrier.track(shipment), { kind: 'tracked', events: [], trackingNumber: null })
  const move = (id: string, time: string) => `<invDocCargoVOArray><unitName>AFYON</unitName><eventId>${id}</eventId><eventName>Kargo İndirildi</eventName><eventDate>20260301</eventDate><eventTime>${time}</eventTime></invDocCargoVOArray>`
  Object.assign(server.cargo.get(KEY) ?? {}, { status: 'IND', item: `<shippingDeliveryItemDetailVO><docId>0</docId>${move('IN', '100000')}${move('OUT', '120000')}${move('', '120000')}${move('OUT', 'noon')}</shippingDeliveryItemDetailVO>` })
  const answer = await carrier.track(shipment)
  t.match(answer, { trackingNumber: null, events: [{ kind: 'unknown', rawCode: 'IN', text: 'Kargo İndirildi', location: 'AFYON', occurredAt: '2026-03-01T07:00:00.000Z' }, { rawCode: 'OUT' }] })
  t.equal(answer.kind === 'tracked' && answer.events.length, 2)
})

t.test('an order has every element, our key twice, whole desi and kilograms of all parcels, and no money at the door', async (t) => {
  const { carrier, server } = await openYurtici(t)
  await make({ carrier }, { ...request, content: 'Gömlek & <kravat>' })
  const { xml = '' } = server.cargo.get(KEY) ?? {}
  const wanted = { cargoKey: KEY, invoiceKey: KEY, receiverCustName: 'Ayşe Alıcıgil', receiverAddress: 'Gizli Sokak 7 Daire 3', receiverPhone1: '5054445566', cityName: 'Ankara', townName: 'Çankaya', desi: '6', kg: '7', cargoCount: '3', ttInvoiceAmount: '', ttCollectionType: '', dcSelectedCredit: '', description: 'Gömlek &amp; &lt;kravat&gt;', emailAddress: 'ayse@example.com', userLanguage: 'TR' }
  for (const [name, value] of Object.entries(wanted)) t.ok(xml.includes(`<${name}>${value}</${name}>`), name)
  const { email, line2, ...to } = RECIPIENT
  await make({ carrier }, { ...request, to, shipment: { ...request.shipment, carrierKey: 'BV2' } })
  t.match(server.cargo.get('BV2')?.xml, /<receiverAddress>Gizli Sokak 7<\/receiverAddress>.*<emailAddress><\/emailAddress>/)
})

t.test('an answer under 200 that says neither yes nor no leaves it open, and the label is found', async (t) => {
  const strange = ['<VO><outFlag>2</outFlag></VO>', '<VO><outFlag></outFlag></VO>', '<VO><outResult>x</outResult></VO>', '<VO><outFlag>1</outFlag><shippingOrderDetailVO><errCode>936</errCode></shippingOrderDetailVO></VO>', '<VO><outFlag>Ayşe</outFlag></VO>', '']
  for (const answer of strange) {
    const { carrier, server } = await openYurtici(t)
    Object.assign(server, { isDone: true })
    server.answers['createShipment'] = answer
    t.match(await carrier.create(request, null), { kind: 'unknown', reason: /^Yurtiçi Kargo/ }, answer)
    t.match(await carrier.create(request, null), { kind: 'created', carrierReference: KEY })
    t.equal(server.labels, 1)
  }
})

t.test('a refusal counts once a look has shown that there is no parcel, and has a code alone', async (t) => {
  const { carrier, server } = await openYurtici(t)
  const refusal = (errCode: string) => `<VO><outFlag>1</outFlag><outResult>Ayşe Alıcıgil</outResult><shippingOrderDetailVO>${errCode}<errMessage>Gizli Sokak 7</errMessage></shippingOrderDetailVO></VO>`
  for (const [errCode, code] of [['<errCode>60019</errCode>', '60019'], ['', 'no_code'], ['<errCode>adres</errCode>', 'no_code']] as const) {
    server.answers['createShipment'] = refusal(errCode)
    t.same(await carrier.create(request, null), { kind: 'refused', failure: { code, message: 'Yurtiçi Kargo refused the shipment' } })
  }
  Object.assign(server, { isDone: true })
  server.answers['createShipment'] = refusal('<errCode>60020</errCode>')
  t.match(await carrier.create(request, null), { kind: 'created' }, 'one that was made is not refused')
})

t.test('a parcel is not there only by the code that says so', async (t) => {
  const { carrier, server } = await openYurtici(t)
  const answers = [
    '<VO><outFlag>0</outFlag></VO>', '<VO><outFlag>0</outFlag><shippingDeliveryDetailVO><cargoKey>ANOTHER</cargoKey></shippingDeliveryDetailVO></VO>', '<VO><outFlag>1</outFlag></VO>',
    `<VO><outFlag>0</outFlag><shippingDeliveryDetailVO><cargoKey>${KEY}</cargoKey><errCode>12345</errCode></shippingDeliveryDetailVO></VO>`,
  ]
  for (const answer of answers) {
    server.answers['queryShipment'] = answer
    t.match(await carrier.find(request.shipment, START), { kind: 'unknown' }, answer)
    t.match(await carrier.create(request, null), { kind: 'unknown' })
  }
  server.answers['queryShipment'] = '<VO><outFlag>1</outFlag><shippingDeliveryDetailVO><errCode>80859</errCode></shippingDeliveryDetailVO></VO>'
  t.same(await carrier.find(request.shipment, START), { kind: 'not_found' })
  t.same(await carrier.track(request.shipment), { kind: 'not_found' })
  t.equal(server.labels, 0)
})

t.test('a cancellation that Yurtiçi only says it made is none', async (t) => {
  const { carrier, server } = await openYurtici(t)
  const { shipment } = await make({ carrier }, request)
  server.cancelLies = true
  t.same(await carrier.cancel(shipment), { kind: 'requested' })
  t.match(await carrier.find(shipment, START), { kind: 'found', canceled: false })
  server.answers['cancelShipment'] = '<VO><outFlag>0</outFlag><shippingCancelDetailVO><errCode>82501</errCode></shippingCancelDetailVO></VO>'
  t.match(await carrier.cancel(shipment), { kind: 'refused', failure: { code: '82501' } })
})

t.test('an account that Yurtiçi does not take is an answer about it', async (t) => {
  const { carrier } = await openYurtici(t, { password: 'another' })
  t.same(await carrier.checkAccess?.(), { kind: 'refused', about: 'access', code: '0' })
  const { carrier: other, server } = await openYurtici(t)
  server.answers['queryShipment'] = '<VO><outFlag>0</outFlag></VO>'
  t.same(await other.checkAccess?.(), { kind: 'accepted' })
})

t.test('what Yurtiçi does not carry is refused before anything is sent, and it has no quotes and no labels', async (t) => {
  const { carrier: { check, quote, label } } = await openYurtici(t)
  t.throws(() => { check(aShipmentRequest(aShipment({ direction: 'return' }))) }, { code: 'carrier_unsupported' })
  t.throws(() => { check({ ...request, from: { ...SENDER, country: 'US' } }) }, { code: 'carrier_unsupported' })
  t.throws(() => { check({ ...request, to: { ...RECIPIENT, country: 'US' } }) }, { code: 'carrier_unsupported' })
  t.throws(() => { check({ ...request, to: { ...RECIPIENT, phone: '+14155550100' } }) }, { code: 'carrier_unsupported' })
  t.throws(() => { check({ ...request, to: { ...RECIPIENT, contactName: 'Al U 12' } }) }, { code: 'carrier_unsupported' })
  t.throws(() => { check({ ...request, to: { ...RECIPIENT, contactName: '1234567' } }) }, { code: 'carrier_unsupported' })
  t.throws(() => { check(aShipmentRequest(aShipment({ service: 'standard' }))) }, { code: 'carrier_unsupported' })
  t.match(await quote(request), { kind: 'refused', failure: { code: 'not_offered' } })
  t.same(await label(request.shipment, 'pdf'), { kind: 'later' })
})
