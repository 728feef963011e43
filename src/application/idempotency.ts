import { DomainError } from '#domain/errors.js'
import type { Lease } from '#domain/payments/payment.js'
import { isLeased } from '#domain/payments/lease.js'
import { secondsUntil, type Timestamp } from '#domain/time.js'

/** @throws idempotency_key_reused unless the key came with the request that it came with first */
export function checkSameRequest (stored: { readonly fingerprint: string | null }, fingerprint: string): void {
  if (stored.fingerprint !== fingerprint) {
    throw new DomainError('idempotency_key_reused', 'this key was used before, with another request')
  }
}

/** @throws request_in_progress while the first request under the key is still at work */
export function checkNotInProgress (lease: Lease, now: Timestamp): void {
  if (!isLeased(lease, now)) return
  throw new DomainError('request_in_progress', 'the first request under this key is still at work', {
    retryAfterS: secondsUntil(lease.until, now),
  })
}
