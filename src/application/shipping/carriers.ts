import { DomainError } from '#domain/errors.js'
import type { LeaseClaim } from '#domain/lease.js'
import { MANUAL_CARRIER } from '#domain/shipping/schedule.js'
import { laterBy, MINUTE_MS, type Timestamp } from '#domain/time.js'
import type { ShippingCarrier } from '../ports/shipping-carrier.js'

/** Longer than any call to a carrier takes: some answer after a minute. */
const LEASE_MS = 3 * MINUTE_MS

export function carrierClaim (owner: string, now: Timestamp): LeaseClaim {
  return { owner, until: laterBy(now, LEASE_MS), now }
}

/** The configured carriers, the preferred one first. */
export type Carriers = readonly [ShippingCarrier, ...ShippingCarrier[]]

/** A carrier by its name; null if it is no longer configured. */
export function carrierOf (carriers: Carriers, name: string): ShippingCarrier | null {
  return carriers.find(({ carrier }) => carrier === name) ?? null
}

/** What a request for a label says of its carrier. */
interface Wanted {
  readonly carrier: string | null
  /** Of a parcel that a person has handed over themselves. */
  readonly typed: object | null
}

/** The carrier of a new label. @throws carrier_unsupported; provider_unavailable while it does not answer */
export function carrierFor (carriers: Carriers, { carrier: name, typed }: Wanted): ShippingCarrier {
  const carrier = requireCarrier(carriers, name)
  if ((carrier.carrier === MANUAL_CARRIER) !== (typed !== null)) throw new DomainError('carrier_unsupported', 'a tracking number is typed for `manual`, and for it alone')
  checkAnswering(carrier)
  return carrier
}

/** @throws provider_unavailable while the carrier does not answer */
export function checkAnswering (carrier: ShippingCarrier): void {
  const retryAfterS = carrier.outageS?.() ?? null
  if (retryAfterS !== null) throw new DomainError('provider_unavailable', 'the carrier does not answer; no label was made', { retryAfterS })
}

/** The carrier of this name; without a name the preferred one. @throws carrier_unsupported */
export function requireCarrier (carriers: Carriers, name: string | null): ShippingCarrier {
  const carrier = name === null ? carriers[0] : carrierOf(carriers, name)
  if (carrier === null) throw new DomainError('carrier_unsupported', 'this carrier is not configured')
  return carrier
}
