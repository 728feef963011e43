import { ended, isHeld, isLeased, takenOver, type LeaseClaim } from '../lease.js'
import type { Timestamp } from '../time.js'
import { withFlag } from './flags.js'
import { isDue, type LookFacts, withNextLook } from './schedule.js'
import type { Shipment, ShipmentFailure } from './shipment.js'

/** What a carrier says of a label that it has made. */
export type LabelFacts = Pick<Shipment, 'carrierName' | 'service' | 'trackingNumber' | 'trackingUrl' | 'price'> & { readonly carrierReference: string }

/** Gives the claimant the lease, once that of the earlier owner is over. A look that is due moves to the end of the lease, so that it is due again if the claimant dies. */
export function withLease (shipment: Shipment, claim: LeaseClaim): Shipment {
  if (isLeased(shipment.lease, claim.now)) return shipment
  const { check } = shipment
  return { ...shipment, lease: takenOver(shipment.lease, claim), check: check !== null && check.dueAt < claim.until ? { ...check, dueAt: claim.until } : check }
}

/** The same for a look of the schedule: only where one is due. */
export function withDueLease (shipment: Shipment, claim: LeaseClaim): Shipment {
  return isDue(shipment, claim.now) ? withLease(shipment, claim) : shipment
}

/** What the carrier's adapter has reached, before its next step. The lease goes on, and a late owner changes nothing. */
export function withProgress (shipment: Shipment, progress: string | null, { owner, until }: LeaseClaim): Shipment {
  if (shipment.status !== 'pending' || !isHeld(shipment.lease, owner)) return shipment
  const { check } = shipment
  return { ...shipment, progress, lease: { ...shipment.lease, until }, check: check === null ? null : { ...check, dueAt: until } }
}

/** The same as a look has found it. */
export function withStep (shipment: Shipment, progress: string): Shipment {
  return shipment.progress === progress ? shipment : { ...shipment, progress }
}

/**
 * A label that the carrier has made, at any request. None is dropped: one that appears after a refusal, or beside another one, is
 * kept where there is room for it, and flagged for a person.
 */
export function withLabel (shipment: Shipment, facts: LabelFacts): Shipment {
  const { status, carrierReference, price } = shipment
  if (carrierReference !== null) return carrierReference === facts.carrierReference ? withNumber(shipment, facts) : withFlag(shipment, 'outcome_unknown')
  const labelled: Shipment = { ...shipment, ...facts, failure: null, status: status === 'pending' ? 'created' : status }
  const isDearer = price !== null && facts.price !== null && (price.currency !== facts.price.currency || price.amount < facts.price.amount)
  const priced = isDearer ? withFlag(labelled, 'price_mismatch') : { ...labelled, price: facts.price ?? price }
  return status === 'refused' || status === 'canceled' ? withFlag({ ...priced, failure: shipment.failure }, 'outcome_unknown') : priced
}

/** What a carrier may say only later. */
export function withNumber (shipment: Shipment, { trackingNumber, trackingUrl }: Pick<Shipment, 'trackingNumber' | 'trackingUrl'>): Shipment {
  const isNew = (trackingNumber ?? shipment.trackingNumber) !== shipment.trackingNumber || (trackingUrl ?? shipment.trackingUrl) !== shipment.trackingUrl
  return isNew ? { ...shipment, trackingNumber: trackingNumber ?? shipment.trackingNumber, trackingUrl: trackingUrl ?? shipment.trackingUrl } : shipment
}

/** The carrier has made no label, for certain. Only who holds the lease can say so: another may have asked again meanwhile. */
export function withRefusal (shipment: Shipment, failure: ShipmentFailure, owner: string): Shipment {
  if (shipment.status !== 'pending' || !isHeld(shipment.lease, owner)) return shipment
  return withFlag({ ...shipment, status: 'refused', failure }, 'refused_by_carrier')
}

/**
 * Ends the lease, if `owner` still holds it, and sets the next look: after a look of the schedule the next one, else what is not known
 * yet keeps its own.
 */
export function concluded (shipment: Shipment, owner: string, now: Timestamp, look: LookFacts | null): Shipment {
  if (!isHeld(shipment.lease, owner)) return shipment
  const free: Shipment = { ...shipment, lease: ended(shipment.lease) }
  const tries = shipment.check?.tries ?? 0
  return look === null ? withNextLook(free, tries, now) : withNextLook(free, tries + 1, now, look)
}
