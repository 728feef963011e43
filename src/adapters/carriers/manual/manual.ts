import type { ShippingCarrier } from '#application/ports/shipping-carrier.js'
import { DomainError } from '#domain/errors.js'

/** Parcels that the seller has handed over themselves, under a tracking number that they typed. No one can be asked about them. */
export function makeManualCarrier (): ShippingCarrier {
  const silent = { kind: 'unknown', reason: 'no one answers for a parcel that the seller has handed over themselves' } as const
  return {
    carrier: 'manual',
    capabilities: { quote: false, cancel: 'before_scan', returns: true, webhook: 'none', countries: null, labelFormats: [], desiDivisorCm3: 3000 },
    signatureHeader: null,
    check: () => {},
    quote: async () => ({ kind: 'quotes', quotes: [] }),
    create: async ({ shipment: { carrierKey, carrierName, service, trackingNumber, trackingUrl } }) =>
      ({ kind: 'created', carrierReference: carrierKey, carrierName, service, trackingNumber, trackingUrl, price: null, label: null }),
    // Nothing lies at a carrier: what was not stored was not made, and what is canceled here is gone.
    find: async () => ({ kind: 'not_found' }),
    label: async () => ({ kind: 'later' }),
    track: async () => silent,
    cancel: async () => ({ kind: 'canceled' }),
    verifyWebhook: () => { throw new DomainError('invalid_webhook_signature', 'no carrier reports what the seller has handed over themselves') },
  }
}
