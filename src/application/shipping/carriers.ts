import { DomainError } from '#domain/errors.js'
import type { LeaseClaim } from '#domain/lease.js'
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

/** The carrier of this name; without a name the preferred one. @throws carrier_unsupported */
export function requireCarrier (carriers: Carriers, name: string | null): ShippingCarrier {
  const carrier = name === null ? carriers[0] : carrierOf(carriers, name)
  if (carrier === null) throw new DomainError('carrier_unsupported', 'this carrier is not configured')
  return carrier
}
