import type { Socket } from 'node:net'
import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { HttpProblem, problem, type ProblemCode } from '../shared/problem.js'

interface ClientError extends Error {
  code?: string
}

/** Errors of node's parser, before there is a request: answered on the bare socket, in the same form as all others. */
export function answerClientError (error: ClientError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, reason, code, detail] = describe(error)
  const requestId = randomUUID()
  const body = JSON.stringify({ ...problem(code, detail, requestId), status })
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
    `X-Request-Id: ${requestId}\r\nConnection: close\r\n\r\n${body}`)
}

/** Node would refuse these two by itself, without a body: a request that names no host, and one with an expectation it does not know. */
export function answerInsteadOfNode (app: FastifyInstance): void {
  app.server.on('checkExpectation', (request, response) => { app.server.emit('request', request, response) })
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    const hostless = raw.headers.host === undefined && raw.httpVersion === '1.1'
    done(hostless ? new HttpProblem('malformed_request', 'HTTP/1.1 wants a Host header') : undefined)
  })
}

function describe ({ code }: ClientError): [status: number, reason: string, code: ProblemCode, detail: string] {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return [408, 'Request Timeout', 'malformed_request', 'the request took too long to arrive']
  if (code === 'HPE_HEADER_OVERFLOW') return [431, 'Request Header Fields Too Large', 'malformed_request', 'the headers are larger than is taken here']
  return [400, 'Bad Request', 'malformed_request', 'this is not HTTP']
}
