import { DomainError } from '#domain/errors.js'

const RETRY_AFTER_S = 1

/** What an error says of the request that met it. */
export type ErrorClass =
  /** DynamoDB has decided: a condition failed, or it will never take what it was asked. Comes out as it is. */
  | 'answer'
  /** Another transaction is at work on the same item: nothing was written, and a repeat is due at once. */
  | 'conflict'
  /** It asks for patience, after all retries: it is there, and nothing was written. */
  | 'busy'
  /** It was not reached, or serves nobody as things are: nothing was written. */
  | 'outage'
  /** It was reached and did not say what it has done: whether anything was written is not known. */
  | 'ambiguous'

/** Answers by which DynamoDB asks for patience, of requests and of single items of a transaction. */
const PATIENCE = new Set([
  'LimitExceededException', 'ProvisionedThroughputExceeded', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded',
  'ThrottlingError', 'ThrottlingException', 'TransactionInProgressException',
])

const CONFLICTS = new Set(['ReplicatedWriteConflictException', 'TransactionConflict', 'TransactionConflictException'])

/** Whoever asks under these names, keys or clock gets nothing at all, until an operator has mended it. No restart is needed then. */
const UNSERVED = new Set([
  'CredentialsProviderError', 'ExpiredTokenException', 'IncompleteSignatureException', 'InvalidSignatureException',
  'MissingAuthenticationTokenException', 'ResourceNotFoundException', 'ServiceUnavailable', 'ServiceUnavailableException',
  'UnrecognizedClientException',
])

/** The connection was never made, so that nothing can have been sent. */
const NOT_REACHED = new Set([
  'EADDRNOTAVAIL', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTDOWN', 'EHOSTUNREACH', 'EMFILE', 'ENETDOWN', 'ENETUNREACH', 'ENOTFOUND',
])

/** The connection ended, or was given up, after the request may have gone through it. */
const CUT_OFF = new Set(['ABORT_ERR', 'ECONNABORTED', 'ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ETIMEDOUT'])

/** A transaction that is given up for another reason than a condition or a conflict has an item that is not valid. */
const REFUSALS = new Set(['ValidationException', 'TransactionCanceledException'])

/** What was against one item of a transaction. */
interface Reason {
  readonly Code?: string | undefined
}

/** What the errors of the SDK have in common, as far as it matters here. */
interface SdkError {
  readonly name?: string
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly CancellationReasons?: readonly Reason[]
}

/** The one place that says what an error of the SDK means. */
export function classify (error: unknown): ErrorClass {
  const { name = '', code = '', $metadata: { httpStatusCode = 0 } = {}, CancellationReasons = [] } = error as SdkError
  if (CONFLICTS.has(name)) return 'conflict'
  if (PATIENCE.has(name)) return 'busy'
  if (UNSERVED.has(name) || NOT_REACHED.has(code)) return 'outage'
  if (name === 'TimeoutError' || CUT_OFF.has(code) || httpStatusCode >= 500) return 'ambiguous'
  return classOfReasons(CancellationReasons.filter((reason) => !isDecided(reason)).map(({ Code }) => String(Code)))
}

/** Of a transaction. One that will never succeed as it stands is worth no repeat, whatever else was in its way. */
function classOfReasons (undecided: readonly string[]): ErrorClass {
  if (undecided.length === 0 || !undecided.every((reason) => CONFLICTS.has(reason) || PATIENCE.has(reason))) return 'answer'
  return undecided.every((reason) => CONFLICTS.has(reason)) ? 'conflict' : 'busy'
}

/** Whether nothing but its condition was against an item of a transaction. */
export function isDecided ({ Code = 'None' }: Reason): boolean {
  return Code === 'None' || Code === 'ConditionalCheckFailed'
}

/** What comes out of the client for an error of the SDK. Answers and conflicts are for the stores to deal with. */
export function storeError (error: unknown): unknown {
  switch (classify(error)) {
    case 'answer':
    case 'conflict': return error
    case 'busy': return busy(error)
    case 'outage': return unavailable('the store does not answer just now', error)
    case 'ambiguous': return unavailable('the store does not say what it has done', error)
  }
}

/** For whoever was held up by others for too long. */
export function busy (cause?: unknown): DomainError {
  return new DomainError('store_busy', 'too much happens to this at once', { retryAfterS: RETRY_AFTER_S, cause })
}

export function unavailable (detail: string, cause: unknown): DomainError {
  return new DomainError('store_unavailable', detail, { retryAfterS: RETRY_AFTER_S, cause })
}

/** Whether DynamoDB will never take what it was asked to write; what fails for other reasons may succeed another time. */
export function isRefusal (error: unknown): error is Error {
  return error instanceof Error && REFUSALS.has(error.name)
}
