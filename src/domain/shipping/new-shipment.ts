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
  /** 14 characters of A–Z and 2–7 that follow from the id. */
  readonly digest: string
  readonly fingerprint: string
}

/** A shipment to the buyer before its carrier is asked. @throws parcel_too_large */
export function newShipment (draft: ShipmentDraft, { shipmentId, digest, fingerprint, owner, until, now }: ShipmentIntent): Shipment {
  checkParcels(draft.parcels)
  return intended({
    ...draft,
    shipmentId,
    direction: 'outbound',
    status: 'pending',
    carrierKey: carrierKeyOf(digest, 0),
    attempt: 0,
    progress: null,
    carrierReference: null,
    failure: null,
    flags: [],
    events: [],
    cancellation: null,
    createdAt: now,
    updatedAt: now,
    version: 1,
    lease: { owner, epoch: 1, until },
    fingerprint,
  })
}

/** What the carrier knows the shipment by: 17 characters, which fit into the fields of every carrier. */
function carrierKeyOf (digest: string, attempt: number): string {
  return `BV${digest}${attempt}`
}

/** @throws parcel_too_large */
export function checkParcels (parcels: readonly Parcel[]): void {
  if (parcels.length > PARCELS_MAX) throw new DomainError('parcel_too_large', `a shipment has at most ${PARCELS_MAX} parcels`)
  const isTooLarge = parcels.some(({ lengthMm, widthMm, heightMm, weightG }) => [lengthMm, widthMm, heightMm].some((side) => side > SIDE_MAX_MM) || weightG > WEIGHT_MAX_G)
  if (isTooLarge) throw new DomainError('parcel_too_large', `a side has at most ${SIDE_MAX_MM} mm, and a parcel at most ${WEIGHT_MAX_G} g`)
}
