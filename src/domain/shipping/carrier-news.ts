import type { TrackingEvent } from './tracking.js'

/** What the webhook of a carrier says, and the names by which it knows the shipment. */
export interface CarrierNews {
  readonly carrierKey: string | null
  readonly carrierReference: string | null
  readonly trackingNumber: string | null
  /** `ask`: something has happened, and the carrier is to be asked. A delivery without a signature never says more. */
  readonly news: readonly TrackingEvent[] | 'ask'
}
