import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { ErrorLogUseCases } from '#application/error-log/use-cases.js'
import { OCCURRENCE_KINDS } from '#domain/error-log/occurrence.js'
import { ERROR_STATES, type LoggedError } from '#domain/error-log/logged-error.js'
import { describe } from '../openapi/openapi.js'
import { listOf, pageOf, pageQuery, RANGE, timeRange } from '../shared/lists.js'
import { known, nullable, oneOf, ref, strict, Timestamp } from '../shared/schemas.js'

const STATE = oneOf(ERROR_STATES)

const exampleError = {
  errorId: 'err_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz',
  kind: 'request',
  name: 'DomainError',
  code: 'store_unavailable',
  where: 'POST /api/messages',
  message: 'the store did not answer',
  count: 12,
  firstSeen: '2026-11-23T13:00:00.000Z',
  lastSeen: '2026-11-23T13:05:00.000Z',
  state: 'open',
  regressedAt: null,
  lastRequestId: '0b0f0c6e-6d5c-4b52-9e0f-6b5a4f0f3f55',
}

const error = {
  errorId: Type.String({ description: 'The same for each occurrence with this cause, also in the lines of the log' }),
  kind: known(OCCURRENCE_KINDS, 'show it as it is', 'Where it happened'),
  name: Type.String({ description: 'The class of the error' }),
  code: nullable(Type.String()),
  where: Type.String({ description: 'The route, the job, the type of an event, or the provider; empty where nothing of it is known' }),
  message: Type.String({ description: 'Of the newest occurrence, without secrets, at most 500 characters' }),
  count: Type.Integer({ minimum: 1, description: 'Occurrences. A few may be counted twice, where an answer of the database was lost' }),
  firstSeen: Timestamp,
  lastSeen: Timestamp,
  state: known(ERROR_STATES, 'show it as it is'),
  regressedAt: nullable(Timestamp),
  lastRequestId: nullable(Type.String({ description: 'The `x-request-id` of the newest occurrence' })),
}

export const LoggedErrorSummary = Type.Object(error, { $id: 'LoggedErrorSummary', examples: [exampleError] })

const exampleSample = {
  at: '2026-11-23T13:05:00.000Z',
  requestId: exampleError.lastRequestId,
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  version: '0.1.0',
  message: exampleError.message,
  stack: 'DomainError: the store did not answer\n    at unavailable (/app/build/src/adapters/dynamodb/engine/errors.js:40:10)',
}

export const ErrorSample = Type.Object({
  at: Timestamp,
  requestId: nullable(Type.String()),
  traceId: nullable(Type.String({ description: 'Of the lines of the log and the spans that belong to it' })),
  version: Type.String({ description: 'The version of the service' }),
  message: Type.String(),
  stack: nullable(Type.String({ description: 'At most 4,096 characters' })),
}, { $id: 'ErrorSample', examples: [exampleSample] })

export const LoggedErrorDetail = Type.Object({
  ...error,
  samples: Type.Array(ref(ErrorSample), { minItems: 2, maxItems: 2, description: 'The first occurrence and the newest' }),
}, { $id: 'LoggedErrorDetail', examples: [{ ...exampleError, samples: [exampleSample, exampleSample] }] })

export const LoggedErrorList = listOf('LoggedErrorList', LoggedErrorSummary)

export const SetErrorStateBody = Type.Object({ state: STATE }, { $id: 'SetErrorStateBody', ...strict, examples: [{ state: 'resolved' }] })

const ErrorParams = Type.Object({ errorId: Type.String({ pattern: '^err_[a-z2-7]{52}$', description: 'The id of an error in the list: err_ and 52 characters' }) })

export const errorLogRoutes: FastifyPluginAsyncTypebox<ErrorLogUseCases> = async (app, { listErrors, getError, setErrorState }) => {
  app.get('/api/admin/errors', {
    config: { policy: 'admin', scope: 'read', refuses: ['unknown_time_zone'] },
    schema: {
      ...describe('listErrors', 'Back office', 'List the errors of the last 30 days, those that were seen last first'),
      querystring: pageQuery({
        state: Type.Optional({ ...STATE, description: 'Default: open' }),
        kind: Type.Optional({ ...oneOf(OCCURRENCE_KINDS), description: 'Errors of this kind alone' }),
        where: Type.Optional(Type.String({ pattern: '^[ -~]{1,200}$', description: 'A place as the errors have it, such as a route: errors from there alone. At most 200 characters of ASCII' })),
        from: RANGE.from,
        timeZone: RANGE.timeZone,
      }),
      response: { 200: ref(LoggedErrorList) },
    },
  }, async ({ query }) => {
    const { state = 'open', kind = null, where = null } = query
    const { from: since } = timeRange(query)
    const narrowed = `${kind === null ? '' : ` kind ${kind}`}${where === null ? '' : ` where ${where}`}`
    return await pageOf(`errors ${state} ${String(since)}${narrowed}`, query, async (page) => await listErrors({ state, since, kind, where }, page), summaryOf)
  })

  app.get('/api/admin/errors/:errorId', {
    config: { policy: 'admin', scope: 'read', refuses: ['not_found'] },
    schema: {
      ...describe('getError', 'Back office', 'Show an error with two of its occurrences'),
      params: ErrorParams,
      response: { 200: ref(LoggedErrorDetail) },
    },
  }, async ({ params: { errorId } }) => detailOf(await getError(errorId)))

  app.patch('/api/admin/errors/:errorId', {
    config: { policy: 'admin', scope: 'operate', refuses: ['not_found'] },
    schema: {
      ...describe('setErrorState', 'Back office', 'Mute an error, or call it resolved. An occurrence after that opens a resolved one again'),
      params: ErrorParams,
      body: ref(SetErrorStateBody),
      response: { 200: ref(LoggedErrorDetail) },
    },
  }, async ({ params: { errorId }, body: { state } }) => detailOf(await setErrorState(errorId, state)))
}

function summaryOf ({ errorId, kind, name, code, where, count, first, newest, state, regressedAt }: LoggedError) {
  const { at: lastSeen, message, requestId: lastRequestId } = newest
  return { errorId, kind, name, code, where, message, count, firstSeen: first.at, lastSeen, state, regressedAt, lastRequestId }
}

function detailOf (logged: LoggedError) {
  return { ...summaryOf(logged), samples: [logged.first, logged.newest] }
}
