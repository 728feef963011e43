import type { ErrorCode } from '#domain/errors.js'

/** Refusals of HTTP itself, beside those of the domain. */
export type HttpCode =
  | 'internal_error' | 'malformed_request' | 'method_not_allowed' | 'overloaded' | 'payload_too_large' | 'payment_declined' | 'provider_refused' | 'rate_limited'
  | 'refund_failed' | 'route_not_found' | 'unauthorized' | 'unsupported_media_type' | 'validation_failed'

export type ProblemCode = ErrorCode | HttpCode

export interface ProblemKind {
  readonly status: number
  /** What happened, told to the client. */
  readonly title: string
  /** What the client does about it. Shown in the OpenAPI document. */
  readonly advice: string
}

const REPEAT = 'Wait for `Retry-After` seconds, then repeat the request, with the same Idempotency-Key where there is one.'
const SPLIT_KEYS = 'Use a new key for each new request, and the same key for each repeat of it.'

/** The one table of problems: a code without a row does not compile. */
export const PROBLEMS: Readonly<Record<ProblemCode, ProblemKind>> = {
  already_live: { status: 409, title: 'Another room of the streamer is live', advice: 'End that room first.' },
  address_unresolved: { status: 422, title: 'The province or the district is not known', advice: 'Send one of the candidates in `detail`, or a name of `GET /api/geo/provinces`.' },
  banned: { status: 403, title: 'You are banned from the room or channel', advice: 'Wait for `Retry-After` seconds; without that header, until a moderator lifts the ban.' },
  blocked: { status: 403, title: 'The receiver does not accept messages from you', advice: 'Do not send the message again.' },
  blocked_word: { status: 422, title: 'The text holds a word that the room does not allow', advice: 'Change the text.' },
  busy: { status: 503, title: 'Too many requests of this kind are in progress', advice: REPEAT },
  buyer_required: { status: 422, title: 'The provider needs to know the buyer', advice: 'Send `buyer`.' },
  card_number: { status: 422, title: 'Card numbers are not accepted', advice: 'Send the token of a payment provider, never a card.' },
  channel_full: { status: 409, title: 'The channel has as many members as it takes', advice: 'Remove a member first.' },
  dispute_open: { status: 409, title: 'A dispute about this payment is open', advice: 'Wait until the provider has decided the dispute.' },
  email_taken: { status: 409, title: 'The address has an account already', advice: 'Choose another address, or sign in to the account that has it.' },
  flag_not_raised: { status: 409, title: 'The payment does not have this flag', advice: 'Read the payment: `flags` and `causes` show what was decided.' },
  forbidden: { status: 403, title: 'You are not allowed to do this', advice: 'Call with an account that has the right.' },
  idempotency_key_invalid: { status: 400, title: 'The Idempotency-Key is not valid', advice: 'Send 1 to 255 visible ASCII characters.' },
  idempotency_key_missing: { status: 400, title: 'An Idempotency-Key is required', advice: SPLIT_KEYS },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key belongs to another request', advice: SPLIT_KEYS },
  insufficient_minutes: { status: 409, title: 'Not enough minutes are left', advice: 'Spend fewer minutes, or buy more.' },
  internal_error: { status: 500, title: 'Something went wrong in the service', advice: 'Repeat the request later. Report its `x-request-id` when it fails again.' },
  invalid_amount: { status: 422, title: 'The amount is not valid', advice: 'See `detail`.' },
  invalid_credentials: { status: 401, title: 'The e-mail address or the password is wrong', advice: 'Ask for both again.' },
  invalid_cursor: { status: 400, title: 'The cursor does not belong to this list', advice: 'Send `nextCursor` of the page before with the same filters, or begin without a cursor.' },
  invalid_code: { status: 400, title: 'The code is not valid', advice: 'Try the code of the last SMS, or ask for another one.' },
  invalid_link: { status: 400, title: 'The link is no longer valid', advice: 'Request a new link.' },
  invalid_minutes: { status: 422, title: 'The number of minutes is not valid', advice: 'See `detail`.' },
  invalid_order_token: { status: 422, title: 'The order token is not valid', advice: 'Ask the shop for a new token of the order. `detail` says what the shop has to sign.' },
  invalid_range: { status: 422, title: 'The range of days is not valid', advice: 'See `detail`.' },
  invalid_refresh_token: { status: 401, title: 'The session has ended', advice: 'Sign in again.' },
  invalid_webhook: { status: 400, title: 'The webhook cannot be read', advice: 'Send the event as the provider documents it.' },
  invalid_webhook_signature: { status: 401, title: 'The webhook is not signed by a known provider', advice: 'Compare the signing secret of the provider with the one of this service.' },
  items_total_mismatch: { status: 422, title: 'The items do not add up to the amount', advice: 'Send items and sums with items − `discountAmount` + `shippingAmount` + `taxAmount` = `amount`.' },
  keys_unavailable: { status: 503, title: 'Tokens cannot be checked at the moment', advice: REPEAT },
  malformed_request: { status: 400, title: 'The request cannot be read', advice: 'Send well-formed HTTP and JSON.' },
  message_length: { status: 422, title: 'The message is empty or too long', advice: 'Send at least one character that shows, and at most 4,000; in a room, at most what `settings` say.' },
  metadata_too_large: { status: 422, title: 'The metadata is too large', advice: 'Send at most 8 KiB of JSON with at most 5 levels.' },
  method_not_allowed: { status: 405, title: 'The path does not take this method', advice: 'Send one of the methods in `Allow`.' },
  minutes_limit_reached: { status: 409, title: 'The streamer cannot buy more minutes', advice: 'Credit fewer minutes.' },
  muted: { status: 403, title: 'You are muted in the room', advice: 'Wait for `Retry-After` seconds; without that header, until a moderator lifts the mute.' },
  not_a_streamer: { status: 403, title: 'Only streamers have rooms', advice: 'Ask an administrator to credit minutes to the address of the streamer.' },
  not_found: { status: 404, title: 'Not found', advice: 'Check the id. What belongs to another user is not found either.' },
  not_offered: { status: 422, title: 'The provider does not offer this', advice: 'See `detail`. Leave it out, or name another provider.' },
  order_already_paid: { status: 409, title: 'The order is paid already', advice: 'Show `payment`. Send `allowAnother: true` only if the payer wants to pay once more.' },
  order_payment_open: { status: 409, title: 'Another payment of the order is open', advice: 'Repeat the request after `Retry-After` seconds. Without that header, send the payer to `payment.nextAction.url`.' },
  overloaded: { status: 503, title: 'The service is overloaded', advice: REPEAT },
  order_token_expired: { status: 422, title: 'The order token has expired', advice: 'Ask the shop for a new token of the order, and repeat the request with it.' },
  order_token_mismatch: { status: 422, title: 'The request differs from the signed order', advice: 'Leave out what the token says, or repeat it unchanged.' },
  order_token_required: { status: 422, title: 'An order token is required', advice: 'Send `orderToken`, the token that the shop has signed for the order.' },
  own_account: { status: 409, title: 'You cannot change the status or role of your own account', advice: 'Ask another administrator.' },
  password_required: { status: 422, title: 'The password of the registration is required', advice: 'Ask for the password, and send it with the token of the link.' },
  payload_too_large: { status: 413, title: 'The request is too large', advice: 'Send a body of at most 64 KiB.' },
  payment_declined: { status: 402, title: 'The payment was declined', advice: 'Ask for another payment method, and pay with a new Idempotency-Key.' },
  payment_method_invalid: { status: 422, title: 'The provider does not accept this payment method', advice: 'Send a token of this provider.' },
  payment_not_cancelable: { status: 409, title: 'The payment cannot be canceled', advice: 'Read the payment. Refund it if the money was taken; otherwise wait for how it ends.' },
  payment_not_refundable: { status: 409, title: 'The payment cannot be refunded', advice: 'Read the payment: its status says why.' },
  payment_not_taken: { status: 409, title: 'No money was taken for this payment', advice: 'Read the payment: its status says why.' },
  payment_unreadable: { status: 409, title: 'A newer version of the service has changed the payment', advice: 'Read the payment, and repeat the request later.' },
  phone_not_supported: { status: 422, title: 'No SMS go to this number', advice: 'Send a number of a country to which the service sends SMS.' },
  product_repeated: { status: 422, title: 'Two products have the same id', advice: 'Give each product of the room its own id.' },
  product_unknown: { status: 422, title: 'The room has no such product', advice: 'Read the room, and name one of its products.' },
  provider_refused: { status: 503, title: 'The payment provider did not take the request of the service', advice: 'Nothing was charged, and a repeat of the Idempotency-Key answers the same. Pay later, or through another provider, with a new Idempotency-Key.' },
  provider_unavailable: { status: 503, title: 'The payment provider does not answer', advice: REPEAT },
  rate_limited: { status: 429, title: 'Too many requests', advice: REPEAT },
  receiver_blocked: { status: 409, title: 'You block the receiver', advice: 'End the block before you write.' },
  receiver_unreachable: { status: 422, title: 'The receiver cannot be written to', advice: 'Check the id. The person may be suspended or gone.' },
  recount_unfinished: { status: 409, title: 'Payments are not yet counted by days of this time zone', advice: 'Ask for UTC until the operator has run the back-fill.' },
  refund_exceeds_captured: { status: 422, title: 'The refund exceeds the amount that is left', advice: 'Read the payment, and refund at most what is left.' },
  refund_failed: { status: 422, title: 'The provider refused the refund', advice: 'Give the money back in another way.' },
  refund_limit_reached: { status: 409, title: 'The payment accepts no more refunds', advice: 'Give the money back in another way.' },
  refund_not_pending: { status: 409, title: 'The refund has ended already', advice: 'Read the payment: the refund shows how it ended.' },
  request_in_progress: { status: 409, title: 'The first request with this Idempotency-Key is still in progress', advice: REPEAT },
  return_url_not_allowed: { status: 422, title: 'The return URL is not allowed', advice: 'Send an https address whose origin is on the list of the operator.' },
  room_busy: { status: 429, title: 'The room takes no more messages at the moment', advice: REPEAT },
  room_unknown: { status: 422, title: 'There is no such room', advice: 'Name a room that exists, or none.' },
  room_not_live: { status: 409, title: 'The room is not live', advice: 'Read the room, and write while its status is `live`.' },
  room_state: { status: 409, title: 'The room is in another state', advice: 'Read the room: its status says why.' },
  route_not_found: { status: 404, title: 'There is no such route', advice: 'Compare method and path with this document.' },
  sanction_limit: { status: 409, title: 'No more of these are kept', advice: 'Lift sanctions, resolve reports, or end the role of a moderator first.' },
  search_too_short: { status: 422, title: 'The search text is too short', advice: 'Search for a word of at least 2 characters.' },
  self_message: { status: 422, title: 'You cannot message yourself', advice: 'Name another user.' },
  self_payment: { status: 422, title: 'You cannot pay yourself', advice: 'Name another user as the seller, or none.' },
  slow_mode: { status: 429, title: 'You write too fast', advice: REPEAT },
  store_busy: { status: 503, title: 'The database is busy', advice: REPEAT },
  store_unavailable: { status: 503, title: 'The database does not answer', advice: REPEAT },
  too_many_attempts: { status: 429, title: 'Too many attempts', advice: 'Wait for `Retry-After` seconds before the next attempt.' },
  too_many_first_messages: { status: 429, title: 'You have begun too many conversations today', advice: 'Go on with those that have begun, or wait for `Retry-After` seconds.' },
  unauthorized: { status: 401, title: 'A valid token is required', advice: 'Send `Authorization: Bearer <token>` with a token that has not expired.' },
  unknown_provider: { status: 422, title: 'The payment provider is not configured', advice: 'Leave `provider` out, or name a configured one.' },
  unknown_time_zone: { status: 422, title: 'The time zone is not known', advice: 'Send a name of the IANA database.' },
  unsupported_currency: { status: 422, title: 'The currency is not supported', advice: 'Choose another currency or provider.' },
  unsupported_media_type: { status: 415, title: 'The media type of the body is not supported', advice: 'Send the media type that this document names.' },
  validation_failed: { status: 400, title: 'The request does not match the documentation', advice: 'Correct the fields in `errors`.' },
  version_conflict: { status: 409, title: 'Another change came first', advice: 'Read it again, and repeat the change with its new version.' },
  weak_password: { status: 422, title: 'The password is too easy to guess', advice: 'Ask for another password of 10 to 128 characters.' },
  wrong_password: { status: 403, title: 'The password is wrong', advice: 'Ask for the password again.' },
}
