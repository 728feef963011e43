import { DomainError } from '#domain/errors.js'

const RETRY_AFTER_S = 1

/** What an error means for the request that met it. */
export type ErrorClass =
  /** DynamoDB has decided: a condition failed, or it will never accept the request. The error comes out as it is. */
  | 'answer'
  /** Another transaction is at work on the same item. Nothing was written, and the request can be repeated at once. */
  | 'conflict'
  /** DynamoDB asks for patience, after all retries. It is there, and nothing was written. */
  | 'busy'
  /** DynamoDB was not reached, or refuses every request of this service. Nothing was written. */
  | 'outage'
  /** DynamoDB was reached and did not report what it did. Whether anything was written is unknown. */
  | 'ambiguous'

/** Answers by which DynamoDB asks for patience: those of requests, and those of single items of a transaction. */
const PATIENCE = new Set([
  'LimitExceededException', 'ProvisionedThroughputExceeded', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded',
  'ThrottlingError', 'ThrottlingException', 'TransactionInProgressException',
])

const CONFLICTS = new Set(['ReplicatedWriteConflictException', 'TransactionConflict', 'TransactionConflictException'])

/** With these table names, keys or clock, DynamoDB refuses every request until an operator corrects them. The service needs no restart then. */
const UNSERVED = new Set([
  'CredentialsProviderError', 'ExpiredTokenException', 'IncompleteSignatureException', 'InvalidSignatureException',
  'MissingAuthenticationTokenException', 'ResourceNotFoundException', 'ServiceUnavailable', 'ServiceUnavailableException',
  'UnrecognizedClientException',
])

/** The connection was never made, so nothing can have been sent. */
const NOT_REACHED = new Set([
  'EADDRNOTAVAIL', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTDOWN', 'EHOSTUNREACH', 'EMFILE', 'ENETDOWN', 'ENETUNREACH', 'ENOTFOUND',
])

/** The connection ended, or was given up, when the request may have gone through it. */
const CUT_OFF = new Set(['ABORT_ERR', 'ECONNABORTED', 'ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ETIMEDOUT'])

/** A transaction that is canceled for another reason than a condition or a conflict has an item that is not valid. */
const REFUSALS = new Set(['ValidationException', 'TransactionCanceledException'])

/** Why DynamoDB canceled a transaction, for one of its items. */
interface Reason {
  readonly Code?: string | undefined
}

/** The properties of the SDK's errors that matter here. */
interface SdkError {
  readonly name?: string
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly CancellationReasons?: readonly Reason[]
}

/** The class of an error of the SDK. No other place looks at its name or code. */
export function classify (error: unknown): ErrorClass {
  const { name = '', code = '', $metadata: { httpStatusCode = 0 } = {}, CancellationReasons = [] } = error as SdkError
  if (CONFLICTS.has(name)) return 'conflict'
  if (PATIENCE.has(name)) return 'busy'
  if (UNSERVED.has(name) || NOT_REACHED.has(code)) return 'outage'
  if (name === 'TimeoutError' || CUT_OFF.has(code) || httpStatusCode >= 500) return 'ambiguous'
  return classOfReasons(CancellationReasons.filter((reason) => !isDecided(reason)).map(({ Code }) => String(Code)))
}

/** The class of a canceled transaction. With one item that will never succeed, a repeat is of no use. */
function classOfReasons (undecided: readonly string[]): ErrorClass {
  if (undecided.length === 0 || !undecided.every((reason) => CONFLICTS.has(reason) || PATIENCE.has(reason))) return 'answer'
  return undecided.every((reason) => CONFLICTS.has(reason)) ? 'conflict' : 'busy'
}

/** Whether an item of a transaction met no other obstacle than its condition. */
export function isDecided ({ Code = 'None' }: Reason): boolean {
  return Code === 'None' || Code === 'ConditionalCheckFailed'
}

/** The error that the client throws in place of one of the SDK. Stores handle answers and conflicts themselves. */
export function storeError (error: unknown): unknown {
  switch (classify(error)) {
    case 'answer':
    case 'conflict': return error
    case 'busy': return busy(error)
    case 'outage': return unavailable('the store does not answer just now', error)
    case 'ambiguous': return unavailable('the store does not say what it has done', error)
  }
}

/** For a caller whom others held up for too long. */
export function busy (cause?: unknown): DomainError {
  return new DomainError('store_busy', 'too much happens to this at once', { retryAfterS: RETRY_AFTER_S, cause })
}

export function unavailable (detail: string, cause: unknown): DomainError {
  return new DomainError('store_unavailable', detail, { retryAfterS: RETRY_AFTER_S, cause })
}

/** Whether DynamoDB will never accept this write. A write that fails for other reasons may succeed later. */
export function isRefusal (error: unknown): error is Error {
  return error instanceof Error && REFUSALS.has(error.name)
}
