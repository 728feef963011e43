import { DomainError } from '../errors.js'
import type { LeaseClaim } from '../lease.js'
import { intended } from './decision.js'
import type { Parcel } from './parcel.js'
import type { Shipment } from './shipment.js'

export const PARCELS_MAX = 20
export const SIDE_MAX_MM = 2000
export const WEIGHT_MAX_G = 100_000

export type ShipmentDraft = Pick<Shipment, 'paymentId' | 'orderId' | 'sellerId' | 'buyerId' | 'carrier' | 'carrierName' | 'service' | 'trackingNumber' | 'trackingUrl' | 'price' | 'parcels' | 'items'>

export interface ShipmentIntent extends LeaseClaim {
  readonly shipmentId: string
  /** `carrierKeyOf` the id. */
  readonly carrierKey: string
  readonly fingerprint: string
}

/** A shipment to the buyer before its carrier is asked. @throws parcel_too_large */
export function newShipment (draft: ShipmentDraft, { owner, until, now, ...intent }: ShipmentIntent): Shipment {
  checkParcels(draft.parcels)
  return intended({
    ...draft, ...intent, ...NOTHING_YET, direction: 'outbound', status: 'pending', returnRequest: null, createdAt: now, updatedAt: now, lease: { owner, epoch: 1, until },
  })
}

/** What no one knows of a shipment at its beginning. */
export const NOTHING_YET = { progress: null, carrierReference: null, failure: null, flags: [], events: [], cancellation: null, version: 1 } as const satisfies Partial<Shipment>

const CARRIER_KEY_CHARACTERS = 15

/**
 * What the carrier knows the shipment by: 17 characters, which fit into the fields of every carrier.
 *
 * @param derived text of a–z and 2–7 that follows from the id
 */
export function carrierKeyOf (derived: string): string {
  return `BV${derived.slice(0, CARRIER_KEY_CHARACTERS).toUpperCase()}`
}

/** @throws parcel_too_large */
export function checkParcels (parcels: readonly Parcel[]): void {
  if (parcels.length > PARCELS_MAX) throw new DomainError('parcel_too_large', `a shipment has at most ${PARCELS_MAX} parcels`)
  const isTooLarge = parcels.some(({ lengthMm, widthMm, heightMm, weightG }) => [lengthMm, widthMm, heightMm].some((side) => side > SIDE_MAX_MM) || weightG > WEIGHT_MAX_G)
  if (isTooLarge) throw new DomainError('parcel_too_large', `a side has at most ${SIDE_MAX_MM} mm, and a parcel at most ${WEIGHT_MAX_G} g`)
}
