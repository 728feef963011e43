import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify'
import type { Policy } from '../guards/auth.js'
import { PROBLEMS, type ProblemCode } from '../shared/problems.js'
import { problemsOneOf } from './problem-schemas.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The problems that this route can answer, beside those of every route with the same policy and input. */
    refuses?: readonly ProblemCode[]
    /** The page that shows instead of a problem, on a route that people open in a browser. Such a route has no limit of requests. */
    problemPage?: string
    /** The settings without which the service does not have this route. The document has it always. */
    onlyWhere?: string
  }
}

const OF_EVERY_ROUTE: readonly ProblemCode[] = ['internal_error', 'overloaded', 'store_busy', 'store_unavailable', 'keys_unavailable']
const OF_INPUT: readonly ProblemCode[] = ['malformed_request', 'validation_failed']
const OF_A_BODY: readonly ProblemCode[] = ['payload_too_large', 'unsupported_media_type']
/** Without its setting, a route is not there; another route may have its path. */
const OF_A_SETTING: readonly ProblemCode[] = ['route_not_found', 'method_not_allowed']
const OPEN: ReadonlySet<Policy | undefined> = new Set<Policy>(['public', 'guest', 'provider'])

export function needsToken (policy: Policy | undefined): boolean {
  return !OPEN.has(policy)
}

/** Declares a schema for the problems of each documented route. Its handlers throw problems and never send them, so the types of the route do not need them. */
export function registerProblemResponses (app: FastifyInstance): void {
  const content = { 'application/problem+json': { schema: { $ref: 'Problem#' } } }
  app.addHook('onRoute', (route) => {
    const { schema } = route
    if (schema?.operationId === undefined) return
    const responses = Object.keys(problemsOf(route, schema)).map((status) => [status, { content }])
    route.schema = { ...schema, response: { ...schema.response as object, ...Object.fromEntries(responses) } }
  })
}

type Responses = Readonly<Record<string, object>>

/** The responses of a route as the document shows them: those of its schema, and its problems by their codes. */
export function documentedResponses (route: RouteOptions, schema: FastifySchema): Responses {
  const problems = Object.entries(problemsOf(route, schema)).map(([status, codes]) => [status, problemResponse(codes, route.config?.problemPage)])
  return withHeaders({ ...schema, response: { ...schema.response as object, ...Object.fromEntries(problems) } })
}

function problemsOf (route: RouteOptions, schema: FastifySchema): Readonly<Record<string, readonly ProblemCode[]>> {
  const codes = new Set([...usualProblems(route, schema), ...route.config?.refuses ?? []])
  return Object.groupBy([...codes].sort(), (code) => String(PROBLEMS[code].status)) as Record<string, ProblemCode[]>
}

function problemResponse (codes: readonly ProblemCode[], page?: string) {
  return {
    description: codes.map((code) => `- \`${code}\`: ${PROBLEMS[code].title}. ${PROBLEMS[code].advice}`).join('\n'),
    content: page === undefined ? { 'application/problem+json': { schema: problemsOneOf(codes) } } : { 'text/html': { schema: { type: 'string' }, example: page } },
  }
}

interface Properties {
  readonly properties?: Readonly<Record<string, object>>
  readonly required?: readonly string[]
}

function usualProblems ({ config = {} }: RouteOptions, { body, params, querystring, headers }: FastifySchema): ProblemCode[] {
  const hasBody = body !== undefined || config.documentedBody !== undefined
  const hasInput = hasBody || params !== undefined || querystring !== undefined
  const isPaged = 'cursor' in ((querystring as Properties | undefined)?.properties ?? {})
  const needsKey = (headers as Properties | undefined)?.required !== undefined
  return [
    ...OF_EVERY_ROUTE,
    ...config.problemPage === undefined ? ['rate_limited' as const] : [],
    ...needsToken(config.policy) ? ['unauthorized' as const, ...OF_INPUT] : [],
    ...config.scope === undefined ? [] : ['forbidden' as const],
    ...hasInput ? OF_INPUT : [],
    ...hasInput && config.policy !== 'provider' ? ['card_number' as const] : [],
    ...hasBody ? OF_A_BODY : [],
    ...isPaged ? ['invalid_cursor' as const] : [],
    ...headers === undefined ? [] : ['idempotency_key_invalid' as const],
    ...needsKey ? ['idempotency_key_missing' as const] : [],
    ...config.onlyWhere === undefined ? [] : OF_A_SETTING,
  ]
}

const header = (description: string, type: 'string' | 'integer' | 'boolean' = 'string') => ({ type, description })
const ALWAYS = {
  'x-request-id': header('The id of the request in the log of the service'),
  'x-persistence': header('`degraded` while DynamoDB is away and a journal takes its place, `draining` while the journal is carried out; absent otherwise'),
  'x-stale': header('Seconds since when the answer may be out of date; absent when it is current', 'integer'),
}
const RETRY_AFTER = { 'retry-after': header('Seconds to wait before the request is repeated', 'integer') }
const LOCATION = { location: header('Where to read the outcome') }
const REPLAYED = { 'idempotent-replayed': header('`true` when an earlier request with the same key did the work; absent otherwise', 'boolean') }
const ETAG = { etag: header('Names this state of the answer, for `If-None-Match`') }
const ALLOW = { allow: header('The methods of the path') }

const HEADERS: Readonly<Record<string, object>> = { 202: LOCATION, 303: LOCATION, 405: ALLOW, 409: RETRY_AFTER, 429: RETRY_AFTER, 503: RETRY_AFTER }

/** A response as the OpenAPI document shows it. */
interface Response {
  readonly description?: string
  readonly content?: object
  /** `null` for a response without a body. */
  readonly type?: string
  readonly examples?: readonly unknown[]
}

/** The responses of a route, with what a reader needs beside the schemas: what each success means, and the headers of each response. */
function withHeaders (schema: FastifySchema): Responses {
  const idempotent = schema.headers !== undefined
  const responsesOf = schema.response as Readonly<Record<string, Response>>
  const responses = Object.entries(responsesOf).map(([status, response]) => {
    const replayable = idempotent && status.startsWith('2')
    // What is accepted for a payment can be read there. What else is accepted, such as a mail, describes itself.
    const isReadable = status !== '202' || response.description === undefined
    const headers = { ...ALWAYS, ...(isReadable ? HEADERS[status] : {}), ...(replayable ? REPLAYED : {}), ...(status < '400' && '304' in responsesOf ? ETAG : {}) }
    if (response.type === 'null') return [status, { ...response, headers }]
    const { description = success(status, idempotent), content = { 'application/json': mediaOf(response) } } = response
    return [status, { description, headers, content }]
  })
  return Object.fromEntries(responses) as Responses
}

/** The examples of one response, which OpenAPI wants beside the schema. A named schema has its own. */
function mediaOf ({ examples = [], ...schema }: Response): object {
  if (examples.length === 0) return { schema }
  return { schema, examples: Object.fromEntries(examples.map((value, index) => [`example${index + 1}`, { value }])) }
}

function success (status: string, idempotent: boolean): string {
  if (status === '201') return 'Done by this request'
  if (status === '202') return 'Accepted; the outcome is not known yet'
  return idempotent ? 'Done by an earlier request with the same key; the body shows the current state' : 'The current state'
}
