import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { containsCardNumber } from '#domain/card-number.js'
import { DomainError } from '#domain/errors.js'
import type { Policy } from './auth.js'
import { HttpProblem } from '../shared/problem.js'
import { strict } from '../shared/schemas.js'

const MAX_DEPTH = 16
const NO_QUERY = Type.Object({}, strict)
/** Providers and browsers append parameters to these routes, which the service ignores. */
const LENIENT: ReadonlySet<Policy> = new Set<Policy>(['public', 'provider'])

/** Refuses a query or a body that the route would not read: the client believes that it has an effect. */
export function registerStrictInput (app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  // Many clients send a content type with every request, also without a body.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    return body === '' ? done(null, undefined) : parseJson(request, body, done)
  })
  app.addHook('onRoute', (route: RouteOptions) => {
    const { policy } = route.config ?? {}
    if (policy === undefined || LENIENT.has(policy)) return
    const { schema = {} } = route
    route.schema = { querystring: NO_QUERY, ...schema }
    if (schema.body === undefined) route.preValidation = refuseBody
  })
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

/**
 * Refuses a card number in any value or field name of a request before a use case sees it, and text that UTF-8 cannot encode, which a
 * store would change. Webhooks of providers are exempt: their ids are long numbers, and their bytes are not stored.
 */
export function registerCardGuard (app: FastifyInstance): void {
  app.addHook('preHandler', (request, _reply, done) => {
    if (request.routeOptions.config.policy !== 'provider') for (const part of partsOf(request)) checkValue(part, 0)
    done()
  })
}

/** The parts that the route reads. The rest is neither stored nor shown. */
function partsOf ({ method, routeOptions: { schema }, body, query, params, headers }: FastifyRequest): unknown[] {
  return [query, params, method === 'GET' ? null : body, schema?.headers === undefined ? null : headers['idempotency-key']]
}

function checkValue (value: unknown, depth: number): void {
  if (typeof value === 'string') return checkText(value)
  if (typeof value === 'number') return checkText(String(value))
  if (typeof value !== 'object' || value === null) return
  if (depth > MAX_DEPTH) throw new HttpProblem('malformed_request', `the body nests more than ${MAX_DEPTH} levels`)
  if (Array.isArray(value)) return value.forEach((child) => { checkValue(child, depth + 1) })
  for (const [key, child] of Object.entries(value)) {
    checkText(key)
    checkValue(child, depth + 1)
  }
}

function checkText (text: string): void {
  if (!text.isWellFormed()) throw new HttpProblem('malformed_request', 'a text holds half of a surrogate pair, which is not a character')
  if (containsCardNumber(text)) {
    throw new DomainError('card_number', 'a field holds a text that looks like a card number; send the token of a payment provider instead')
  }
}

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
