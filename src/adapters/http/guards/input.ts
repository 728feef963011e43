import { isUtf8 } from 'node:buffer'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { containsCardNumber } from '#domain/card-number.js'
import { DomainError } from '#domain/errors.js'
import type { Policy } from './auth.js'
import { FieldProblem, HttpProblem, isShown } from '../shared/problem.js'
import type { ProblemCode } from '../shared/problems.js'
import { strict } from '../shared/schemas.js'

const MAX_DEPTH = 16
const NO_QUERY = Type.Object({}, strict)
/** Providers and browsers append parameters to these routes, which the service ignores. */
const LENIENT: ReadonlySet<Policy> = new Set<Policy>(['public', 'provider'])

/** Refuses a query or a body that the route would not read: the client believes that it has an effect. */
export function registerStrictInput (app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    // Many clients send a content type with every request, also without a body.
    if (body.length === 0) return done(null, undefined)
    const fault = encodingFault(request.headers, body)
    return fault === null ? parseJson(request, body.toString(), done) : done(fault)
  })
  app.addHook('onRoute', (route: RouteOptions) => {
    const { policy } = route.config ?? {}
    if (policy === undefined || LENIENT.has(policy)) return
    const { schema = {} } = route
    route.schema = { querystring: NO_QUERY, ...schema }
    if (schema.body === undefined) route.preValidation = refuseBody
  })
}

const UTF8_NAME = /^(?:utf-?8|us-ascii)$/i

/** A text in another encoding would be stored with other letters, and a compressed one is not read. */
function encodingFault (headers: FastifyRequest['headers'], body: Buffer): HttpProblem | null {
  const { 'content-encoding': encoding = 'identity', 'content-type': type = '' } = headers
  if (encoding.toLowerCase() !== 'identity') return new HttpProblem('unsupported_media_type', 'send the body without compression')
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(type)?.[1] ?? 'utf-8'
  if (!UTF8_NAME.test(charset)) return new HttpProblem('unsupported_media_type', 'send the body in UTF-8')
  return isUtf8(body) ? null : new HttpProblem('malformed_request', 'the body is not UTF-8')
}

/** For a route whose body may be absent because all of its fields are optional. */
export async function takeNoBodyAsEmpty (request: FastifyRequest): Promise<void> {
  if (request.body === undefined) request.body = {}
}

/** An empty object is no body: it holds nothing that could be overlooked. */
async function refuseBody ({ body }: FastifyRequest): Promise<void> {
  if (body == null || (typeof body === 'object' && !Array.isArray(body) && Object.keys(body).length === 0)) return
  throw new HttpProblem('validation_failed', '/body must be empty')
}

declare module 'fastify' {
  interface FastifyRequest {
    /** A number in `metadata` that was rounded when it was read. Versions before took it, so a repeat of such a request is answered, and a new one refused. */
    rounded: FieldProblem | null
  }
}

const CONTROL = /(?![\t\n\r])\p{Cc}/u

/** Fields whose values may be long numbers: ids of people, which their identity provider chooses, and our cursors. */
const LEFT_ALONE = new Set(['cursor', 'otherUserId', 'receiverId', 'sellerId', 'userId'])

/**
 * Refuses what no text, number or name of a field may hold before a use case sees it: a card number, text that UTF-8 cannot encode, which
 * a store would change, control characters, and a number that was rounded when it was read. Webhooks of providers are exempt: their ids are long numbers,
 * and their bytes are not stored.
 */
export function registerInputGuard (app: FastifyInstance): void {
  app.decorateRequest('rounded', null)
  app.addHook('preHandler', (request, _reply, done) => {
    if (request.routeOptions.config.policy !== 'provider') for (const [part, value] of partsOf(request)) request.rounded ??= checkPart(part, value)
    done()
  })
}

/** The parts that the route reads. The rest is neither stored nor shown. */
function partsOf ({ method, routeOptions: { schema }, body, query, params, headers }: FastifyRequest): Array<[name: string, value: unknown]> {
  return [
    ['querystring', query], ['params', params], ['body', method === 'GET' ? null : body],
    ['headers', schema?.headers === undefined ? null : { 'idempotency-key': headers['idempotency-key'] }],
  ]
}

interface Fault {
  readonly code: ProblemCode
  readonly detail: string
  /** The names of the fields that lead to it, outermost first. */
  readonly path: readonly string[]
}

/** Answers what only a new request is refused for. */
function checkPart (part: string, value: unknown): FieldProblem | null {
  const fault = faultIn(value, 0)
  if (fault === null) return null
  const { code, detail, path } = fault
  const hidden = path.findIndex((name) => !isShown(name))
  const found = new FieldProblem(code, { pointer: ['', part, ...hidden < 0 ? path : path.slice(0, hidden)].join('/'), detail })
  if (code === ROUNDED.code && path[0] === 'metadata') return found
  throw found
}

function faultIn (value: unknown, depth: number): Fault | null {
  if (typeof value === 'string') return faultOfText(value)
  if (typeof value === 'number') return faultOfNumber(value)
  if (typeof value !== 'object' || value === null) return null
  if (depth > MAX_DEPTH) return { code: 'malformed_request', detail: `nests more than ${MAX_DEPTH} levels`, path: [] }
  for (const [name, child] of Object.entries(value)) {
    const fault = faultOfText(name) ?? (depth === 0 && LEFT_ALONE.has(name) ? null : faultIn(child, depth + 1))
    if (fault !== null) return { ...fault, path: [name, ...fault.path] }
  }
  return null
}

function faultOfText (text: string): Fault | null {
  if (!text.isWellFormed()) return { code: 'malformed_request', detail: 'holds half of a surrogate pair, which is not a character', path: [] }
  if (CONTROL.test(text)) return { code: 'malformed_request', detail: 'holds a control character that is neither a tab nor a line break', path: [] }
  return containsCardNumber(text) ? CARD : null
}

/** A fraction is no card: its digits are the noise of a measurement. */
function faultOfNumber (value: number): Fault | null {
  if (Number.isSafeInteger(value)) return containsCardNumber(String(value)) ? CARD : null
  return Number.isInteger(value) || !Number.isFinite(value) ? ROUNDED : null
}

const CARD: Fault = { code: 'card_number', detail: 'looks like a card number; send the token of a payment provider instead', path: [] }
const ROUNDED: Fault = { code: 'validation_failed', detail: 'is a number beyond 2^53 - 1, which would be rounded; send it as a text', path: [] }

/** The header of an answer that shows what an earlier request with the same key did. */
export const REPLAYED = { 'idempotent-replayed': 'true' } as const

const KEY_MAX_CHARACTERS = 255
const BARE_KEY = /^[\x21-\x7e]+$/
const QUOTED_KEY = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/

/** The key of a request whose schema requires the header. @throws idempotency_key_invalid */
export function idempotencyKeyOf ({ headers }: { readonly headers: { readonly 'idempotency-key': string } }): string {
  return parseIdempotencyKey(headers['idempotency-key'])
}

/**
 * The key of an Idempotency-Key header: a quoted string of RFC 8941, as draft-ietf-httpapi-idempotency-key-header requires, or bare, as
 * most clients send it. Both forms of one key are the same key.
 * @throws idempotency_key_invalid
 */
export function parseIdempotencyKey (header: string): string {
  const text = header.trim()
  const key = QUOTED_KEY.exec(text)?.[1]?.replace(/\\(.)/g, '$1') ?? (!text.startsWith('"') && BARE_KEY.test(text) ? text : '')
  if (key.length < 1 || key.length > KEY_MAX_CHARACTERS) {
    throw new DomainError('idempotency_key_invalid', `an Idempotency-Key has 1 to ${KEY_MAX_CHARACTERS} visible ASCII characters`)
  }
  return key
}
