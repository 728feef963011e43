import type { Lease } from '../lease.js'
import type { Timestamp } from '../time.js'
import type { Parcel } from './parcel.js'
import type { TrackingEvent, TrackingStatus } from './tracking.js'

/**
 * `requested`: the buyer wants to send it back, and the seller has not answered. `declined`: the seller does not take it back.
 * `pending`: the intent is stored, and whether the carrier has made a label is not known yet. `canceled`: the carrier has confirmed it.
 */
export const SHIPMENT_STATUSES = [
  'requested', 'declined', 'pending', 'refused', 'canceled', 'created', 'handed_over', 'in_transit', 'available_for_pickup', 'out_for_delivery', 'delivery_failed', 'delivered', 'returning', 'returned', 'lost',
] as const satisfies ReadonlyArray<TrackingStatus | 'requested' | 'declined' | 'pending' | 'refused' | 'canceled'>
export type ShipmentStatus = typeof SHIPMENT_STATUSES[number]

/** Reasons for a person to look at a shipment. */
export const SHIPMENT_FLAGS = [
  'outcome_unknown', 'refused_by_carrier', 'tracking_silent', 'moved_after_cancel', 'refunded_in_transit', 'cancel_refused', 'price_mismatch', 'address_changed',
] as const
export type ShipmentFlag = typeof SHIPMENT_FLAGS[number]

/** `return`: the buyer sends it back to the seller. */
export const SHIPMENT_DIRECTIONS = ['outbound', 'return'] as const

export interface ShipmentItem {
  /** Of the item in the payment, from 0. */
  readonly index: number
  readonly quantity: number
}

export interface ShipmentPrice {
  /** Minor units of `currency`. */
  readonly amount: number
  readonly currency: string
}

export interface ShipmentFailure {
  /** The carrier's own code, safe to log. */
  readonly code: string
  readonly message: string
}

export interface Cancellation {
  readonly requestedAt: Timestamp
  /** Null until the carrier has confirmed it. */
  readonly confirmedAt: Timestamp | null
}

/** What the buyer and the seller say of a return. */
export interface ReturnRequest {
  readonly reason: string
  /** Null until the seller or an administrator answers. */
  readonly answer: null | {
    readonly accepted: boolean
    /** Null where it is accepted. */
    readonly reason: string | null
    readonly answeredAt: Timestamp
  }
}

/** When the carrier is asked next, and how often it has been asked since the status changed. */
export interface ShipmentCheck {
  readonly tries: number
  readonly dueAt: Timestamp
}

/** One label and what becomes of its parcels. Addresses are no part of it: see `address.ts`. */
export interface Shipment {
  readonly shipmentId: string
  readonly paymentId: string
  readonly orderId: string
  /** Null where the payment names no seller: administrators alone ship it. */
  readonly sellerId: string | null
  readonly buyerId: string
  readonly direction: typeof SHIPMENT_DIRECTIONS[number]
  readonly carrier: string
  /** The name that people know the carrier by, where the carrier of the port stands for several. */
  readonly carrierName: string | null
  readonly service: string | null
  readonly status: ShipmentStatus
  /** What the carrier knows the shipment by: 17 characters of A–Z and 0–9. No other shipment has it, and what a carrier has refused is shipped under another. */
  readonly carrierKey: string
  /** What the carrier's adapter has reached of several steps, as it wrote it itself. Each step that may cost is preceded by a stored one. */
  readonly progress: string | null
  /** The carrier's id of the shipment, once it has made the label. */
  readonly carrierReference: string | null
  readonly trackingNumber: string | null
  readonly trackingUrl: string | null
  readonly price: ShipmentPrice | null
  readonly parcels: readonly Parcel[]
  readonly items: readonly ShipmentItem[]
  readonly failure: ShipmentFailure | null
  readonly flags: readonly ShipmentFlag[]
  readonly events: readonly TrackingEvent[]
  readonly cancellation: Cancellation | null
  /** Null for a shipment to the buyer. */
  readonly returnRequest: ReturnRequest | null
  readonly createdAt: Timestamp
  readonly updatedAt: Timestamp
  /** Grows by one with each stored change. */
  readonly version: number
  /** Of the process that talks to the carrier about it: one at a time makes, looks at or cancels the label. */
  readonly lease: Lease
  /** Null when nothing is to be asked any more. */
  readonly check: ShipmentCheck | null
  /** Digest of the request that created the shipment. */
  readonly fingerprint: string
}

/** Whether it is a return that no one has accepted, so that no carrier knows of it. */
export function isUnaccepted ({ status }: Pick<Shipment, 'status'>): boolean {
  return status === 'requested' || status === 'declined'
}

/** Who gets it; null where the payment of a return names no seller. */
export function receiverOf ({ direction, buyerId, sellerId }: Shipment): string | null {
  return direction === 'return' ? sellerId : buyerId
}

/** When its label was wanted: that of a return once the seller has accepted it. */
export function wantedAt ({ createdAt, returnRequest }: Pick<Shipment, 'createdAt' | 'returnRequest'>): Timestamp {
  return returnRequest?.answer?.answeredAt ?? createdAt
}
