import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify'
import { DomainError } from '#domain/errors.js'
import { languageOf, type Language, type Page } from '#adapters/pages/page.js'
import { faultsOf } from './faults.js'
import { FieldProblem, HttpProblem, problem, type ProblemBody } from './problem.js'
import type { HttpCode, ProblemCode } from './problems.js'
import { routeOf } from './request-log.js'

/** Fastify's own refusals that have a code of their own. Its other errors below 500 are malformed requests. */
const FASTIFY_CODES: Readonly<Record<string, [HttpCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload_too_large', 'the body is larger than the limit of this route'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'send application/json'],
}

type AnyError = FastifyError | DomainError | HttpProblem | FieldProblem

/** Answers any error with a problem. An error that is not a refusal is logged, and the answer does not describe it. */
export function answerProblem (error: AnyError, request: FastifyRequest, reply: FastifyReply): void {
  const body = startProblem(error, request, reply)
  reply.type('application/problem+json').send(body)
}

/** The same with a page, for people who follow a link: it shows nothing of the error. */
export function answerWithPage (pageIn: (language: Language, code: ProblemCode) => Page): (error: AnyError, request: FastifyRequest, reply: FastifyReply) => void {
  return (error, request, reply) => {
    const { code } = startProblem(error, request, reply)
    const { headers, html } = pageIn(languageOf(request.headers['accept-language']), code)
    reply.headers(headers).send(html)
  }
}

/** Logs an error that is not a refusal, and sets status and headers of its answer. */
function startProblem (error: AnyError, request: FastifyRequest, reply: FastifyReply): ProblemBody {
  const { retryAfterS, ...body } = describe(error, request)
  request.refusal = body.code
  if (body.status >= 500) request.log.error({ err: error, where: `${request.method} ${routeOf(request)}` }, body.title)
  // Fastify refuses an address that it cannot decode before any hook has run.
  reply.header('x-request-id', request.id)
  if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS))
  if (body.status === 401) reply.header('www-authenticate', 'Bearer')
  reply.code(body.status)
  return body
}

function describe (error: AnyError, request: FastifyRequest): ProblemBody & { retryAfterS?: number | undefined } {
  if (error instanceof DomainError || error instanceof HttpProblem) {
    return { ...problem(error.code, error.message, request.id), retryAfterS: error.retryAfterS }
  }
  if (error instanceof FieldProblem) return { ...problem(error.code, error.message, request.id), errors: [error.field] }
  if (error.validation !== undefined) return describeValidation(error.validation, error, request)
  const refusal = FASTIFY_CODES[error.code]
  if (refusal !== undefined) return problem(...refusal, request.id)
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return problem('malformed_request', 'the request cannot be read as JSON over HTTP', request.id)
  }
  return problem('internal_error', 'the request could not be answered; the log of the service holds the reason', request.id)
}

function describeValidation (found: FastifySchemaValidationError[], { validationContext }: FastifyError, request: FastifyRequest): ProblemBody {
  if (found.some(({ params }) => params['missingProperty'] === 'idempotency-key')) {
    return problem('idempotency_key_missing', 'send an Idempotency-Key header, the same for each repeat of this request', request.id)
  }
  const errors = faultsOf(found, String(validationContext))
  return { ...problem('validation_failed', errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; '), request.id), errors }
}

interface ClientError extends Error {
  code?: string
}

/** Answers an error of node's HTTP parser on the bare socket, because there is no request yet, in the same form as all others. */
export function answerClientError (error: ClientError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, reason, detail] = describeClientError(error)
  const requestId = randomUUID()
  const body = JSON.stringify({ ...problem('malformed_request', detail, requestId), status })
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
    `X-Request-Id: ${requestId}\r\nConnection: close\r\n\r\n${body}`)
}

function describeClientError ({ code }: ClientError): [status: number, reason: string, detail: string] {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return [408, 'Request Timeout', 'the request took too long to arrive']
  if (code === 'HPE_HEADER_OVERFLOW') return [431, 'Request Header Fields Too Large', 'the headers are larger than the limit']
  return [400, 'Bad Request', 'the bytes are not HTTP']
}

const HOST = 'host'

/** Refuses a request with two Host headers, which a proxy may read in another way. Takes over two requests that node would refuse without a body: one without a Host header, and one with an unknown Expect header. */
export function answerInsteadOfNode (app: FastifyInstance): void {
  app.server.on('checkExpectation', (request, response) => { app.server.emit('request', request, response) })
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    const hosts = raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.length === HOST.length && name.toLowerCase() === HOST).length
    const hostless = hosts === 0 && raw.httpVersion === '1.1'
    done(hostless || hosts > 1 ? new HttpProblem('malformed_request', 'HTTP/1.1 requires one Host header') : undefined)
  })
}
