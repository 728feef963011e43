import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { containsCardNumber } from '#domain/card-number.js'
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
  const tell = (request: FastifyRequest, reply: FastifyReply, cut: { aborted?: true } = {}): void => {
    const { id: requestId, method, caller } = request
    const route = request.routeOptions.url ?? 'none'
    const milliseconds = reply.elapsedTime
    metrics.observeRequest({ method, route, status: reply.statusCode, seconds: milliseconds / 1000 })
    accessLog.info({ requestId, method, route, status: reply.statusCode, userId: caller?.userId ?? null, ms: Math.round(milliseconds * 1000) / 1000, ...cut }, 'request')
  }
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    // An answer that breaks off in the middle, by whomever, never comes to onResponse.
    reply.raw.once('close', () => {
      if (request.raw.socket.destroyed && reply.raw.headersSent && !reply.raw.writableFinished) tell(request, reply, { aborted: true })
    })
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    tell(request, reply)
    done()
  })
}
