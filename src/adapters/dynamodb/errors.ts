import { DomainError } from '../../domain/errors.js'

const RETRY_AFTER_S = 1

/** Answers by which DynamoDB asks for patience. */
const THROTTLING = new Set([
  'ProvisionedThroughputExceededException', 'ProvisionedThroughputExceeded', 'RequestLimitExceeded', 'ThrottlingException', 'ThrottlingError',
  'TransactionInProgressException', 'LimitExceededException',
])

/** The tables are not made yet, or the variables name others: nothing was written, and an operator can mend it without a restart. */
const MISSING_TABLE = 'ResourceNotFoundException'

/** A transaction that is given up for another reason than a condition or a conflict has an item that is not valid. */
const REFUSALS = new Set(['ValidationException', 'TransactionCanceledException'])

const NETWORK = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN',
])

/** What the errors of the SDK have in common, as far as it matters here. */
interface SdkError {
  readonly name?: string
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly CancellationReasons?: ReadonlyArray<{ readonly Code?: string }>
}

/**
 * The one place that turns errors of the SDK into ours: `store_unavailable` where DynamoDB is not to be reached, does not
 * answer in time, fails, asks for patience, or has no such table. A failed condition is an answer, and a refused request a fault of
 * this program: both come out as they are.
 */
export function storeError (error: unknown): unknown {
  return isOutage(error as SdkError) ? unavailable(error) : error
}

export function unavailable (cause?: unknown): DomainError {
  return new DomainError('store_unavailable', 'the store does not answer just now', { retryAfterS: RETRY_AFTER_S, cause })
}

function isOutage ({ name = '', code = '', $metadata: { httpStatusCode = 0 } = {}, CancellationReasons = [] }: SdkError): boolean {
  return name === 'TimeoutError' || name === MISSING_TABLE || THROTTLING.has(name) || NETWORK.has(code) || httpStatusCode >= 500 ||
    CancellationReasons.some(({ Code = '' }) => THROTTLING.has(Code))
}

/** Whether DynamoDB will never take what it was asked to write; what fails for other reasons may succeed another time. */
export function isRefusal (error: unknown): error is Error {
  return error instanceof Error && REFUSALS.has(error.name)
}
