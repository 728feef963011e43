import type { FastifyError, FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify'
import { containsCardNumber } from '#domain/card-number.js'
import { DomainError, type ErrorCode } from '#domain/errors.js'

/** Refusals that HTTP itself brings along, beside those of the domain. */
type HttpCode =
  | 'internal_error' | 'malformed_request' | 'overloaded' | 'payload_too_large' | 'payment_declined' | 'rate_limited'
  | 'refund_failed' | 'route_not_found' | 'unauthorized' | 'unsupported_media_type' | 'validation_failed'

export type ProblemCode = ErrorCode | HttpCode

/** The one table from code to status: a code without a row does not compile. */
export const PROBLEMS: Readonly<Record<ProblemCode, { status: number, title: string }>> = {
  blocked: { status: 403, title: 'The receiver takes no messages from you' },
  busy: { status: 503, title: 'Too much of this at once' },
  buyer_required: { status: 422, title: 'The provider has to know the buyer' },
  card_number: { status: 422, title: 'Card numbers are not accepted' },
  dispute_open: { status: 409, title: 'A dispute is open' },
  forbidden: { status: 403, title: 'Not allowed' },
  idempotency_key_invalid: { status: 400, title: 'The Idempotency-Key is not usable' },
  idempotency_key_missing: { status: 400, title: 'An Idempotency-Key is needed' },
  idempotency_key_reused: { status: 422, title: 'The key belongs to another request' },
  insufficient_minutes: { status: 409, title: 'Not enough minutes are left' },
  internal_error: { status: 500, title: 'Something went wrong here' },
  invalid_amount: { status: 422, title: 'The amount is not usable' },
  invalid_credentials: { status: 401, title: 'The address or the password is wrong' },
  invalid_cursor: { status: 400, title: 'The cursor is not one of this list' },
  invalid_link: { status: 400, title: 'The link is not good any more' },
  invalid_minutes: { status: 422, title: 'The minutes are not usable' },
  invalid_range: { status: 422, title: 'The range is not usable' },
  invalid_refresh_token: { status: 401, title: 'The session is over' },
  invalid_webhook: { status: 400, title: 'The webhook can not be read' },
  invalid_webhook_signature: { status: 401, title: 'The webhook is not signed by a known provider' },
  items_total_mismatch: { status: 422, title: 'The items do not add up' },
  keys_unavailable: { status: 503, title: 'Tokens can not be checked just now' },
  malformed_request: { status: 400, title: 'The request can not be read' },
  message_length: { status: 422, title: 'The message is empty or too long' },
  metadata_too_large: { status: 422, title: 'The metadata is too large' },
  minutes_limit_reached: { status: 409, title: 'The streamer can buy no more minutes' },
  not_found: { status: 404, title: 'Not found' },
  overloaded: { status: 503, title: 'Too busy just now' },
  own_account: { status: 409, title: 'Nobody administers himself' },
  payload_too_large: { status: 413, title: 'The request is too large' },
  payment_declined: { status: 402, title: 'The payment was declined' },
  payment_method_invalid: { status: 422, title: 'The payment method is not one of the provider' },
  payment_unreadable: { status: 409, title: 'The payment is in a state that this version of the service does not know' },
  payment_not_refundable: { status: 409, title: 'The payment can not be refunded' },
  provider_unavailable: { status: 503, title: 'The payment provider does not answer' },
  rate_limited: { status: 429, title: 'Too many requests' },
  refund_exceeds_captured: { status: 422, title: 'The refund is more than is left' },
  refund_failed: { status: 422, title: 'The provider refused the refund' },
  refund_limit_reached: { status: 409, title: 'The payment takes no more refunds' },
  request_in_progress: { status: 409, title: 'The first request is still at work' },
  return_url_not_allowed: { status: 422, title: 'The return address is not allowed' },
  route_not_found: { status: 404, title: 'There is no such route' },
  search_too_short: { status: 422, title: 'There is too little to search for' },
  self_message: { status: 422, title: 'Nobody writes to himself' },
  store_busy: { status: 503, title: 'The store is busy' },
  store_unavailable: { status: 503, title: 'The store does not answer' },
  too_many_attempts: { status: 429, title: 'Tried too often' },
  unauthorized: { status: 401, title: 'A valid token is needed' },
  unknown_provider: { status: 422, title: 'The provider is not known here' },
  unknown_time_zone: { status: 422, title: 'The time zone is not known' },
  unsupported_currency: { status: 422, title: 'The currency is not supported' },
  unsupported_media_type: { status: 415, title: 'The body has to be application/json' },
  validation_failed: { status: 400, title: 'The request is not as documented' },
  weak_password: { status: 422, title: 'The password is too easy to guess' },
}

export interface FieldError {
  /** JSON pointer into the part of the request: `/body/amount`. */
  pointer: string
  detail: string
}

/** RFC 9457, with our code, and with the payment where the refusal is about one. */
export interface Problem<P = never> {
  type: string
  title: string
  status: number
  detail: string
  instance: string
  code: ProblemCode
  errors?: FieldError[]
  declineCode?: string
  payment?: P
}

/** A refusal that only HTTP knows. */
export class HttpProblem extends Error {
  readonly code: HttpCode
  readonly retryAfterS: number | undefined

  constructor (code: HttpCode, detail: string, retryAfterS?: number) {
    super(detail)
    this.code = code
    this.retryAfterS = retryAfterS
  }
}

export function problem (code: ProblemCode, detail: string, requestId: string): Problem {
  const { status, title } = PROBLEMS[code]
  return { type: `urn:basvideo:problem:${code}`, title, status, detail, instance: `urn:basvideo:request:${requestId}`, code }
}

/** What Fastify's own refusals mean; anything else of it that is the caller's fault is a malformed request. */
const FASTIFY_CODES: Readonly<Record<string, [HttpCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload_too_large', 'the body is larger than is taken here'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'send application/json'],
}

type AnyError = FastifyError | DomainError | HttpProblem

/** Turns whatever was thrown into a problem response. What is not a refusal is logged and stays opaque. */
export function answerProblem (error: AnyError, request: FastifyRequest, reply: FastifyReply): void {
  const { retryAfterS, ...body } = describe(error, request)
  if (body.status >= 500) request.log.error({ err: error }, body.title)
  // Fastify refuses a broken address before any hook has run.
  reply.header('x-request-id', request.id)
  if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS))
  if (body.status === 401) reply.header('www-authenticate', 'Bearer')
  reply.code(body.status).type('application/problem+json').send(body)
}

function describe (error: AnyError, request: FastifyRequest): Problem & { retryAfterS?: number | undefined } {
  if (error instanceof DomainError || error instanceof HttpProblem) {
    return { ...problem(error.code, error.message, request.id), retryAfterS: error.retryAfterS }
  }
  if (error.validation !== undefined) return describeValidation(error.validation, error, request)
  const known = FASTIFY_CODES[error.code]
  if (known !== undefined) return problem(...known, request.id)
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return problem('malformed_request', 'the request can not be read as JSON over HTTP', request.id)
  }
  return problem('internal_error', 'the request could not be answered; the log knows why', request.id)
}

function describeValidation (found: FastifySchemaValidationError[], { validationContext }: FastifyError, request: FastifyRequest): Problem {
  if (found.some(({ params }) => params['missingProperty'] === 'idempotency-key')) {
    return problem('idempotency_key_missing', 'send an Idempotency-Key header, the same for each repeat of this request', request.id)
  }
  const errors = found.map(({ instancePath, params, message }) => ({
    pointer: `/${String(validationContext)}${instancePath}${offendingKey(params)}`,
    detail: String(message),
  }))
  return { ...problem('validation_failed', errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; '), request.id), errors }
}

/** A key that should not be there is named, if it looks like a name; nothing else of what was sent is repeated. */
function offendingKey (params: Record<string, unknown>): string {
  const key = params['additionalProperty'] ?? params['missingProperty']
  return typeof key === 'string' && /^[\w-]{1,40}$/.test(key) && !containsCardNumber(key) ? `/${key}` : ''
}
