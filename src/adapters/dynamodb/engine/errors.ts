import { DomainError } from '#domain/errors.js'
import { StoreUnserved } from '#application/ports/store-unserved.js'

const RETRY_AFTER_S = 1

/** What an error means for the request that met it. */
export type ErrorClass =
  /** DynamoDB has decided: a condition failed, or it will never accept the request. The error comes out as it is. */
  | 'answer'
  /** Another transaction is at work on the same item. Nothing was written, and the request can be repeated at once. */
  | 'conflict'
  /** DynamoDB asks for patience, after all retries. It is there, and nothing was written. */
  | 'busy'
  /** DynamoDB was not reached. Nothing was written. */
  | 'outage'
  /** DynamoDB, or what stands before it, refuses this request for a reason that an operator has to mend. Nothing was written. */
  | 'unserved'
  /** DynamoDB was reached and did not report what it did. Whether anything was written is unknown. */
  | 'ambiguous'

/** Answers by which DynamoDB asks for patience: those of requests, and those of single items of a transaction. */
const PATIENCE = new Set([
  'LimitExceededException', 'ProvisionedThroughputExceeded', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded',
  'ThrottlingError', 'ThrottlingException', 'TransactionInProgressException',
])

const CONFLICTS = new Set(['ReplicatedWriteConflictException', 'TransactionConflict', 'TransactionConflictException'])

/**
 * What DynamoDB decides about the request itself, so that a repeat is of no use. The others are of the commands for tables. All that it
 * refuses otherwise is for an operator to mend: the service needs no restart then.
 */
const ANSWERS = new Set([
  'ConditionalCheckFailedException', 'IdempotentParameterMismatchException', 'ItemCollectionSizeLimitExceededException',
  'SerializationException', 'TransactionCanceledException', 'ValidationException',
  'ContinuousBackupsUnavailableException', 'ResourceInUseException', 'UnknownOperationException',
])

/** A query of an index that is missing or not filled yet is refused as if it were not valid. */
const INDEX_MISSING = /specified index|backfilling/i

/** The connection was never made, so nothing can have been sent. */
const NOT_REACHED = new Set([
  'EADDRNOTAVAIL', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTDOWN', 'EHOSTUNREACH', 'EMFILE', 'ENETDOWN', 'ENETUNREACH', 'ENOTFOUND', 'EPROTO',
])

/** The other side is not who it should be, or does not speak TLS. */
const UNTRUSTED = /^(?:CERT_|DEPTH_ZERO_|ERR_SSL_|ERR_TLS_|HOSTNAME_MISMATCH|SELF_SIGNED_|UNABLE_TO_)/

/** The request was not sent, or was refused by a server that is starting or stopping. */
const NOT_SERVED = new Set(['CredentialsProviderError', 'ServiceUnavailable', 'ServiceUnavailableException'])

/** The connection ended, or was given up, when the request may have gone through it. */
const CUT_OFF = new Set(['ABORT_ERR', 'ECONNABORTED', 'ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ETIMEDOUT'])

/** What came back is no HTTP. */
const NO_HTTP = /^HPE_/

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
  readonly message?: string
  readonly syscall?: string
  readonly $metadata?: { readonly httpStatusCode?: number, readonly attempts?: number }
  readonly CancellationReasons?: readonly Reason[]
}

/** The class of an error of the SDK. No other place looks at its name or code. */
export function classify (error: unknown): ErrorClass {
  const { name = '', code = '', message = '', syscall, $metadata, CancellationReasons = [] } = error as SdkError
  const status = $metadata?.httpStatusCode
  if (CONFLICTS.has(name)) return 'conflict'
  if (PATIENCE.has(name)) return 'busy'
  if (NOT_SERVED.has(name) || NOT_REACHED.has(code) || UNTRUSTED.test(code)) return 'outage'
  if (name === 'TimeoutError' || CUT_OFF.has(code) || NO_HTTP.test(code)) return 'ambiguous'
  // Without an answer, it is a fault of the system, or else of our own code.
  if (status === undefined) return syscall === undefined ? 'answer' : 'ambiguous'
  // Under a status of success stands an answer that cannot be read, as that of a proxy.
  if (status >= 500 || status < 300) return 'ambiguous'
  if (!ANSWERS.has(name) || INDEX_MISSING.test(message)) return 'unserved'
  return classOfReasons(CancellationReasons.filter((reason) => !isDecided(reason)).map(({ Code }) => String(Code)))
}

/** Whether the tables or indexes are not those that the service needs. */
export function lacksTable (error: unknown): boolean {
  const { name = '', message = '' } = Object(error) as SdkError
  return name === 'ResourceNotFoundException' || INDEX_MISSING.test(message)
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
    case 'unserved': return new StoreUnserved(error, RETRY_AFTER_S)
    case 'ambiguous': return unavailable('the store does not say what it has done', error)
  }
}

/** Whether DynamoDB canceled a transaction for a throttled partition: nothing was written, and the SDK has not repeated it. */
export function isThrottledTransaction (error: unknown): boolean {
  return error instanceof DomainError && error.code === 'store_busy' && (Object(error.cause) as SdkError).name === 'TransactionCanceledException'
}

/** For a caller whom others, or the load of this process, held up for too long. */
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

/** Whether an error of a call for several callers is that of each: the store is away, busy, or does not say what it has done. */
export function isOfStore (error: unknown): boolean {
  return error instanceof DomainError && !(error instanceof StoreUnserved)
}

/** Whether the SDK sent a call again before it failed. The first try may have done it. */
export function isOfRepeat (error: unknown): boolean {
  const answer = error instanceof DomainError ? error.cause : error
  const { attempts = 1 } = (Object(answer) as SdkError).$metadata ?? {}
  return attempts > 1
}
