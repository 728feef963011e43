import t from 'tap'
import type { Shipment } from '#domain/shipping/shipment.js'
import { shippingCarrierContract } from '../../../contracts/shipping-carrier.contract.js'
import { START } from '../../../support/builders.js'
import { TOKEN, WEBHOOK_TOKEN } from '../../../support/carriers/geliver-server.js'
import { openGeliver } from './support.js'

shippingCarrierContract(t, async (t, totalMs) => {
  const { server, carrier } = await openGeliver(t, { limits: { connectMs: 2_000, totalMs } })
  const parcelOf = ({ carrierReference }: Shipment) => server.parcels.find(({ id }) => id === carrierReference)
  return {
    carrier,
    server,
    labels: server.labels,
    secrets: [TOKEN, WEBHOOK_TOKEN],
    scan: (shipment) => {
      const parcel = parcelOf(shipment)
      if (parcel === undefined) return
      parcel.status = 'SHIPPED'
      parcel.tracking = { id: 'track-1', trackingStatusCode: 'IN_TRANSIT', trackingSubStatusCode: 'package_accepted', statusDate: '2026-03-01T18:00:00+03:00', statusDetails: 'Kargoya verildi', locationName: 'İstanbul' }
    },
    confirmCancel: () => {},
    labelAt: ({ url = null, ...reply }) => {
      server.labelUrl = url
      server.labelReply = { body: '%PDF-1.4 a label', ...reply }
    },
    webhook: ({ carrierReference, carrierKey }, signer) => ({
      headers: {},
      body: Buffer.from(JSON.stringify({ event: 'TRACK_UPDATED', metadata: null, data: { id: carrierReference, statusCode: 'DELIVERED', order: { orderNumber: carrierKey }, trackingStatus: { hash: 'abc', trackingStatusCode: 'DELIVERED' } } })),
      now: START,
      token: signer === 'carrier' ? WEBHOOK_TOKEN : 'the token of a stranger',
    }),
  }
})
