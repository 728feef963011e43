import type { FastifyInstance, FastifyRequest } from 'fastify'
import { containsCardNumber } from '#domain/card-number.js'
import { DomainError } from '#domain/errors.js'
import { HttpProblem } from '../shared/problem.js'

const MAX_DEPTH = 16

/**
 * Looks at everything a caller sends, names of fields included, before a use case sees it: no card number gets further,
 * nor text that UTF-8 can't carry, which a store would silently change. A provider's webhook is left alone:
 * its ids are long numbers, and its bytes are not kept.
 */
export function registerCardGuard (app: FastifyInstance): void {
  app.addHook('preHandler', (request, _reply, done) => {
    if (request.routeOptions.config.policy !== 'provider') for (const part of partsOf(request)) checkValue(part, 0)
    done()
  })
}

/** What the route reads; the rest is neither kept nor shown to anybody. */
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
  if (!text.isWellFormed()) throw new HttpProblem('malformed_request', 'a text holds half of a surrogate pair, which is no character')
  if (containsCardNumber(text)) {
    throw new DomainError('card_number', 'a field holds what looks like a card number; send the token of a payment provider instead')
  }
}
