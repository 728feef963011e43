import { Type } from '@sinclair/typebox'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import type { Policy } from './auth.js'
import { HttpProblem } from '../shared/problem.js'

/** What providers and browsers append to these is none of our business. */
const LENIENT: ReadonlySet<Policy> = new Set<Policy>(['public', 'provider'])
const NO_QUERY = Type.Object({}, { additionalProperties: false })

/** A route that reads no query or no body takes none either: whoever sends one has mistaken something, and is told so. */
export function registerStrictInput (app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  // Many clients name the type of each request, of those without a body too.
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

/** For a route whose body may be left out because none of its fields is required. */
export async function takeNoBodyAsEmpty (request: FastifyRequest): Promise<void> {
  if (request.body === undefined) request.body = {}
}

/** An empty object says nothing that could be overlooked. */
async function refuseBody ({ body }: FastifyRequest): Promise<void> {
  if (body == null || (typeof body === 'object' && !Array.isArray(body) && Object.keys(body).length === 0)) return
  throw new HttpProblem('validation_failed', '/body must be empty')
}
