import { DomainError } from '#domain/errors.js'
import type { Lease } from '#domain/lease.js'
import { isLeased } from '#domain/lease.js'
import { secondsUntil, type Timestamp } from '#domain/time.js'

/** @throws idempotency_key_reused if the key was first used with another request */
export function checkSameRequest (stored: { readonly fingerprint: string | null }, fingerprint: string): void {
  if (stored.fingerprint !== fingerprint) {
    throw new DomainError('idempotency_key_reused', 'you used this key before, with another request')
  }
}

/** @throws request_in_progress while the first request with the key holds its lease */
export function checkNotInProgress (lease: Lease, now: Timestamp): void {
  if (!isLeased(lease, now)) return
  throw new DomainError('request_in_progress', 'the first request with this key is still in progress', {
    retryAfterS: secondsUntil(lease.until, now),
  })
}
