import t, { type Test } from 'tap'
import { memoryStores } from '#adapters/memory/stores.js'
import { adminUser, as, key, startService } from '../../../support/service.js'

const PARCEL = { lengthMm: 300, widthMm: 200, heightMm: 100, weightG: 900 }
const PARTY = { contactName: 'Cem Kaya', phone: '0532 123 45 67', line1: 'Gül Sokak 7', district: 'Kadikoy', city: 'istanbul', country: 'TR' }
const LABEL = { parcels: [PARCEL], recipient: PARTY, sender: PARTY }
const [ayse, mehmet, ceren] = [as('ayse'), as('mehmet'), as('ceren')]

async function shop (t: Test, openedStores = memoryStores()) {
  const service = await startService(t, { replacements: { openedStores } })
  let orders = 0
  const pay = async (body = {}): Promise<string> => {
    const { body: { paymentId } } = await service.call('POST', '/api/payments/process', { ...ayse, ...key(`k-${++orders}`) }, { amount: 12_500, currency: 'TRY', orderId: `order-${orders}`, sellerId: 'mehmet', paymentMethod: { token: 'tok_ok' }, ...body })
    return String(paymentId)
  }
  const ship = async (paymentId: string, body: object = LABEL, idempotencyKey = 'ship-1', caller = mehmet) =>
    await service.call('POST', `/api/payments/${paymentId}/shipments`, { ...caller, ...key(idempotencyKey) }, body)
  return { ...service, pay, ship }
}

t.test('a seller asks for quotes, has a label made and downloads it; the payment says what is fulfilled', async (t) => {
  const { call, pay, ship, logs } = await shop(t)
  const paymentId = await pay({ items: [{ name: 'Scarf', quantity: 2, unitAmount: 6_250 }] })
  t.match((await call('GET', `/api/payments/${paymentId}`, ayse)).body, { fulfillment: { status: 'not_needed', shipments: [] } })
  const quotes = await call('POST', `/api/payments/${paymentId}/shipments/quote`, mehmet, LABEL)
  t.match(quotes, { status: 200, body: { items: [{ carrier: 'simulator', service: 'sim_ok', price: { amount: 7000, currency: 'TRY' }, desi: 2 }] } })
  const made = await ship(paymentId, { ...LABEL, service: 'sim_ok', items: [{ index: 0, quantity: 1 }], price: { amount: 7000, currency: 'TRY' } })
  t.match(made, { status: 201, body: { status: 'created', carrier: 'simulator', carrierName: 'Simulator', parcels: [{ desi: 2 }], items: [{ index: 0, quantity: 1 }], flags: [], failure: null, sellerId: 'mehmet', buyerId: 'ayse' } })
  const shipmentId = String(made.body['shipmentId'])
  const again = await ship(paymentId, { ...LABEL, service: 'sim_ok', items: [{ index: 0, quantity: 1 }], price: { amount: 7000, currency: 'TRY' } })
  t.match(again, { status: 200, headers: { 'idempotent-replayed': 'true' }, body: { shipmentId } })
  t.match(await ship(paymentId, { ...LABEL, items: [{ index: 0, quantity: 2 }] }, 'ship-2'), { status: 409, body: { code: 'already_shipped' } })
  t.match((await call('GET', `/api/payments/${paymentId}`, ayse)).body, { fulfillment: { status: 'unfulfilled', shipments: [{ shipmentId, items: [{ index: 0, quantity: 1 }], state: 'open' }] } })

  const shown = await call('GET', `/api/shipments/${shipmentId}`, ayse)
  t.match(shown, { status: 200, headers: { 'cache-control': 'no-store' }, body: { recipient: { contactName: 'Cem Kaya', phone: '+905321234567', district: 'Kadıköy', city: 'İstanbul', cityCode: '34' } } })
  t.match(await call('GET', `/api/shipments/${shipmentId}`, ceren), { status: 404 })
  for (const [format, type] of [['pdf', 'application/pdf'], ['zpl', 'application/zpl']]) {
    const label = await call('GET', `/api/shipments/${shipmentId}/label?format=${format}`, mehmet)
    t.match(label, { status: 200, headers: { 'content-type': type, 'content-disposition': /^attachment; filename="label-\w{8}\./ } })
  }
  t.match(await call('GET', `/api/shipments/${shipmentId}/label`, ayse), { status: 403 })
  t.match(await call('GET', `/api/shipments/${shipmentId}/label?format=png`, mehmet), { status: 422, body: { code: 'carrier_unsupported' } })
  t.match((await call('GET', `/api/payments/${paymentId}/shipments`, ayse)).body, { items: [{ shipmentId }] })
  t.match((await call('GET', '/api/shipments?as=seller&open=true', mehmet)).body, { items: [{ shipmentId }], nextCursor: null })
  t.match((await call('GET', '/api/shipments?as=buyer', ayse)).body, { items: [{ shipmentId }] })
  t.same((await call('GET', '/api/shipments?as=buyer', mehmet)).body['items'], [])
  t.match((await call('GET', '/api/admin/shipments?carrier=simulator&sellerId=mehmet&status=created', adminUser)).body, { items: [{ shipmentId }] })
  t.same((await call('GET', '/api/admin/shipments?flag=cancel_refused', adminUser)).body['items'], [])
  t.same((await call('GET', '/api/admin/shipments?flagged=true', adminUser)).body['items'], [])
  t.match((await call('GET', '/api/admin/shipments?flagged=false', adminUser)).body, { items: [{ shipmentId }] })
  t.match(await call('POST', `/api/shipments/${shipmentId}/cancel`, mehmet), { status: 200, body: { status: 'canceled', cancelRequestedAt: /^2/ } })
  t.match((await call('GET', `/api/payments/${paymentId}`, ayse)).body, { fulfillment: { status: 'not_needed', shipments: [{ state: 'void' }] } })
  t.match(await call('GET', `/api/shipments/${shipmentId}/label`, mehmet), { status: 404, body: { code: 'label_not_ready' } })
  t.match((await call('GET', '/api/admin/export?type=payments', adminUser)).text, /fulfillment\r?\n[^]*,not_needed/)
  t.notMatch(JSON.stringify(logs), /Cem Kaya|905321234567|Gül Sokak/)
})

t.test('what a carrier refuses, does not answer or lies about', async (t) => {
  const { call, pay, ship } = await shop(t)
  t.match(await ship(await pay(), { ...LABEL, service: 'sim_refused' }), { status: 422, body: { code: 'shipment_refused', carrierCode: 'SIM_REFUSED', shipment: { status: 'refused' } } })
  const paymentId = await pay()
  const unknown = await ship(paymentId, { ...LABEL, service: 'sim_timeout_created' })
  t.match(unknown, { status: 202, body: { status: 'pending' }, headers: { location: `/api/shipments/${String(unknown.body['shipmentId'])}` } })
  t.match(await call('POST', `/api/admin/shipments/${String(unknown.body['shipmentId'])}/reconcile`, adminUser), { status: 200, body: { status: 'created' } })
  const lies = await ship(await pay(), { ...LABEL, service: 'sim_cancel_lies' })
  t.match(await call('POST', `/api/shipments/${String(lies.body['shipmentId'])}/cancel`, mehmet), { status: 202, body: { status: 'created' }, headers: { location: /ship_/ } })
  const stays = await ship(await pay(), { ...LABEL, service: 'sim_cancel_refused' })
  t.match(await call('POST', `/api/shipments/${String(stays.body['shipmentId'])}/cancel`, mehmet), { status: 409, body: { code: 'already_moving' } })
  t.match(await ship(await pay(), { ...LABEL, recipient: { ...PARTY, district: 'Kad' } }), { status: 422, body: { code: 'address_unresolved', detail: /Kadıköy/ } })
  t.match(await ship(await pay(), { ...LABEL, carrier: 'geliver' }), { status: 422, body: { code: 'carrier_unsupported' } })
  t.match(await ship(await pay(), LABEL, 'k', ayse), { status: 403 })
  t.match(await ship(await pay(), { ...LABEL, trackingNumber: 'T1' }), { status: 422, body: { code: 'carrier_unsupported' } })
  t.match(await ship(await pay(), { carrier: 'manual' }), { status: 400 })
  t.match(await ship(await pay(), { service: 'sim_ok' }), { status: 400 })
})

t.test('a refusal of which the reason is not kept is one all the same', async (t) => {
  const stores = memoryStores()
  const { pay, ship } = await shop(t, stores)
  const paymentId = await pay()
  const label = { ...LABEL, service: 'sim_refused' }
  const { body: { shipment } } = await ship(paymentId, label)
  await stores.shipments.update((shipment as { shipmentId: string }).shipmentId, (before) => ({ shipment: { ...before, failure: null, version: before.version + 1 }, events: [] }))
  const again = await ship(paymentId, label)
  t.match(again, { status: 422, body: { code: 'shipment_refused', detail: 'the carrier has made no label', shipment: { status: 'refused', failure: null } } })
  t.notOk('carrierCode' in again.body)
})

t.test('a parcel that the seller has handed over themselves is tracked by their words', async (t) => {
  const { call, pay, ship } = await shop(t)
  const { body: { shipmentId } } = await ship(await pay(), { carrier: 'manual', carrierName: 'PTT', trackingNumber: 'KP0123456789', trackingUrl: 'https://ptt.example/KP0123456789' })
  const at = `/api/shipments/${String(shipmentId)}`
  t.match((await call('GET', at, mehmet)).body, { carrier: 'manual', carrierName: 'PTT', trackingNumber: 'KP0123456789', recipient: null, price: null })
  t.match(await call('POST', `${at}/events`, mehmet, { kind: 'handed_over', occurredAt: '2026-01-01T12:00:00+03:00', note: 'at the counter' }), { status: 200, body: { status: 'handed_over', events: [{ text: 'at the counter', occurredAt: '2026-01-01T09:00:00.000Z' }] } })
  t.match(await call('POST', `${at}/events`, mehmet, { kind: 'in_transit' }), { status: 200, body: { status: 'in_transit' } })
  t.match(await call('POST', `${at}/cancel`, mehmet), { status: 409, body: { code: 'already_moving' } })
  t.match(await call('POST', `${at}/confirm-delivery`, mehmet), { status: 403 })
  t.match(await call('POST', `${at}/confirm-delivery`, ayse), { status: 200, body: { status: 'delivered' } })
  t.match(await call('POST', `/api/admin/shipments/${String(shipmentId)}/resolve`, adminUser, { as: 'returned', note: 'the buyer has sent it back' }), { status: 200, body: { status: 'returned' } })
})

t.test('a buyer asks to send something back, and the seller declines it or has a label made', async (t) => {
  const { call, pay, ship, logs } = await shop(t)
  const paymentId = await pay({ items: [{ name: 'Scarf', quantity: 2, unitAmount: 6_250 }] })
  const ask = async (body: object, idempotencyKey = 'back-1', caller = ayse) => await call('POST', `/api/payments/${paymentId}/returns`, { ...caller, ...key(idempotencyKey) }, body)
  t.match(await ask({ reason: 'too small' }), { status: 409, body: { code: 'nothing_to_return' } })
  const { body: { shipmentId: sentId } } = await ship(paymentId, { ...LABEL, service: 'sim_never_scanned' })
  await call('POST', `/api/shipments/${String(sentId)}/confirm-delivery`, ayse)
  t.match(await ask({ reason: 'too small', items: [{ index: 0, quantity: 3 }] }), { status: 409, body: { code: 'nothing_to_return', detail: /2 of item 0/ } })
  t.match(await ask({ items: [{ index: 0, quantity: 1 }] }), { status: 400 })
  const asked = await ask({ reason: 'too small', items: [{ index: 0, quantity: 1 }] })
  t.match(asked, { status: 201, body: { direction: 'return', status: 'requested', items: [{ index: 0, quantity: 1 }], returnRequest: { reason: 'too small', answer: null } } })
  t.match(await ask({ reason: 'too small', items: [{ index: 0, quantity: 1 }] }), { status: 200, headers: { 'idempotent-replayed': 'true' } })
  t.match(await ask({ reason: 'other' }), { status: 422, body: { code: 'idempotency_key_reused' } })
  t.match((await call('GET', `/api/payments/${paymentId}`, mehmet)).body, { fulfillment: { status: 'delivered', shipments: [{ direction: 'outbound' }, { direction: 'return', state: 'open' }] } })
  const at = `/api/shipments/${String(asked.body['shipmentId'])}`
  t.match(await call('POST', `${at}/decline`, mehmet, {}), { status: 400 })
  t.match(await call('POST', `${at}/cancel`, mehmet), { status: 404, body: { code: 'label_not_ready' } })
  t.match(await call('POST', `${at}/decline`, mehmet, { reason: 'it was worn' }), { status: 200, body: { status: 'declined', returnRequest: { answer: { accepted: false, reason: 'it was worn', answeredAt: /^2/ } } } })
  t.match(await call('POST', `${at}/accept`, mehmet, LABEL), { status: 409, body: { code: 'return_answered' } })

  const second = await ask({ reason: 'the wrong one' }, 'back-2')
  t.match(second.body, { items: [{ index: 0, quantity: 2 }] })
  const back = `/api/shipments/${String(second.body['shipmentId'])}`
  t.match(await call('POST', `${back}/accept`, mehmet, { service: 'sim_ok' }), { status: 400 })
  t.match(await call('POST', `${back}/accept`, ayse, LABEL), { status: 403 })
  const made = await call('POST', `${back}/accept`, mehmet, { service: 'sim_never_scanned', parcels: [PARCEL], recipient: PARTY })
  t.match(made, { status: 201, body: { status: 'created', direction: 'return', carrierName: 'Simulator', trackingNumber: /^SIM/, returnRequest: { answer: { accepted: true, reason: null } } } })
  t.match(await call('POST', `${back}/accept`, mehmet, LABEL), { status: 200, headers: { 'idempotent-replayed': 'true' }, body: { trackingNumber: made.body['trackingNumber'] } })
  t.match(await call('GET', `${back}/label`, ayse), { status: 200, headers: { 'content-type': 'application/pdf' } })
  t.match(await call('POST', `${back}/confirm-delivery`, mehmet), { status: 200, body: { status: 'delivered' } })
  t.match((await call('GET', `/api/payments/${paymentId}`, ayse)).body, { fulfillment: { status: 'returned' } })
  t.match((await call('GET', '/api/admin/payments?fulfillment=returned', adminUser)).body.items, [{ paymentId }])
  t.same((await call('GET', '/api/admin/payments?fulfillment=unfulfilled', adminUser)).body.items, [])
  t.match(await call('GET', '/api/admin/payments?fulfillment=lost', adminUser), { status: 400 })
  t.notMatch(JSON.stringify(logs), /Cem Kaya|too small|it was worn|the wrong one/)
})

t.test('a label of a return that the carrier refuses or leaves open is answered as any other', async (t) => {
  const { call, pay, ship } = await shop(t)
  const back = async (service: string) => {
    const paymentId = await pay()
    const { body: { shipmentId } } = await ship(paymentId, { carrier: 'manual', carrierName: 'PTT', trackingNumber: 'KP1' })
    await call('POST', `/api/shipments/${String(shipmentId)}/confirm-delivery`, ayse)
    const { body } = await call('POST', `/api/payments/${paymentId}/returns`, { ...adminUser, ...key('back-1') }, { reason: 'too small' })
    return await call('POST', `/api/shipments/${String(body['shipmentId'])}/accept`, mehmet, { ...LABEL, service })
  }
  t.match(await back('sim_refused'), { status: 422, body: { code: 'shipment_refused', carrierCode: 'SIM_REFUSED', shipment: { direction: 'return', status: 'refused' } } })
  t.match(await back('sim_timeout_created'), { status: 202, body: { status: 'pending' }, headers: { location: /ship_/ } })
  t.match(await back('sim_nothing'), { status: 422, body: { code: 'carrier_unsupported' } })
})
