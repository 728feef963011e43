import * as sdk from '@aws-sdk/client-dynamodb'
import t from 'tap'
import { classify, isOfRepeat, lacksTable, storeError, unavailable, type ErrorClass } from '#adapters/dynamodb/engine/errors.js'

/** By the name that the SDK gives to what DynamoDB has answered. */
const NAMES: Readonly<Record<ErrorClass, readonly string[]>> = {
  answer: [
    'ConditionalCheckFailedException', 'ContinuousBackupsUnavailableException', 'IdempotentParameterMismatchException',
    'ItemCollectionSizeLimitExceededException', 'ResourceInUseException', 'SerializationException', 'TransactionCanceledException',
    'UnknownOperationException', 'ValidationException',
  ],
  conflict: ['ReplicatedWriteConflictException', 'TransactionConflictException'],
  busy: [
    'LimitExceededException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException', 'TransactionInProgressException',
  ],
  outage: ['CredentialsProviderError', 'ServiceUnavailable', 'ServiceUnavailableException'],
  unserved: [
    'AccessDeniedException', 'BackupInUseException', 'BackupNotFoundException', 'DuplicateItemException', 'ExpiredTokenException', 'ExportConflictException',
    'ExportNotFoundException', 'GlobalTableAlreadyExistsException', 'GlobalTableNotFoundException', 'ImportConflictException', 'ImportNotFoundException',
    'IncompleteSignatureException', 'IndexNotFoundException', 'InvalidEndpointException', 'InvalidExportTimeException', 'InvalidRestoreTimeException',
    'InvalidSignatureException', 'KMSInvalidStateException', 'MissingAuthenticationTokenException', 'OptInRequired', 'PointInTimeRecoveryUnavailableException',
    'PolicyNotFoundException', 'ReplicaAlreadyExistsException', 'ReplicaNotFoundException', 'RequestTimeTooSkewed', 'ResourceNotFoundException',
    'SyntaxError', 'TableAlreadyExistsException', 'TableInUseException', 'TableNotFoundException', 'UnrecognizedClientException',
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
  HPE_INVALID_CONSTANT: 'ambiguous',
  CERT_HAS_EXPIRED: 'outage',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'outage',
  EPROTO: 'outage',
  ERR_SSL_WRONG_VERSION_NUMBER: 'outage',
  ERR_TLS_CERT_ALTNAME_INVALID: 'outage',
  SELF_SIGNED_CERT_IN_CHAIN: 'outage',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'outage',
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
  t.equal(classify(Object.assign(new Error('read EIO'), { code: 'EIO', syscall: 'read' })), 'ambiguous', 'a fault of the system that no list has')
})

t.test('a query of an index that is missing or not filled is for the operator, and no answer', async (t) => {
  for (const message of ['The table does not have the specified index: userId-index', 'Cannot read from backfilling global secondary index: userId-index']) {
    const error = Object.assign(answered('ValidationException'), { message })
    t.equal(classify(error), 'unserved', message)
    t.ok(lacksTable(error))
  }
  t.ok(lacksTable(answered('ResourceNotFoundException')))
  t.notOk(lacksTable(answered('ValidationException')))
  t.notOk(lacksTable(undefined))
})

t.test('an answer that cannot be read is by its status: a proxy has refused, or something was done', async (t) => {
  t.equal(classify(answered('SyntaxError', 200)), 'ambiguous')
  for (const status of [302, 403, 407]) t.equal(classify(answered('SyntaxError', status)), 'unserved', String(status))
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

t.test('a call that the SDK has repeated may have been done by an earlier try', async (t) => {
  const tried = (attempts: number) => Object.assign(new Error('on purpose'), { $metadata: { attempts } })
  for (const [attempts, expected] of [[1, false], [2, true]] as const) {
    t.equal(isOfRepeat(tried(attempts)), expected, `${attempts} tries`)
    t.equal(isOfRepeat(unavailable('away', tried(attempts))), expected, `${attempts} tries, by the error of the store`)
  }
  t.notOk(isOfRepeat(answered('ValidationException')), 'an answer that does not count its tries')
  t.notOk(isOfRepeat(new TypeError('a fault of ours')), 'without any answer')
})

t.test('the stores throw our codes, and leave answers and conflicts as they are', async (t) => {
  const cause = answered('ThrottlingException')
  t.match(storeError(cause), { name: 'DomainError', code: 'store_busy', retryAfterS: 1, cause })
  t.match(storeError(answered('ServiceUnavailable')), { code: 'store_unavailable', retryAfterS: 1, message: 'the store does not answer just now' })
  t.match(storeError(answered('TimeoutError')), { code: 'store_unavailable', retryAfterS: 1, message: 'the store does not say what it has done' })
  const [answer, conflict] = [answered('ValidationException'), answered('TransactionConflictException')]
  t.equal(storeError(answer), answer)
  t.equal(storeError(conflict), conflict)
})
