import t from 'tap'
import type { Shipment } from '#domain/shipping/shipment.js'
import { shippingCarrierContract } from '../../../contracts/shipping-carrier.contract.js'
import { START } from '../../../support/builders.js'
import { API_KEY, easyPostWebhook, trackerOf } from '../../../support/carriers/easypost-server.js'
import { openEasyPost } from './support.js'

shippingCarrierContract(t, async (t, totalMs) => {
  const { server, carrier } = await openEasyPost(t, { limits: { connectMs: 2_000, totalMs } })
  const madeOf = ({ carrierReference }: Shipment) => server.shipments.find(({ id }) => id === carrierReference)
  return {
    carrier,
    server,
    labels: () => server.shipments.filter(({ label }) => label !== null).length,
    secrets: [API_KEY, Buffer.from(`${API_KEY}:`).toString('base64')],
    scan: ({ carrierReference }) => { server.scan(String(carrierReference), 'in_transit', 'arrived_at_facility', '2026-03-01T15:00:00Z') },
    confirmCancel: (shipment) => {
      const made = madeOf(shipment)
      if (made?.refund === 'submitted') made.refund = 'refunded'
    },
    labelAt: ({ url = null, ...reply }) => {
      server.labelUrl = url
      server.labelReply = { body: '%PDF-1.4 a label', ...reply }
    },
    webhook: ({ trackingNumber, carrierReference }, signer) => ({
      ...easyPostWebhook({
        id: 'evt_1',
        object: 'Event',
        description: 'tracker.updated',
        result: { ...trackerOf(String(trackingNumber), 'in_transit', []), shipment_id: carrierReference },
      }, signer === 'carrier' ? undefined : 'the secret of a stranger'),
      now: START,
    }),
  }
})
