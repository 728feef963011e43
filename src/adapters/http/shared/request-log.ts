import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Ending } from '#application/ports/span-source.js'
import { containsCardNumber } from '#domain/card-number.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** The trace that the request belongs to. */
    trace: RequestTrace
  }
}

/** What the HTTP side needs of tracing. */
export interface RequestTracing {
  /** Begins the span of a request, by its method and route, below the one that its `traceparent` names. */
  readonly beginRequest: (name: string, traceparent: string | string[] | undefined) => RequestTrace
}

export interface RequestTrace {
  readonly traceId: string
  /** Runs a step of the request, so that what it logs and calls belongs to the trace. */
  readonly run: (step: () => void) => void
  readonly end: (ending: Ending) => void
}

/** The metrics of requests. */
export interface RequestMetrics {
  readonly observeRequest: (request: { method: string, route: string, status: number, refusal: string | null, seconds: number, requestId: string, traceId: string }) => void
  readonly render: () => Promise<{ contentType: string, body: string }>
}

/**
 * Keeps the id that a trusted proxy gave: callers must not choose under which id their requests are found. Any other text in that header
 * could be a secret, which must not reach the log.
 */
export function requestIdFrom (isProxy: (address: string) => boolean): (request: IncomingMessage) => string {
  return ({ headers, socket }) => {
    const given = headers['x-request-id']
    const isKept = typeof given === 'string' && /^[\w-]{8,64}$/.test(given) && !containsCardNumber(given) && isProxy(String(socket.remoteAddress))
    return isKept ? given : randomUUID()
  }
}

/** The status of an answer that is a stream, or waited for news. */
const STREAMING = 200

/** The route of a request without what its address may hold; `none` where no route has it. */
export function routeOf ({ routeOptions: { url = 'none' } }: FastifyRequest): string {
  return url
}

/** Writes one line and one observation for each request. Both name the route and not the address, which may hold ids and secrets. */
export function registerAccessLog (app: FastifyInstance, metrics: RequestMetrics, tracing: RequestTracing): void {
  app.decorateRequest('trace')
  // The fields of the line are known and need no redaction by name, which would cost more than the rest of the line. Redaction by value stays.
  const accessLog = app.log.child({}, { redact: [] })
  const write = (request: FastifyRequest, reply: FastifyReply, cut: { aborted?: true } = {}): void => {
    const { id: requestId, method, caller, trace, refusal = null } = request
    const route = routeOf(request)
    const { elapsedTime: milliseconds, statusCode: status } = reply
    // A stream, or an answer that waits for news, says nothing about how fast the service answers.
    const { isStream, waits } = request.routeOptions.config
    if ((isStream !== true && waits !== true) || status !== STREAMING) metrics.observeRequest({ method, route, status, refusal, seconds: milliseconds / 1000, requestId, traceId: trace.traceId })
    trace.end({ failed: status >= 500, attributes: { 'http.request.method': method, 'http.route': route, 'http.response.status_code': status, 'basvideo.request_id': requestId } })
    accessLog.info({ requestId, method, route, status, userId: caller?.userId ?? null, ms: Math.round(milliseconds * 1000) / 1000, ...cut }, 'request')
  }
  app.addHook('onRequest', (request, reply, done) => {
    request.trace = tracing.beginRequest(`${request.method} ${routeOf(request)}`, request.headers['traceparent'])
    reply.header('x-request-id', request.id)
    // Fastify calls no onResponse for an answer that either side breaks off.
    reply.raw.once('close', () => {
      if (request.raw.socket.destroyed && reply.raw.headersSent && !reply.raw.writableFinished) request.trace.run(() => { write(request, reply, { aborted: true }) })
    })
    request.trace.run(done)
  })
  // The body is read on events of the connection, which belong to no request.
  app.addHook('preValidation', (request, _reply, done) => { request.trace.run(done) })
  app.addHook('onResponse', (request, reply, done) => {
    // An answer ends on an event of the connection. Later hooks run within `done`.
    request.trace.run(() => {
      write(request, reply)
      done()
    })
  })
}

/**
 * The logger of one request, which is made at its first line. Most requests write nothing but their line in the access log, and making a
 * logger takes as long as writing that line, because its bindings are checked for secrets.
 */
export class RequestLog implements FastifyBaseLogger {
  readonly #make: () => FastifyBaseLogger
  #made: FastifyBaseLogger | undefined

  constructor (make: () => FastifyBaseLogger) {
    this.#make = make
  }

  get #log (): FastifyBaseLogger {
    this.#made ??= this.#make()
    return this.#made
  }

  get level (): string { return this.#log.level }
  child (...args: Parameters<FastifyBaseLogger['child']>): FastifyBaseLogger { return this.#log.child(...args) }
  fatal (...args: unknown[]): void { this.#write('fatal', args) }
  error (...args: unknown[]): void { this.#write('error', args) }
  warn (...args: unknown[]): void { this.#write('warn', args) }
  info (...args: unknown[]): void { this.#write('info', args) }
  debug (...args: unknown[]): void { this.#write('debug', args) }
  trace (...args: unknown[]): void { this.#write('trace', args) }
  silent (): void {}

  #write (level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace', args: unknown[]): void {
    Reflect.apply(this.#log[level], this.#log, args)
  }
}
