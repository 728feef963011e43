import t from 'tap'
import type { TrackingKind } from '#domain/shipping/tracking.js'
import { kindOf } from '#adapters/carriers/dhl-ecommerce/label.js'
import { turkishMoment, turkishMomentOf } from '#adapters/exchange/turkish-time.js'
import { make } from '../../../contracts/shipping-carrier.contract.js'
import { START } from '../../../support/builders.js'
import { aShipment, aShipmentRequest, RECIPIENT, SENDER } from '../../../support/carriers/builders.js'
import { ACCOUNT } from '../../../support/carriers/dhl-ecommerce-server.js'
import { startProviderServer } from '../../../support/provider-server.js'
import { carrierAt, openDhlEcommerce } from './support.js'

const PARCEL = { lengthMm: 300, widthMm: 200, heightMm: 100, weightG: 900 }
const request = aShipmentRequest(aShipment({ carrier: 'dhl_ecommerce', parcels: [PARCEL, { ...PARCEL, weightG: 2_001 }] }))
const KEY = request.shipment.carrierKey

const TABLE: ReadonlyArray<readonly [code: string, kind: TrackingKind]> = [
  ['0', 'registered'], ['1', 'registered'], ['2', 'in_transit'], ['3', 'in_transit'], ['4', 'out_for_delivery'], ['5', 'delivered'], ['6', 'delivery_failed'], ['7', 'returning'], ['8', 'on_hold'], ['9', 'unknown'], ['', 'unknown'],
]

t.test('each code of DHL eCommerce is one of our kinds, and its own code, its text and its time are kept', async (t) => {
  const { carrier, server } = await openDhlEcommerce(t)
  const { shipment } = await make({ carrier }, request)
  for (const [code, kind] of TABLE) {
    t.equal(kindOf(code), kind, code)
    if (code === '') continue
    Object.assign(server.orders.get(KEY) ?? {}, { status: code, at: '01.03.2026 18:00:00' })
    t.match(await carrier.track(shipment), { kind: 'tracked', trackingNumber: '614118757013', trackingUrl: /^https:/, events: [{ kind, rawCode: code, text: 'KARGO YOLDA', occurredAt: '2026-03-01T15:00:00.000Z' }] })
  }
  Object.assign(server.orders.get(KEY) ?? {}, { at: 'dün' })
  const answer = await carrier.track(shipment)
  t.match(answer, { kind: 'tracked', events: [] })
  t.notOk(JSON.stringify(answer).includes('Alıcıgil'), 'who took the parcel is not kept')
})

t.test('moments are those of Türkiye, in each of its spellings', async (t) => {
  t.equal(turkishMoment('13-02-2019 12:03'), '2019-02-13T09:03:00.000Z')
  t.equal(turkishMoment('10.03.2020 16:05:00'), '2020-03-10T13:05:00.000Z')
  t.equal(turkishMomentOf('20260301', '010500'), '2026-02-28T22:05:00.000Z')
  t.equal(turkishMomentOf('20260301', '90500'), '2026-03-01T06:05:00.000Z')
  for (const strange of ['', '2026-03-01', '99.99.2026 10:00']) t.equal(turkishMoment(strange), null)
  for (const [day, time] of [['', ''], ['20260301', ''], ['20269901', '100000'], ['', '100000'], ['20260301', 'noon']] as const) t.equal(turkishMomentOf(day, time), time === '' && day !== '' ? turkishMomentOf(day, '000000') : null)
})

t.test('an order names our key, the places by their codes, whole desi and kilograms, and no money at the door', async (t) => {
  const { carrier, server } = await openDhlEcommerce(t)
  await make({ carrier }, request)
  t.match(server.orders.get(KEY)?.body, {
    order: { referenceId: KEY, barcode: KEY, isCOD: 0, codAmount: 0, shipmentServiceType: 1, content: 'Mavi gömlek' },
    orderPieceList: [{ barcode: `${KEY}_1`, desi: 2, kg: 1 }, { barcode: `${KEY}_2`, desi: 2, kg: 3 }],
    recipient: { fullName: 'Ayşe Alıcıgil', cityCode: 6, districtCode: 1219, address: 'Gizli Sokak 7 Daire 3', mobilePhoneNumber: '5054445566', email: 'ayse@example.com' },
  })
  const { email, line2, ...to } = RECIPIENT
  await make({ carrier }, { ...request, to, shipment: { ...request.shipment, carrierKey: 'BV2', service: 'same_day' } })
  t.match(server.orders.get('BV2')?.body, { order: { shipmentServiceType: 7 }, recipient: { address: 'Gizli Sokak 7', email: '' } })
})

t.test('the label is in the answer that made it, in all its pages, and in no other', async (t) => {
  for (const listed of [false, true]) {
    const { carrier, server } = await openDhlEcommerce(t)
    server.listed = listed
    const { created, shipment } = await make({ carrier }, request)
    t.match(created, { carrierReference: '614118757013', trackingNumber: '614118757013', label: { format: 'zpl' } })
    t.equal(Buffer.from(created.label?.bytes ?? []).toString(), '^XA^FD614118757013^FS^XZ\n^XA^FD614118757013^FS^XZ')
    t.match(await carrier.find(shipment, START), { created: { label: null, price: { amount: 11850, currency: 'TRY' } } })
    t.same(await carrier.label(shipment, 'zpl'), { kind: 'later' })
  }
  const { carrier, server } = await openDhlEcommerce(t)
  server.plain = true
  t.match((await make({ carrier }, request)).created, { label: null })
})

t.test('places are matched exactly or not at all', async (t) => {
  const { carrier, server } = await openDhlEcommerce(t)
  t.match(await carrier.create({ ...request, to: { ...RECIPIENT, district: 'Çankay' } }, null), { kind: 'refused', failure: { code: 'place_unknown', message: 'DHL eCommerce refused the shipment: to.district' } })
  t.match(await carrier.create({ ...request, to: { ...RECIPIENT, city: 'Ankar' } }, null), { kind: 'refused', failure: { message: 'DHL eCommerce refused the shipment: to.city' } })
  const { carrier: other, server: lost } = await openDhlEcommerce(t)
  lost.places = { error: 'none' }
  t.match(await other.create(request, null), { kind: 'unknown' })
  t.equal(server.orders.size, 0)
})

t.test('a token that is over is renewed for a read, and leaves a write open', async (t) => {
  let nowMs = 0
  const { carrier, server } = await openDhlEcommerce(t, { nowMs: () => nowMs })
  const tokens = () => server.requests.filter(({ path }) => path.endsWith('/token')).length
  t.same(await carrier.find(request.shipment, START), { kind: 'not_found' })
  server.expire()
  t.same(await carrier.find(request.shipment, START), { kind: 'not_found' })
  t.equal(tokens(), 2)
  nowMs = 5 * 60_000
  await carrier.find(request.shipment, START)
  t.equal(tokens(), 3)
  t.match(await carrier.create(request, null), { kind: 'progress' })
})

t.test('a token that ends between a read and a write leaves the write open, and the next try makes one label', async (t) => {
  const calls: string[] = []
  const server = await startProviderServer(t, ({ path, headers }) => {
    calls.push(path)
    if (path.endsWith('/token')) return { body: { jwt: `jwt-${calls.length}` } }
    if (path.endsWith('/createbarcode') && headers.authorization === 'Bearer jwt-1') return { status: 401, body: {} }
    return path.endsWith('/createbarcode') ? { body: { shipmentId: '123', barcodes: [] } } : { status: 404, body: { error: { code: '20404' } } }
  })
  const carrier = carrierAt(server.url)
  t.match(await carrier.create(request, 'order'), { kind: 'unknown', reason: /401/ })
  t.match(await carrier.create(request, 'order'), { kind: 'created', carrierReference: '123', label: null })
})

t.test('an account or an application that DHL eCommerce does not take is an answer about it', async (t) => {
  for (const overrides of [{ password: 'another' }, { clientSecret: 'another' }]) {
    const { carrier } = await openDhlEcommerce(t, overrides)
    t.match(await carrier.checkAccess?.(), { kind: 'refused', about: 'access', code: '401' })
    t.match(await carrier.create(request, null), { kind: 'refused', about: 'access' })
    t.match(await carrier.find(request.shipment, START), { kind: 'unknown' })
  }
  const server = await startProviderServer(t, ({ path }) => path.endsWith('/token') ? { body: { jwt: 'jwt' } } : { status: 401, body: {} })
  t.match(await carrierAt(server.url).checkAccess?.(), { kind: 'refused', about: 'access', code: '401' })
})

t.test('no token leaves everything open', async (t) => {
  for (const body of [{}, [], { jwt: '' }]) {
    const server = await startProviderServer(t, () => ({ body }))
    t.match(await carrierAt(server.url).find(request.shipment, START), { kind: 'unknown', reason: /no token/ })
  }
})

t.test('a refusal counts once a read has shown that nothing is there, and has a code alone', async (t) => {
  const { carrier, server } = await openDhlEcommerce(t)
  server.refuse = { path: 'createOrder', status: 400, code: '20111' }
  t.same(await carrier.create(request, null), { kind: 'refused', failure: { code: '20111', message: 'DHL eCommerce refused the shipment' } })
  server.refuse = { path: 'createbarcode', status: 422, code: '20122' }
  await carrier.create(request, null)
  t.match(await carrier.create(request, 'order'), { kind: 'refused', failure: { code: '20122' } })
  server.refuse = { path: 'createbarcode', status: 400, code: '20001' }
  t.match(await carrier.create(request, 'order'), { kind: 'unknown' }, 'an order that is not ready yet may be ready later')
  server.refuse = { path: 'createbarcode', status: 400, code: 'hat kodu bulunamadı' }
  t.match(await carrier.create(request, 'order'), { kind: 'unknown' })
  server.refuse = null
  t.match(await carrier.create(request, 'order'), { kind: 'created' })
})

t.test('an order that was made before is not made again, though it is refused', async (t) => {
  const { carrier, server } = await openDhlEcommerce(t)
  await carrier.create(request, null)
  t.same(await carrier.create(request, null), { kind: 'progress', progress: 'order' })
  t.equal(server.requests.filter(({ path }) => path.endsWith('/createOrder')).length, 1)
  t.match(await carrier.find(request.shipment, START), { kind: 'found', progress: 'order', created: null, canceled: false })
  const answers = [{ status: 404, body: { error: { code: '20404' } } }, { body: [{ order: { referenceId: KEY } }] }]
  const racing = await startProviderServer(t, ({ path }) => {
    if (path.endsWith('/token')) return { body: { jwt: 'jwt' } }
    if (path.includes('/getcities')) return { body: [{ code: 6, name: 'Ankara' }] }
    if (path.includes('/getdistricts')) return { body: [{ code: 1, name: 'Çankaya' }] }
    return path.includes('/getorder') ? answers.shift() ?? { status: 500, body: {} } : { status: 400, body: { error: { code: '20110' } } }
  })
  t.same(await carrierAt(racing.url).create(request, null), { kind: 'progress', progress: 'order' })
})

t.test('an answer without a shipment, and one without a number, leave it open, and the shipment is found', async (t) => {
  for (const body of ['', [], { shipmentId: '' }, 'null', ['x']]) {
    const { carrier, server } = await openDhlEcommerce(t)
    server.barcode = { body }
    await carrier.create(request, null)
    t.match(await carrier.create(request, 'order'), { kind: 'unknown' }, JSON.stringify(body))
    t.match(await carrier.create(request, 'order'), { kind: 'created', carrierReference: '614118757013', label: null })
    t.equal(server.labels, 1)
  }
})

t.test('a refusal without a form leaves it open', async (t) => {
  const server = await startProviderServer(t, ({ path }) => {
    if (path.endsWith('/token')) return { body: { jwt: 'jwt' } }
    return path.endsWith('/createbarcode') ? { status: 400, body: ['x'] } : { status: 404, body: { error: { code: '20404' } } }
  })
  t.match(await carrierAt(server.url).create(request, 'order'), { kind: 'unknown', reason: /no_code/ })
})

t.test('the 404 of a gateway that does not know the address proves nothing', async (t) => {
  const server = await startProviderServer(t, ({ path }) => path.endsWith('/token') ? { body: { jwt: 'jwt' } } : { status: 404, body: { httpCode: '404' } })
  t.match(await carrierAt(server.url).find(request.shipment, START), { kind: 'unknown', reason: /address of its own/ })
})

t.test('a cancellation counts only when no shipment is there, and only where it was asked for', async (t) => {
  const { carrier, server } = await openDhlEcommerce(t)
  const { shipment } = await make({ carrier }, request)
  server.cancelLies = true
  t.same(await carrier.cancel(shipment), { kind: 'requested' })
  t.match(await carrier.find(shipment, START), { kind: 'found', canceled: false })
  server.cancelLies = false
  server.refuse = { path: 'cancelshipment', status: 400, code: '20131' }
  t.match(await carrier.cancel(shipment), { kind: 'refused', failure: { code: '20131' } })
  server.refuse = null
  await carrier.cancel(shipment)
  t.match(await carrier.find(shipment, START), { kind: 'unknown', reason: /has made/ }, 'a list may lag')
  t.match(await carrier.track(shipment), { kind: 'unknown' })
  t.same(await carrier.track(request.shipment), { kind: 'not_found' })
  await carrier.create(request, null)
  t.same(await carrier.cancel({ ...request.shipment, progress: 'order' }), { kind: 'requested' })
  t.equal(server.orders.size, 0)
})

t.test('what DHL eCommerce does not carry is refused before anything is sent, and it has no quotes', async (t) => {
  const { check, quote } = carrierAt('http://127.0.0.1:9', ACCOUNT)
  t.throws(() => { check(aShipmentRequest(aShipment({ direction: 'return' }))) }, { code: 'carrier_unsupported' })
  t.throws(() => { check({ ...request, from: { ...SENDER, country: 'US' } }) }, { code: 'carrier_unsupported' })
  t.throws(() => { check({ ...request, to: { ...RECIPIENT, country: 'US' } }) }, { code: 'carrier_unsupported' })
  t.throws(() => { check({ ...request, to: { ...RECIPIENT, phone: '+14155550100' } }) }, { code: 'carrier_unsupported' })
  t.throws(() => { check(aShipmentRequest(aShipment({ service: 'overnight' }))) }, { code: 'carrier_unsupported' })
  t.doesNotThrow(() => { check(aShipmentRequest(aShipment({ service: 'evening' }))) })
  t.match(await quote(request), { kind: 'refused', failure: { code: 'not_offered' } })
})
