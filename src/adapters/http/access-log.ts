import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { containsCardNumber } from '../../domain/card-number.js'
import type { RequestMetrics } from './metrics.js'

/** The id of a gateway in front of us is kept, if it is one: anything else in that header could be a secret on its way into a log. */
export function requestId ({ headers }: IncomingMessage): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) && !containsCardNumber(given) ? given : randomUUID()
}

/** One line and one observation a request: its route, never its address, which may hold what nobody should read. */
export function registerAccessLog (app: FastifyInstance, metrics: RequestMetrics): void {
  // Its fields are known and none of them is redacted by name, which costs more than all else of a line. By value they still are.
  const accessLog = app.log.child({}, { redact: [] })
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const { id: requestId, method, caller } = request
    const route = request.routeOptions.url ?? 'none'
    const milliseconds = reply.elapsedTime
    metrics.observeRequest({ method, route, status: reply.statusCode, seconds: milliseconds / 1000 })
    accessLog.info({ requestId, method, route, status: reply.statusCode, userId: caller?.userId ?? null, ms: Math.round(milliseconds * 1000) / 1000 }, 'request')
    done()
  })
}
