import t from 'tap'
import type { TrackingKind } from '#domain/shipping/tracking.js'
import { kindOf } from '#adapters/carriers/geliver/tracking.js'
import { START } from '../../../support/builders.js'
import { aShipment, aShipmentRequest } from '../../../support/carriers/builders.js'
import { WEBHOOK_TOKEN } from '../../../support/carriers/geliver-server.js'
import { startProviderServer } from '../../../support/provider-server.js'
import { carrierAt } from './support.js'

const TABLE: ReadonlyArray<readonly [code: string, detail: string, kind: TrackingKind]> = [
  ['CREATED', '', 'registered'],
  ['PRE_TRANSIT', 'information_received', 'registered'],
  ['TRACKING_CODE_CREATED', '', 'registered'],
  ['LABEL_PRINTED', '', 'registered'],
  ['SHIPPED', '', 'in_transit'],
  ['TRANSIT', 'package_departed', 'in_transit'],
  ['IN_TRANSIT', '', 'in_transit'],
  ['TRANSIT', 'package_accepted', 'handed_over'],
  ['TRANSIT', 'OUT_FOR_DELIVERY', 'out_for_delivery'],
  ['TRANSIT', 'delivery_attempted', 'delivery_failed'],
  ['TRANSIT', 'package_held', 'on_hold'],
  ['TRANSIT', 'return_to_sender', 'returning'],
  ['FAILURE', 'package_lost', 'lost'],
  ['FAILURE', '', 'delivery_failed'],
  ['OUT_FOR_DELIVERY', '', 'out_for_delivery'],
  ['DELIVERED', 'DELIVERED_TO_RECIPIENT', 'delivered'],
  ['RETURN_SHIPPED', '', 'returning'],
  ['RETURNED', '', 'returned'],
  ['CANCELED', '', 'unknown'],
  ['TELEPORTED', '', 'unknown'],
]

t.test('each code of Geliver is one of our kinds, and its own code is kept', async (t) => {
  const report = { statusDate: '2026-03-01T18:00:00+03:00', statusDetails: 'Yolda', locationName: 'Ankara' }
  let current = {}
  const server = await startProviderServer(t, () => ({ body: { result: true, data: { id: 'shipment-1', statusCode: 'SHIPPED', trackingStatus: current } } }))
  const carrier = carrierAt(server.url)
  for (const [code, detail, kind] of TABLE) {
    t.equal(kindOf(code, detail), kind, `${code} ${detail}`)
    current = { ...report, trackingStatusCode: code, trackingSubStatusCode: detail }
    const answer = await carrier.track(aShipment({ progress: 'shipment-1' }))
    t.match(answer, { kind: 'tracked', trackingNumber: null, events: [{ kind, rawCode: detail === '' ? code : `${code}.${detail}`, text: 'Yolda', location: 'Ankara', occurredAt: '2026-03-01T15:00:00.000Z' }] })
  }
  for (const strange of [{}, { ...report, statusDate: 'bugün', trackingStatusCode: 'SHIPPED' }, { ...report, statusDate: '2026-03-01T18:00:00', trackingStatusCode: 'SHIPPED' }, report]) {
    current = strange
    t.match(await carrier.track(aShipment({ progress: 'shipment-1' })), { kind: 'tracked', events: [] })
  }
})

t.test('a shipment that is not there is not found, and any other refusal leaves it open', async (t) => {
  let status = 404
  const server = await startProviderServer(t, () => ({ status, body: { result: false, code: 'E1404' } }))
  const carrier = carrierAt(server.url)
  t.same(await carrier.track(aShipment({ progress: 'shipment-1' })), { kind: 'not_found' })
  t.match(await carrier.track(aShipment()), { kind: 'unknown' })
  status = 200
  t.match(await carrier.track(aShipment({ progress: 'shipment-1' })), { kind: 'unknown', reason: /E1404/ })
  t.match(await carrier.find(aShipment({ progress: 'shipment-1' }), START), { kind: 'unknown', reason: /E1404/ })
  t.match(await carrier.find(aShipment(), START), { kind: 'unknown', reason: /did not list/ })
  t.match(await carrier.checkAccess?.(), { kind: 'unknown', reason: /E1404/ })
})

t.test('answers without what was asked for leave it open, and a refused shipment is refused', async (t) => {
  const answers: Record<string, unknown> = { districts: { result: true, data: [{ districtID: 1, name: 'Bağcılar' }, { districtID: 2, name: 'Çankaya' }, null] } }
  const server = await startProviderServer(t, ({ path }) => ({ body: answers[String(/v1\/(\w+)/.exec(path)?.[1])] ?? {} }))
  const carrier = carrierAt(server.url)
  for (const [data, reason] of [[{}, /without an id/], [null, /without an id/]] as const) {
    answers['addresses'] = { result: true, data }
    t.match(await carrier.create(aShipmentRequest(), null), { kind: 'unknown', reason })
  }
  answers['addresses'] = { result: true, data: { id: 'address-1' } }
  for (const data of [{}, null, { id: 'shipment-1' }, { id: 'a b', statusCode: 'CREATED' }]) {
    answers['shipments'] = { result: true, data }
    t.match(await carrier.create(aShipmentRequest(), null), { kind: 'unknown', reason: /known state/ })
  }
  answers['shipments'] = { result: false, code: 'E1030' }
  t.match(await carrier.create(aShipmentRequest(), null), { kind: 'refused', failure: { code: 'E1030' } })
  answers['shipments'] = { result: true, data: { id: 'shipment-1', statusCode: 'OFFER_ACCEPTED' } }
  answers['transactions'] = { result: true, data: { shipment: null } }
  t.same(await carrier.label(aShipment({ progress: 'shipment-1' }), 'pdf'), { kind: 'later' })
})

function read (body: string, token?: string) {
  return carrierAt('http://127.0.0.1:9').verifyWebhook({ headers: {}, body: Buffer.from(body), now: START, ...(token !== undefined && { token }) })
}

t.test('a webhook is a hint, whatever it says, and its id is that of the report', async (t) => {
  const body = (hash: string) => JSON.stringify({ event: 'TRACK_UPDATED', data: { id: 'shipment-1', statusCode: 'DELIVERED', trackingNumber: 730_000_000_000_123, order: { orderNumber: 'BV1' }, trackingStatus: { hash } } })
  const first = read(body('a'), WEBHOOK_TOKEN)
  t.match(first, { type: 'TRACK_UPDATED', carrierKey: 'BV1', carrierReference: 'shipment-1', trackingNumber: '730000000000123', news: 'ask' })
  t.not(read(body('b'), WEBHOOK_TOKEN).eventId, first.eventId)
  t.match(read('{"event":"TRACK_UPDATED","data":{"id":"shipment-1"}}', 'an older token of the webhooks'), { carrierKey: null, trackingNumber: null, news: 'ask' })
})

t.test('a webhook with another token or none is refused, and one that names nothing is none', async (t) => {
  for (const token of ['another', '', undefined]) t.throws(() => read('{"event":"TRACK_UPDATED","data":{"id":"shipment-1"}}', token), { code: 'invalid_webhook_signature' })
  for (const body of ['[]', 'no json', '{}', '{"event":"TRACK_UPDATED"}', '{"event":"a b","data":{"id":"shipment-1"}}']) t.throws(() => read(body, WEBHOOK_TOKEN), { code: 'invalid_webhook' })
})
