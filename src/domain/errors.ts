/**
 * Every reason for which the service refuses a well-formed request. The union is closed: the HTTP adapter maps each code to a
 * status, and a code without one does not compile.
 */
export type ErrorCode =
  /** The parcel has left, so that its label cannot be canceled. */
  | 'already_moving'
  | 'already_live'
  | 'api_key_limit_reached'
  | 'already_shipped'
  /** A province or district that no place has. */
  | 'address_unresolved'
  /** A moderator has banned the person from the room or channel. */
  | 'banned'
  | 'blocked'
  | 'blocked_word'
  | 'busy'
  | 'buyer_required'
  | 'card_number'
  | 'carrier_unsupported'
  | 'channel_full'
  | 'dispute_open'
  | 'email_taken'
  | 'flag_not_raised'
  | 'forbidden'
  | 'idempotency_key_invalid'
  | 'idempotency_key_missing'
  | 'idempotency_key_reused'
  | 'insufficient_minutes'
  | 'invalid_amount'
  | 'invalid_code'
  | 'invalid_credentials'
  | 'invalid_cursor'
  | 'invalid_link'
  | 'invalid_minutes'
  | 'invalid_order_token'
  | 'invalid_range'
  | 'invalid_refresh_token'
  | 'invalid_webhook'
  | 'invalid_webhook_signature'
  | 'items_total_mismatch'
  | 'keys_unavailable'
  /** The carrier has no label yet. */
  | 'label_not_ready'
  | 'message_length'
  | 'metadata_too_large'
  | 'minutes_limit_reached'
  | 'muted'
  | 'not_a_streamer'
  | 'not_found'
  /** The provider does not do what the request asks of it. */
  | 'not_offered'
  /** What is to be sent back has not arrived, or is on its way back. */
  | 'nothing_to_return'
  /** Another payment of the same order has taken money. */
  | 'order_already_paid'
  /** Another payment of the same order may still take money. */
  | 'order_payment_open'
  | 'order_token_expired'
  | 'order_token_mismatch'
  | 'order_token_required'
  | 'own_account'
  | 'parcel_too_large'
  | 'password_required'
  | 'payment_method_invalid'
  | 'payment_not_cancelable'
  | 'payment_not_refundable'
  | 'payment_not_shippable'
  | 'payment_not_taken'
  /** Another version of the service has stored a state or a fact that this version does not know. */
  | 'payment_unreadable'
  | 'phone_not_supported'
  | 'product_repeated'
  | 'product_unknown'
  | 'provider_unavailable'
  /** The sender blocks the receiver. */
  | 'receiver_blocked'
  /** There is no such person, or they are suspended or gone. */
  | 'receiver_unreachable'
  | 'recount_unfinished'
  | 'refund_exceeds_captured'
  | 'refund_limit_reached'
  | 'refund_not_pending'
  | 'request_in_progress'
  | 'return_answered'
  | 'return_url_not_allowed'
  | 'room_busy'
  | 'room_not_live'
  | 'room_unknown'
  /** The room is over, or not yet so far. */
  | 'room_state'
  /** A room keeps no more sanctions, reports or moderators. */
  | 'sanction_limit'
  | 'search_too_short'
  /** The account has no second factor, or not yet. */
  | 'second_factor_off'
  /** The account has a second factor already. */
  | 'second_factor_on'
  /** The password was right, and a code is missing. */
  | 'second_factor_required'
  /** The service has no key under which secrets could be stored. */
  | 'second_factor_unavailable'
  | 'self_message'
  | 'self_payment'
  | 'shipment_limit_reached'
  | 'slow_mode'
  /** The act asks for a code of the second factor again. */
  | 'step_up_required'
  /** The store answers, but is overloaded or has too many conflicts. */
  | 'store_busy'
  /** The store does not answer. */
  | 'store_unavailable'
  | 'too_many_attempts'
  | 'too_many_first_messages'
  | 'unknown_provider'
  | 'unknown_time_zone'
  | 'unsupported_currency'
  | 'version_conflict'
  /** The service has no video provider. */
  | 'video_unavailable'
  | 'weak_password'
  /** The code of a second factor is wrong, or was used before. */
  | 'wrong_code'
  /** The present password, which a request has to prove, is another one. */
  | 'wrong_password'

export interface ErrorOptions {
  /** Seconds after which a retry is worthwhile. */
  retryAfterS?: number
  cause?: unknown
}

/** A refusal. `detail` is written for the client and never repeats what it sent. */
export class DomainError extends Error {
  readonly code: ErrorCode
  readonly retryAfterS: number | undefined

  constructor (code: ErrorCode, detail: string, options: ErrorOptions = {}) {
    super(detail, { cause: options.cause })
    this.name = 'DomainError'
    this.code = code
    this.retryAfterS = options.retryAfterS
  }
}
