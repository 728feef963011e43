import type { Timestamp } from './time.js'

/**
 * The right of one owner to talk to a provider or a carrier about one thing.
 * The epoch grows with each owner and fences late ones: an owner whose lease ran out cannot end the lease of the next.
 */
export interface Lease {
  readonly owner: string
  readonly epoch: number
  /** Null once the owner has recorded the outcome, known or unknown. */
  readonly until: Timestamp | null
}

/** A request for a lease: by whom, until when, and the time of the request. */
export interface LeaseClaim {
  readonly owner: string
  readonly until: Timestamp
  readonly now: Timestamp
}

/** Whether an owner may still be talking to the provider. */
export function isLeased (lease: Lease, now: Timestamp): lease is Lease & { readonly until: Timestamp } {
  return lease.until !== null && lease.until > now
}

export function takenOver (lease: Lease, { owner, until }: LeaseClaim): Lease {
  return { ...lease, owner, epoch: lease.epoch + 1, until }
}

export function isHeld (lease: Lease, owner: string): boolean {
  return lease.owner === owner && lease.until !== null
}

export function ended (lease: Lease): Lease {
  return { ...lease, until: null }
}
