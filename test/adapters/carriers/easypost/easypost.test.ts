import t from 'tap'
import { make } from '../../../contracts/shipping-carrier.contract.js'
import { START } from '../../../support/builders.js'
import { aShipment, aShipmentRequest, RECIPIENT } from '../../../support/carriers/builders.js'
import { RATES } from '../../../support/carriers/easypost-server.js'
import { startProviderServer } from '../../../support/provider-server.js'
import { carrierAt, openEasyPost } from './support.js'

t.test('a shipment goes out in inches and ounces, with the district as the town in Türkiye and as the state elsewhere', async (t) => {
  const { carrier, server } = await openEasyPost(t)
  await carrier.create(aShipmentRequest(), null)
  await carrier.create(aShipmentRequest(aShipment(), { to: { ...RECIPIENT, country: 'US', city: 'Orlando', district: 'FL', cityCode: null } }), null)
  const [first, second] = server.requests.map(({ body }) => JSON.parse(body.toString()) as { shipment: { parcel: object, to_address: object, reference: string } })
  t.same(first?.shipment.parcel, { length: 11.9, width: 7.9, height: 4, weight: 31.8 })
  t.equal(first?.shipment.reference, aShipment().carrierKey)
  t.match(first?.shipment.to_address, { name: 'Ayşe Alıcıgil', street1: 'Gizli Sokak 7', street2: 'Daire 3', city: 'Çankaya', state: 'Ankara', zip: '06690', country: 'TR' })
  t.match(second?.shipment.to_address, { city: 'Orlando', state: 'FL', country: 'US' })
})

t.test('quotes are the rates with a price, the cheapest first, and leave nothing that a look-up finds', async (t) => {
  const { carrier, server } = await openEasyPost(t)
  server.rates = [...RATES, { id: 'rate_4', carrier: 'DHL', service: 'Free', rate: 'ask us', currency: 'USD', delivery_days: 2 }, { id: 'bad id', carrier: 'DHL', service: 'Odd', rate: '1.00', currency: 'USD', delivery_days: 2 }]
  t.same(await carrier.quote(aShipmentRequest()), {
    kind: 'quotes',
    quotes: [
      { service: 'USPS.Priority', carrierName: 'USPS', price: { amount: 593, currency: 'USD' }, days: { min: 3, max: 3 } },
      { service: 'UPS.Ground', carrierName: 'UPS', price: { amount: 750, currency: 'USD' }, days: null },
      { service: 'USPS.Express', carrierName: 'USPS', price: { amount: 3310, currency: 'USD' }, days: { min: 1, max: 1 } },
    ],
  })
  t.same(await carrier.find(aShipment(), START), { kind: 'not_found' })
  server.refuse = { status: 400, code: 'SHIPMENT.INVALID_PARAMS' }
  t.match(await carrier.quote(aShipmentRequest()), { kind: 'refused' })
})

t.test('the service of the request is bought, else the cheapest', async (t) => {
  const { carrier } = await openEasyPost(t)
  t.match((await make({ carrier }, aShipmentRequest())).created, { service: 'USPS.Priority', carrierName: 'USPS', price: { amount: 593, currency: 'USD' }, trackingUrl: /^https:/ })
  t.match((await make({ carrier }, aShipmentRequest(aShipment({ service: 'USPS.Express', carrierKey: 'BV2' })))).created, { service: 'USPS.Express', price: { amount: 3310 } })
  t.match(await carrier.create(aShipmentRequest(aShipment({ service: 'USPS.Gone' })), null), { kind: 'refused', failure: { code: 'no_rate' } })
})

t.test('a shipment whose service is not offered is found without a rate to buy, and is refused when it is bought', async (t) => {
  const { carrier } = await openEasyPost(t)
  const shipment = aShipment({ service: 'USPS.Gone' })
  await carrier.create(aShipmentRequest(shipment), null)
  t.match(await carrier.find(shipment, START), { kind: 'found', progress: 'shp_1 none', created: null })
  t.match(await carrier.create(aShipmentRequest(shipment), 'shp_1 none'), { kind: 'refused', failure: { code: 'SHIPMENT.INVALID_PARAMS' } })
})

t.test('of two shipments under one reference the stored one is bought', async (t) => {
  const { carrier, server } = await openEasyPost(t)
  const first = await carrier.create(aShipmentRequest(), null)
  await carrier.create(aShipmentRequest(), null)
  if (first.kind !== 'progress') throw new Error(first.kind)
  t.equal(first.progress, 'shp_1 rate_1')
  t.match(await carrier.find(aShipment({ progress: first.progress }), START), { kind: 'found', progress: 'shp_1 rate_1', created: null })
  t.match(await carrier.create(aShipmentRequest(), first.progress), { kind: 'created', carrierReference: 'shp_1' })
  t.same(server.shipments.map(({ label }) => label !== null), [true, false])
})

t.test('a stored shipment that EasyPost does not know gives way to what it knows under our reference', async (t) => {
  const { carrier } = await openEasyPost(t)
  await carrier.create(aShipmentRequest(), null)
  t.match(await carrier.find(aShipment({ progress: 'shp_9 rate_9' }), START), { kind: 'found', progress: 'shp_1 rate_1' })
})

t.test('two purchases at once are one, and the second learns of it when it asks', async (t) => {
  const { carrier, server } = await openEasyPost(t)
  const first = await carrier.create(aShipmentRequest(), null)
  if (first.kind !== 'progress') throw new Error(first.kind)
  const kinds = (await Promise.all([carrier.create(aShipmentRequest(), first.progress), carrier.create(aShipmentRequest(), first.progress)])).map(({ kind }) => kind)
  t.ok(kinds.includes('created'))
  t.notOk(kinds.includes('refused'))
  t.match(await carrier.create(aShipmentRequest(), first.progress), { kind: 'created', carrierReference: 'shp_1' })
  t.equal(server.shipments.filter(({ label }) => label !== null).length, 1)
})

t.test('each refusal of a purchase is definite or leaves it open, by its code and its status', async (t) => {
  const cases: ReadonlyArray<readonly [status: number, code: string, kind: string]> = [
    [422, 'SHIPMENT.POSTAGE.FAILURE', 'refused'], [402, 'INSUFFICIENT_FUNDS', 'refused'], [400, 'SHIPMENT.INVALID_PARAMS', 'refused'], [404, 'NOT_FOUND', 'refused'],
    [422, 'SHIPMENT.PURCHASE.IN_PROGRESS', 'unknown'], [422, 'SHIPMENT.POSTAGE.TIMED_OUT', 'unknown'], [422, 'SHIPMENT.POSTAGE.NO_RESPONSE', 'unknown'], [422, 'no code', 'unknown'],
    [408, 'TIMEOUT', 'unknown'], [409, 'CONFLICT', 'unknown'], [429, 'RATE_LIMITED', 'unknown'], [500, 'INTERNAL', 'unknown'], [503, 'UNAVAILABLE', 'unknown'],
  ]
  for (const [status, code, kind] of cases) {
    const { carrier, server } = await openEasyPost(t)
    const first = await carrier.create(aShipmentRequest(), null)
    if (first.kind !== 'progress') throw new Error(first.kind)
    server.refuse = { status, code }
    t.equal((await carrier.create(aShipmentRequest(), first.progress)).kind, kind, `${status} ${code}`)
  }
})

t.test('a refusal names the fields that are wrong, and nothing that stands in them', async (t) => {
  const { carrier, server } = await openEasyPost(t)
  const errors = [{ field: 'to_address.zip', message: '06690 is wrong' }, { field: 'Gizli Sokak 7', message: '' }, 'Ayşe Alıcıgil', { message: 'no field' }]
  server.refuse = { status: 400, code: 'ADDRESS.VERIFY.FAILURE', errors }
  t.same(await carrier.create(aShipmentRequest(), null), { kind: 'refused', failure: { code: 'ADDRESS.VERIFY.FAILURE', message: 'EasyPost refused the shipment: to_address.zip' } })
  server.refuse = { status: 400, code: 'ADDRESS.VERIFY.FAILURE', errors: 'Ayşe' }
  t.match(await carrier.create(aShipmentRequest(), null), { failure: { message: 'EasyPost refused the shipment' } })
})

t.test('a refund that is rejected or not offered is a refusal, and one of which nothing is said is open', async (t) => {
  const { carrier, server } = await openEasyPost(t)
  const { shipment } = await make({ carrier }, aShipmentRequest())
  for (const [refund, answer] of [['submitted', { kind: 'requested' }], ['rejected', { kind: 'refused', failure: { code: 'refund_rejected' } }], ['not_applicable', { kind: 'refused' }], ['refunded', { kind: 'canceled' }], ['', { kind: 'unknown' }]] as const) {
    server.refund = refund
    t.match(await carrier.cancel(shipment), answer, refund)
  }
  t.match(await carrier.cancel(aShipment({ carrierKey: 'BV9' })), { kind: 'refused', failure: { code: 'NOT_FOUND' } })
})

t.test('a shipment without a label yet is reached by our reference: its label comes later, it is tracked, or it is not there', async (t) => {
  const { carrier } = await openEasyPost(t)
  t.same(await carrier.track(aShipment()), { kind: 'not_found' })
  await carrier.create(aShipmentRequest(), null)
  t.same(await carrier.label(aShipment(), 'zpl'), { kind: 'later' })
  t.same(await carrier.track(aShipment()), { kind: 'tracked', events: [], trackingNumber: null, trackingUrl: null, canceled: false })
})

t.test('what EasyPost does not carry is refused before anything is sent', async (t) => {
  const { check } = carrierAt('http://127.0.0.1:9')
  const [parcel] = aShipment().parcels
  if (parcel === undefined) return
  t.throws(() => { check(aShipmentRequest(aShipment(), { to: { ...RECIPIENT, country: 'US' } })) }, { code: 'carrier_unsupported' })
  t.throws(() => { check(aShipmentRequest(aShipment({ parcels: [parcel, parcel] }))) }, { code: 'carrier_unsupported' })
  t.throws(() => { check(aShipmentRequest(aShipment({ service: 'cheap' }))) }, { code: 'carrier_unsupported' })
  t.throws(() => { check(aShipmentRequest(aShipment({ parcels: [{ ...parcel, weightG: 68_001 }] }))) }, { code: 'parcel_too_large' })
  t.doesNotThrow(() => { check(aShipmentRequest(aShipment({ service: 'USPS.Priority' }))) })
})

t.test('a key that EasyPost does not take is an answer about the key', async (t) => {
  const { carrier } = await openEasyPost(t, { apiKey: 'EZTKanother1234567' })
  t.same(await carrier.checkAccess?.(), { kind: 'refused', about: 'access', code: 'APIKEY.INACTIVE' })
  t.same(await carrier.create(aShipmentRequest(), null), { kind: 'refused', about: 'access', code: 'APIKEY.INACTIVE' })
  t.match(await carrier.find(aShipment(), START), { kind: 'unknown' })
})

t.test('answers of another form, and refusals of a look, leave it open', async (t) => {
  const answers: Record<string, { readonly status?: number, readonly body: unknown }> = {}
  const server = await startProviderServer(t, ({ method, path }) => answers[`${method} ${path.endsWith('/buy') ? 'buy' : 'shipments'}`] ?? { body: [] })
  const carrier = carrierAt(server.url)
  t.match(await carrier.find(aShipment(), START), { kind: 'unknown', reason: /not an object/ })
  answers['POST shipments'] = { status: 201, body: { id: 'ship 1', rates: RATES } }
  t.match(await carrier.create(aShipmentRequest(), null), { kind: 'unknown', reason: /without an id/ })
  answers['POST buy'] = { body: { id: 'shp_1', postage_label: null, tracking_code: null } }
  t.match(await carrier.create(aShipmentRequest(), 'shp_1 rate_1'), { kind: 'unknown', reason: /without a label/ })
  answers['POST buy'] = { status: 422, body: { error: { code: 'SHIPMENT.POSTAGE.EXISTS' } } }
  answers['GET shipments'] = { status: 422, body: { error: { code: 'SHIPMENT.INVALID' } } }
  t.match(await carrier.create(aShipmentRequest(), 'shp_1'), { kind: 'unknown', reason: /does not show/ })
  t.match(await carrier.find(aShipment(), START), { kind: 'unknown', reason: /SHIPMENT.INVALID/ })
  t.match(await carrier.track(aShipment()), { kind: 'unknown', reason: /SHIPMENT.INVALID/ })
  t.same(await carrier.checkAccess?.(), { kind: 'refused', about: 'request', code: 'SHIPMENT.INVALID' })
  answers['GET shipments'] = { body: { id: 'shp_1', tracking_code: 'EZ1', refund_status: 'refunded' } }
  t.match(await carrier.create(aShipmentRequest(), 'shp_1'), { kind: 'refused', failure: { code: 'canceled' } })
  t.match(await carrier.find(aShipment({ progress: 'shp_1' }), START), { kind: 'found', progress: 'shp_1 none', created: { service: null, carrierName: null, trackingNumber: 'EZ1', price: null }, canceled: true })
  t.match(await carrier.track(aShipment({ carrierReference: 'shp_1' })), { kind: 'tracked', canceled: true })
})
