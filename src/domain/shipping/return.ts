import { DomainError } from '../errors.js'
import { takenOver, type LeaseClaim } from '../lease.js'
import type { Timestamp } from '../time.js'
import { asked, type ShipmentDecision } from './decision.js'
import { checkParcels, NOTHING_YET } from './new-shipment.js'
import type { Shipment } from './shipment.js'

export type ReturnDraft = Pick<Shipment, 'shipmentId' | 'carrierKey' | 'fingerprint' | 'paymentId' | 'orderId' | 'sellerId' | 'buyerId' | 'carrier' | 'items'>

export interface ReturnWish {
  /** In the words of the buyer. */
  readonly reason: string
  /** Who stores it, so that they recognise their own row. */
  readonly owner: string
  readonly now: Timestamp
}

/** What the buyer wants to send back, before the seller answers. No carrier knows of it. */
export function newReturn (draft: ReturnDraft, { reason, owner, now }: ReturnWish): ShipmentDecision {
  return asked({
    ...draft, ...NOTHING_YET, ...NO_LABEL, direction: 'return', status: 'requested', returnRequest: { reason, answer: null }, createdAt: now, updatedAt: now, lease: { owner, epoch: 1, until: null },
  })
}

const NO_LABEL = { carrierName: null, service: null, trackingNumber: null, trackingUrl: null, price: null, parcels: [] } as const satisfies Partial<Shipment>

export type ReturnLabel = Pick<Shipment, 'carrier' | 'carrierName' | 'service' | 'trackingNumber' | 'trackingUrl' | 'price' | 'parcels'>

/** The return whose label is wanted now, with the lease of the claimant. One that was answered before stays as it is. @throws parcel_too_large */
export function withReturnAccepted (shipment: Shipment, label: ReturnLabel, claim: LeaseClaim): Shipment {
  const { status, returnRequest, lease } = shipment
  if (status !== 'requested' || returnRequest === null) return shipment
  checkParcels(label.parcels)
  const answer = { accepted: true, reason: null, answeredAt: claim.now }
  return { ...shipment, ...label, status: 'pending', lease: takenOver(lease, claim), returnRequest: { ...returnRequest, answer } }
}

/** The return that the seller does not take back. A repeat keeps the first reason. @throws return_answered where a label was wanted */
export function withReturnDeclined (shipment: Shipment, reason: string, now: Timestamp): Shipment {
  const { status, returnRequest } = shipment
  if (status === 'declined') return shipment
  if (status !== 'requested' || returnRequest === null) throw new DomainError('return_answered', 'the return was accepted')
  return { ...shipment, status: 'declined', returnRequest: { ...returnRequest, answer: { accepted: false, reason, answeredAt: now } } }
}
