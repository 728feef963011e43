import * as sdk from '@aws-sdk/client-dynamodb'
import t from 'tap'
import { classify, storeError, type ErrorClass } from '#adapters/dynamodb/engine/errors.js'

/** By the name that the SDK gives to what DynamoDB has answered. */
const NAMES: Readonly<Record<ErrorClass, readonly string[]>> = {
  answer: [
    'AccessDeniedException', 'BackupInUseException', 'BackupNotFoundException', 'ConditionalCheckFailedException',
    'ContinuousBackupsUnavailableException', 'DuplicateItemException', 'ExportConflictException', 'ExportNotFoundException',
    'GlobalTableAlreadyExistsException', 'GlobalTableNotFoundException', 'IdempotentParameterMismatchException', 'ImportConflictException',
    'ImportNotFoundException', 'IndexNotFoundException', 'InvalidEndpointException', 'InvalidExportTimeException',
    'InvalidRestoreTimeException', 'ItemCollectionSizeLimitExceededException', 'PointInTimeRecoveryUnavailableException',
    'PolicyNotFoundException', 'ReplicaAlreadyExistsException', 'ReplicaNotFoundException', 'ResourceInUseException',
    'SerializationException', 'TableAlreadyExistsException', 'TableInUseException', 'TableNotFoundException',
    'TransactionCanceledException', 'UnknownOperationException', 'ValidationException',
  ],
  conflict: ['ReplicatedWriteConflictException', 'TransactionConflictException'],
  busy: [
    'LimitExceededException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException', 'TransactionInProgressException',
  ],
  outage: [
    'CredentialsProviderError', 'ExpiredTokenException', 'IncompleteSignatureException', 'InvalidSignatureException',
    'MissingAuthenticationTokenException', 'ResourceNotFoundException', 'ServiceUnavailable', 'ServiceUnavailableException', 'UnrecognizedClientException',
  ],
  ambiguous: ['TimeoutError'],
}

/** By the code that Node gives to faults of the network. */
const CODES: Readonly<Record<string, ErrorClass>> = {
  EADDRNOTAVAIL: 'outage',
  EAI_AGAIN: 'outage',
  ECONNREFUSED: 'outage',
  EHOSTDOWN: 'outage',
  EHOSTUNREACH: 'outage',
  EMFILE: 'outage',
  ENETDOWN: 'outage',
  ENETUNREACH: 'outage',
  ENOTFOUND: 'outage',
  ABORT_ERR: 'ambiguous',
  ECONNABORTED: 'ambiguous',
  ECONNRESET: 'ambiguous',
  EPIPE: 'ambiguous',
  ERR_STREAM_PREMATURE_CLOSE: 'ambiguous',
  ETIMEDOUT: 'ambiguous',
  ERR_INVALID_ARG_TYPE: 'answer',
}

const answered = (name: string, httpStatusCode = 400) => Object.assign(new Error('on purpose'), { name, $metadata: { httpStatusCode } })
const canceled = (...codes: string[]) => Object.assign(answered('TransactionCanceledException'), { CancellationReasons: codes.map((Code) => ({ Code })) })

for (const [expected, names] of Object.entries(NAMES)) {
  t.test(`errors of the class ${expected}, by their names`, async (t) => {
    for (const name of names) t.equal(classify(answered(name)), expected, name)
  })
}

t.test('every error that the SDK knows is in the table', async (t) => {
  const known = Object.values(NAMES).flat()
  const thrown = Object.keys(sdk).filter((name) => /(?:Exception|LimitExceeded)$/.test(name) && !['DynamoDBServiceException'].includes(name))
  t.ok(thrown.length > 30)
  t.same(thrown.filter((name) => !known.includes(name)), [])
})

t.test('faults of the network', async (t) => {
  for (const [code, expected] of Object.entries(CODES)) t.equal(classify(Object.assign(new Error('on purpose'), { code })), expected, code)
})

t.test('a server that fails does not say what it has done', async (t) => {
  for (const status of [500, 502, 504]) t.equal(classify(answered('InternalServerError', status)), 'ambiguous', String(status))
  t.equal(classify(answered('ServiceUnavailable', 503)), 'outage', 'unless it says that it has done nothing')
  t.equal(classify(new TypeError('a fault of ours')), 'answer')
})

t.test('a transaction that was given up is as its reasons are', async (t) => {
  t.equal(classify(canceled('None', 'ConditionalCheckFailed')), 'answer')
  t.equal(classify(canceled('ConditionalCheckFailed', 'TransactionConflict')), 'conflict')
  t.equal(classify(canceled('TransactionConflict', 'ThrottlingError')), 'busy')
  t.equal(classify(canceled('None', 'ProvisionedThroughputExceeded')), 'busy')
  t.equal(classify(canceled('TransactionConflict', 'ValidationError')), 'answer')
  t.equal(classify(canceled('ItemCollectionSizeLimitExceeded', 'None')), 'answer')
  t.equal(classify(Object.assign(canceled(), { CancellationReasons: [{}] })), 'answer')
})

t.test('the stores throw our codes, and leave answers and conflicts as they are', async (t) => {
  const cause = answered('ThrottlingException')
  t.match(storeError(cause), { name: 'DomainError', code: 'store_busy', retryAfterS: 1, cause })
  t.match(storeError(answered('ExpiredTokenException')), { code: 'store_unavailable', retryAfterS: 1, message: 'the store does not answer just now' })
  t.match(storeError(answered('TimeoutError')), { code: 'store_unavailable', retryAfterS: 1, message: 'the store does not say what it has done' })
  const [answer, conflict] = [answered('ValidationException'), answered('TransactionConflictException')]
  t.equal(storeError(answer), answer)
  t.equal(storeError(conflict), conflict)
})
