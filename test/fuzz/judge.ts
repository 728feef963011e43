import type { ProblemCode } from '#adapters/http/shared/problems.js'
import type { Answer } from '../support/service.js'
import type { FuzzRequest } from './requests.js'

/** Refusals of a right request: how things stand, and not how the request is written. */
const OF_STATE: ReadonlySet<string> = new Set<ProblemCode>([
  'blocked', 'buyer_required', 'dispute_open', 'idempotency_key_reused', 'insufficient_minutes', 'invalid_credentials', 'invalid_link', 'invalid_refresh_token',
  'minutes_limit_reached', 'not_found', 'own_account', 'payment_declined', 'payment_not_refundable', 'refund_exceeds_captured', 'refund_failed', 'refund_limit_reached',
  'request_in_progress', 'self_message', 'too_many_attempts',
])
/** What is told of a request that is not as documented. */
const OF_INPUT: ReadonlySet<string> = new Set<ProblemCode>([
  'validation_failed', 'malformed_request', 'unsupported_media_type', 'payload_too_large', 'idempotency_key_missing', 'idempotency_key_invalid', 'invalid_cursor',
  'invalid_webhook', 'invalid_webhook_signature', 'message_length', 'search_too_short',
])
/** The document leaves it to providers what their news are made of. */
const OF_NEWS: ReadonlySet<string> = new Set<ProblemCode>(['invalid_webhook', 'unknown_provider'])
/** What the session of somebody is told who has left, or was suspended. */
const OF_LEAVING: ReadonlySet<string> = new Set<ProblemCode>(['unauthorized', 'forbidden'])

/** What is wrong with an answer that is as documented in itself; null where nothing is. */
export function judge ({ kind, caller, operation }: FuzzRequest, { status, headers, body }: Answer): string | null {
  const code = String(body['code'])
  const said = `${status} ${code}`
  if (status >= 500) return `the service failed: ${said}`
  if (kind === 'stranger') {
    // Of what belongs to others nobody is told that it is there.
    const isRight = caller === 'nobody' ? status === 401 : operation.callers.includes(caller) || status === 403 || status === 404
    return isRight ? null : `a stranger got ${said}`
  }
  if ((caller === 'leaver' || caller === 'quitter') && OF_LEAVING.has(code)) return null
  if (kind === 'wrong') return status >= 400 && OF_INPUT.has(code) ? null : `what breaks a rule got ${said}`
  // Who has sent a message sees it, and does not mark it.
  if (operation.id === 'markMessageRead' && code === 'forbidden') return null
  if (operation.isSigned && OF_NEWS.has(code)) return null
  const isPage = String(headers['content-type']).startsWith('text/html')
  return status < 400 || OF_STATE.has(code) || (isPage && status === 404) ? null : `what is right got ${said}`
}
