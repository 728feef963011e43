import t from 'tap'
import fc from 'fast-check'
import { centimetresOf, kilogramsOf } from '#adapters/carriers/geliver/units.js'
import { laterBy } from '#domain/time.js'
import { make } from '../../../contracts/shipping-carrier.contract.js'
import { START } from '../../../support/builders.js'
import { aShipment, aShipmentRequest, RECIPIENT, SENDER } from '../../../support/carriers/builders.js'
import { carrierAt, openGeliver } from './support.js'

const A_MINUTE_LATER = laterBy(START, 60_000)
const request = aShipmentRequest(aShipment({ carrier: 'geliver' }))

t.test('numbers are texts, exactly as an independent computation in big integers says', async (t) => {
  t.same([1, 305, 2000].map(centimetresOf), ['0.1', '30.5', '200.0'])
  t.same([1, 900, 100_000].map(kilogramsOf), ['0.001', '0.900', '100.000'])
  fc.assert(fc.property(fc.integer({ min: 1, max: 100_000 }), (grams) => BigInt(kilogramsOf(grams).replace('.', '')) === BigInt(grams) && /^\d+\.\d{3}$/.test(kilogramsOf(grams))))
})

t.test('a shipment goes out with our key, its sizes as texts and the districts as Geliver numbers them', async (t) => {
  const { carrier, server } = await openGeliver(t)
  await carrier.create(request, null)
  t.match(server.addresses, [{ name: 'Mehmet Satıcıoğlu', cityCode: '34', districtName: 'Bağcılar', districtID: 107605, zip: '34200', isRecipientAddress: false }])
  t.match(server.parcels[0]?.body, {
    senderAddressID: 'address-1',
    recipientAddress: { name: 'Ayşe Alıcıgil', address1: 'Gizli Sokak 7', address2: 'Daire 3', cityCode: '06', districtID: 100_000, isRecipientAddress: true },
    length: '30.0', width: '20.0', height: '10.0', distanceUnit: 'cm', weight: '0.900', massUnit: 'kg', productPaymentOnDelivery: false,
    order: { orderNumber: request.shipment.carrierKey },
  })
})

t.test('a list of districts is asked for once a day, and one that failed or is empty is asked for again', async (t) => {
  const { carrier, server } = await openGeliver(t)
  const asked = () => server.requests.filter(({ path }) => path.includes('/districts')).length
  server.districts = []
  t.match(await carrier.create(request, null), { kind: 'refused', failure: { code: 'district_unknown', message: 'Geliver refused the shipment: from.district' } })
  t.equal(asked(), 2)
  server.districts = 'none'
  t.match(await carrier.create(request, null), { kind: 'unknown' })
  server.districts = [{ districtID: 1, name: 'Bağcılar' }]
  t.match(await carrier.create(request, null), { failure: { message: 'Geliver refused the shipment: to.district' } })
  t.equal(asked(), 5)
  await carrier.create(request, null)
  t.equal(asked(), 5)
})

t.test('quotes are the offers without cash on delivery, the cheapest first, and leave nothing that a look-up finds', async (t) => {
  const { carrier } = await openGeliver(t)
  t.same(await carrier.quote(request), {
    kind: 'quotes',
    quotes: [
      { service: 'SURAT_STANDART', carrierName: 'SURAT', price: { amount: 8990, currency: 'TRY' }, days: null },
      { service: 'PTT_STANDART', carrierName: 'PTT', price: { amount: 12050, currency: 'TRY' }, days: null },
    ],
  })
  t.same(await carrier.find(request.shipment, A_MINUTE_LATER), { kind: 'not_found' })
})

t.test('the service of the request is bought, else the cheapest, and a price or an id that is none is no offer', async (t) => {
  const { carrier, server } = await openGeliver(t)
  server.offers = [...server.offers, { id: 'offer 4', providerCode: 'X', providerServiceCode: 'X', totalAmount: '1', currency: 'TRY' }, { id: 'offer-5', providerCode: 'X', providerServiceCode: 'X', totalAmount: '', currency: 'TRY' }]
  const withService = (service: string | null, carrierKey: string) => aShipmentRequest(aShipment({ carrier: 'geliver', service, carrierKey }))
  t.match((await make({ carrier }, withService(null, 'BV1'))).created, { service: 'SURAT_STANDART', carrierName: 'SURAT', trackingNumber: '730000000000123', price: { amount: 8990, currency: 'TRY' } })
  t.match((await make({ carrier }, withService('PTT_STANDART', 'BV2'))).created, { service: 'PTT_STANDART', price: { amount: 12050 } })
  const first = await carrier.create(withService('ARAS_STANDART', 'BV3'), null)
  t.match(await carrier.create(withService('ARAS_STANDART', 'BV3'), first.kind === 'progress' ? first.progress : ''), { kind: 'refused', failure: { code: 'no_offer' } })
})

t.test('offers that take long leave it open, and are waited for a second between two looks', async (t) => {
  const waits: number[] = []
  const { carrier, server } = await openGeliver(t, { wait: async (milliseconds) => { waits.push(milliseconds) } })
  server.looksUntilOffers = 6
  await carrier.create(request, null)
  t.same(await carrier.create(request, 'shipment-1'), { kind: 'unknown', reason: 'Geliver has no offers yet' })
  t.same(waits, [1000, 1000, 1000, 1000, 1000])
  t.match(await carrier.create(request, 'shipment-1'), { kind: 'progress', progress: 'shipment-1 shipment-1.offer-1' })
})

t.test('a purchase that was made though Geliver answered 500, or refused it, is found before it is repeated', async (t) => {
  for (const reply of [{ status: 500, body: { result: false } }, { status: 200, body: { result: false, code: 'E1051' } }, { body: { result: true, data: null } }, { status: 404, body: { result: true, data: null } }, { body: [] }]) {
    const { carrier, server } = await openGeliver(t)
    server.purchase = { reply, isBought: true }
    t.match((await make({ carrier }, request, false)).created, { kind: 'created', carrierReference: 'shipment-1' })
    t.equal(server.labels(), 1)
  }
})

t.test('a refusal of a purchase counts once a read has shown that nothing was bought, also under 200', async (t) => {
  const { carrier, server } = await openGeliver(t)
  server.purchase = { reply: { status: 200, body: { result: false, code: 'E1051', message: 'Ayşe' } }, isBought: false }
  await carrier.create(request, null)
  t.same(await carrier.create(request, 'shipment-1 shipment-1.offer-1'), { kind: 'refused', failure: { code: 'E1051', message: 'Geliver refused the shipment' } })
  server.purchase = { reply: { body: { result: true, data: { shipment: { id: 'shipment-1', statusCode: 'GOT_OFFERS' } } } }, isBought: false }
  t.match(await carrier.create(request, 'shipment-1 shipment-1.offer-1'), { kind: 'unknown', reason: /without a label/ })
  t.equal(server.labels(), 0)
})

t.test('a shipment in a state that is not known, and one that is not there, leave a purchase open', async (t) => {
  const { carrier, server } = await openGeliver(t)
  await carrier.create(request, null)
  const [parcel] = server.parcels
  if (parcel === undefined) return
  parcel.status = 'TELEPORTED'
  t.match(await carrier.create(request, 'shipment-1 offer-1'), { kind: 'unknown' })
  t.match(await carrier.create(request, 'shipment-9 offer-1'), { kind: 'unknown', reason: /E1404/ })
  t.equal(server.labels(), 0)
})

t.test('a shipment that was bought or canceled meanwhile is not bought again while an offer is chosen', async (t) => {
  const { carrier, server } = await openGeliver(t)
  const { shipment } = await make({ carrier }, request)
  t.match(await carrier.create(request, 'shipment-1'), { kind: 'created' })
  await carrier.cancel(shipment)
  t.match(await carrier.create(request, 'shipment-1'), { kind: 'refused', failure: { code: 'canceled' } })
  t.equal(server.labels(), 1)
})

t.test('the list of our key is not believed while it may lag, and of twins the one that counts is taken', async (t) => {
  const { carrier, server } = await openGeliver(t)
  t.same(await carrier.find(request.shipment, laterBy(START, 59_999)), { kind: 'unknown', reason: 'Geliver lists new shipments late' })
  t.same(await carrier.find(request.shipment, A_MINUTE_LATER), { kind: 'not_found' })
  for (let made = 0; made < 3; made++) await carrier.create(request, null)
  const [canceled, open, bought] = server.parcels
  if (canceled === undefined || open === undefined || bought === undefined) return
  canceled.status = 'CANCELED'
  t.match(await carrier.find(request.shipment, START), { kind: 'found', progress: open.id, created: null, canceled: false })
  Object.assign(bought, { offer: server.offers[0], status: 'TRACKING_CODE_CREATED' })
  t.match(await carrier.find(request.shipment, START), { kind: 'found', progress: bought.id, created: { carrierReference: bought.id }, canceled: false })
  t.match(await carrier.find({ ...request.shipment, progress: `${open.id} offer-1` }, START), { kind: 'found', progress: `${open.id} offer-1`, created: null }, 'a stored id is the one that counts')
  server.lags = true
  t.match(await carrier.find({ ...request.shipment, progress: 'shipment-9' }, START), { kind: 'unknown' }, 'what is not there by its id may be in the list')
})

t.test('what Geliver lists under a key that only begins like ours is not ours', async (t) => {
  const { carrier } = await openGeliver(t)
  await carrier.create(aShipmentRequest(aShipment({ carrierKey: `${request.shipment.carrierKey}9` })), null)
  t.same(await carrier.find(request.shipment, A_MINUTE_LATER), { kind: 'not_found' })
})

t.test('a cancellation that Geliver only says it made is none', async (t) => {
  const { carrier, server } = await openGeliver(t)
  const { shipment } = await make({ carrier }, request)
  server.cancelLies = true
  t.same(await carrier.cancel(shipment), { kind: 'requested' })
  t.match(await carrier.find(shipment, START), { kind: 'found', canceled: false })
  t.match(await carrier.track(shipment), { kind: 'tracked', canceled: false })
  t.match(await carrier.cancel(request.shipment), { kind: 'unknown' }, 'without an id nothing is canceled')
  await carrier.create(request, null)
  t.same(await carrier.cancel({ ...request.shipment, progress: 'shipment-2' }), { kind: 'refused', failure: { code: 'E1060', message: 'Geliver refused the shipment' } })
})

t.test('refusals of an address, of a shipment and of a look-up have their codes, and none of their words', async (t) => {
  const { carrier, server } = await openGeliver(t)
  server.refuse = { status: 422, code: 'E1020' }
  t.same(await carrier.create(request, null), { kind: 'refused', failure: { code: 'E1020', message: 'Geliver refused the shipment' } })
  t.match(await carrier.quote(request), { kind: 'refused', failure: { code: 'E1020' } })
  server.refuse = { status: 200, code: 'adres bulunamadı' }
  t.match(await carrier.create(request, null), { kind: 'refused', failure: { code: 'no_code' } })
})

t.test('a token that Geliver does not take is an answer about the token', async (t) => {
  const { carrier } = await openGeliver(t, { token: 'another token of someone' })
  t.same(await carrier.checkAccess?.(), { kind: 'refused', about: 'access', code: '401' })
  t.same(await carrier.create(request, null), { kind: 'refused', about: 'access', code: '401' })
  t.match(await carrier.find(request.shipment, A_MINUTE_LATER), { kind: 'unknown' })
})

t.test('what Geliver does not carry is refused before anything is sent', async (t) => {
  const { check } = carrierAt('http://127.0.0.1:9')
  const [parcel] = aShipment().parcels
  if (parcel === undefined) return
  const { zipCode, ...withoutZip } = SENDER
  t.throws(() => { check({ ...request, to: { ...RECIPIENT, country: 'US' } }) }, { code: 'carrier_unsupported' })
  t.throws(() => { check({ ...request, from: { ...SENDER, country: 'US' } }) }, { code: 'carrier_unsupported' })
  t.throws(() => { check({ ...request, from: withoutZip }) }, { code: 'carrier_unsupported' })
  t.throws(() => { check(aShipmentRequest(aShipment({ parcels: [parcel, parcel] }))) }, { code: 'carrier_unsupported' })
  for (const service of ['surat', 'PTT_KAPIDA_ODEME']) t.throws(() => { check(aShipmentRequest(aShipment({ service }))) }, { code: 'carrier_unsupported' })
  t.doesNotThrow(() => { check(aShipmentRequest(aShipment({ service: 'SURAT_STANDART' }))) })
})
