import type { ProblemCode } from '#adapters/http/shared/problems.js'
import type { Answer } from '../support/service.js'
import type { FuzzRequest } from './requests.js'

/** Refusals of a right request, which depend on the state and not on the form of the request. */
const OF_STATE: ReadonlySet<string> = new Set<ProblemCode>([
  'api_key_limit_reached', 'address_unresolved', 'blocked', 'buyer_required', 'dispute_open', 'email_taken', 'idempotency_key_reused', 'insufficient_minutes', 'invalid_code', 'invalid_credentials', 'invalid_link', 'phone_not_supported', 'invalid_refresh_token',
  'minutes_limit_reached', 'not_found', 'own_account', 'password_required', 'second_factor_off', 'second_factor_on', 'second_factor_required', 'weak_password', 'wrong_code', 'wrong_password', 'payment_declined', 'flag_not_raised', 'invalid_order_token', 'items_total_mismatch', 'not_offered', 'order_already_paid', 'order_payment_open', 'order_token_mismatch', 'payment_not_cancelable', 'payment_not_refundable',
  'payment_not_taken', 'refund_not_pending', 'refund_exceeds_captured', 'refund_failed', 'refund_limit_reached',
  'already_moving', 'already_shipped', 'nothing_to_return', 'return_answered', 'payment_not_shippable', 'shipment_limit_reached', 'shipment_refused', 'label_not_ready', 'carrier_unsupported', 'address_unresolved', 'parcel_too_large',
  'already_live', 'banned', 'blocked_word', 'channel_full', 'muted', 'not_a_streamer', 'product_repeated', 'product_unknown', 'room_busy', 'room_not_live', 'room_state', 'room_unknown', 'sanction_limit', 'slow_mode', 'version_conflict',
  'receiver_blocked', 'receiver_unreachable', 'request_in_progress', 'self_message', 'too_many_attempts', 'too_many_first_messages',
])
/** Refusals of a request that breaks a rule of the document. */
const OF_INPUT: ReadonlySet<string> = new Set<ProblemCode>([
  'validation_failed', 'malformed_request', 'rate_limited', 'unsupported_media_type', 'payload_too_large', 'idempotency_key_missing', 'idempotency_key_invalid', 'invalid_cursor',
  'invalid_webhook', 'invalid_webhook_signature', 'message_length', 'search_too_short',
])
/** Refusals of webhooks: the document leaves their content to the providers. */
const OF_WEBHOOKS: ReadonlySet<string> = new Set<ProblemCode>(['carrier_unsupported', 'invalid_webhook', 'unknown_provider'])
/** Refusals of an ended session, and of a suspended user. */
const OF_LEAVING: ReadonlySet<string> = new Set<ProblemCode>(['unauthorized', 'forbidden'])

/** Why an answer that matches the document is wrong for its request; null when it is right. */
export function judge ({ kind, caller, operation }: FuzzRequest, { status, headers, body }: Answer): string | null {
  const code = String(body['code'])
  const got = `${status} ${code}`
  if (status >= 500) return `the service failed: ${got}`
  if (kind === 'stranger') {
    // To other users, a thing of one user does not exist.
    const isRight = caller === 'nobody' || operation.path.startsWith('/api/console/') ? status === 401 : operation.callers.includes(caller) || status === 403 || status === 404
    return isRight ? null : `a stranger got ${got}`
  }
  if ((caller === 'leaver' || caller === 'quitter' || caller === 'console') && OF_LEAVING.has(code)) return null
  const isPage = String(headers['content-type']).startsWith('text/html')
  // Where payers return, every refusal is the same page, and a second key is no key.
  if (kind === 'wrong') return (status >= 400 && OF_INPUT.has(code)) || isPage ? null : `what breaks a rule got ${got}`
  // The sender of a message sees it and may neither mark it as read nor report it, nor may the one who sends a parcel confirm that it has arrived.
  if (['markMessageRead', 'reportMessage', 'confirmDelivery'].includes(operation.id) && code === 'forbidden') return null
  // Members alone write and read on, and an owner does not leave.
  if (['sendChannelMessage', 'readChannel', 'leaveChannel'].includes(operation.id) && code === 'forbidden') return null
  // These routes have a low limit for each person, and the few callers here ask more often than people do.
  if ((operation.id === 'listInstallments' || operation.id === 'exportPerson') && code === 'rate_limited') return null
  // An answer about the performance log covers a day.
  if (operation.path.startsWith('/api/admin/performance') && code === 'invalid_range') return null
  // Other requests may have shortened what a room takes.
  if (operation.id === 'sendRoomMessage' && code === 'message_length') return null
  if (operation.isSigned && OF_WEBHOOKS.has(code)) return null
  return status < 400 || OF_STATE.has(code) || (isPage && status === 404) ? null : `what is right got ${got}`
}
