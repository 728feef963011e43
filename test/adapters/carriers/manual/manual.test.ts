import t from 'tap'
import { makeManualCarrier } from '#adapters/carriers/manual/manual.js'
import { PARTY, aShipment } from '../../../support/shipments.js'
import { START } from '../../../support/builders.js'

t.test('what a seller has typed is the label, and no one is asked about it', async (t) => {
  const carrier = makeManualCarrier()
  const shipment = aShipment({ carrier: 'manual', carrierName: 'PTT', trackingNumber: 'KP1' })
  const request = { shipment, from: PARTY, to: PARTY, content: '' }
  carrier.check(request)
  t.match(await carrier.create(request, null), { kind: 'created', carrierReference: shipment.carrierKey, carrierName: 'PTT', trackingNumber: 'KP1', price: null })
  t.same(await carrier.quote(request), { kind: 'quotes', quotes: [] })
  t.same(await carrier.find(shipment, START), { kind: 'not_found' })
  t.same(await carrier.cancel(shipment), { kind: 'canceled' })
  t.same(await carrier.label(shipment, 'pdf'), { kind: 'later' })
  t.match(await carrier.track(shipment), { kind: 'unknown' })
  t.throws(() => carrier.verifyWebhook({ headers: {}, body: Buffer.from(''), now: START }), { code: 'invalid_webhook_signature' })
})
