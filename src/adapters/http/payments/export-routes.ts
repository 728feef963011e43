import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from '@sinclair/typebox'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import { ExportQuery } from './admin-schemas.js'
import { callerOf } from '../guards/auth.js'
import { csvFormat, ndjsonFormat, type ExportFormat } from './export-formats.js'
import { Exports } from './export-stream.js'
import { Payment } from './schemas.js'
import { paymentView } from './view.js'
import { HttpProblem } from '../shared/problem.js'
import { describe, problems } from '../openapi/route-docs.js'
import { ref } from '../shared/schemas.js'
import { timeRange } from '../shared/time-range.js'

const PaymentRef = ref(Payment)

export const exportRoutes: FastifyPluginAsyncTypebox<PaymentUseCases> = async (app, { exportPayments }) => {
  const exports = new Exports()
  app.addHook('preClose', async () => { exports.stop() })

  app.get('/api/admin/export', {
    config: { policy: 'admin', audit: 'reading-too' },
    // It would read everything and show nothing.
    exposeHeadRoute: false,
    schema: {
      ...describe('exportPayments', 'Back office', 'A file of everybody\'s payments, newest first; one that breaks off ends without the end of its chunks'),
      querystring: ExportQuery,
      response: {
        200: {
          description: 'The file',
          content: {
            'text/csv': { schema: Type.Unsafe<Readable>({ type: 'string', description: 'RFC 4180 with a row of names' }), example: csvFormat(false).begin },
            'application/x-ndjson': { schema: Type.Unsafe<Readable>({ type: 'string', description: 'A payment a line, then the end' }), example: ndjsonFormat(String).end(0) },
          },
        },
        ...problems(400, 401, 403, 422),
      },
    },
  }, async (request, reply) => {
    const { type, status = null, from, to } = request.query
    const filter = { status, provider: null, userId: null, sellerId: null, flag: null, ...timeRange({ from, to }) }
    const format = formatOf(request.query, request, reply)
    const stream = await exports.start({ format, pages: exportPayments(filter), onPage: () => { keepOpen(request) } })
    // The answer has begun by then: only the log can tell why it has no end.
    stream.once('error', (error) => { request.log.error({ err: error }, 'an export broke off') })
    const name = [type, status, from, to].filter((part) => part !== null && part !== undefined).join('_').replace(/[^\w.-]/g, '-')
    return await reply
      .headers({ 'content-disposition': `attachment; filename="${name}.${format.extension}"`, 'cache-control': 'no-store' })
      .type(format.contentType)
      .send(stream)
  })
}

function formatOf ({ format = 'csv', bom }: { readonly format?: 'csv' | 'ndjson', readonly bom?: 'true' | 'false' }, request: FastifyRequest, reply: FastifyReply): ExportFormat {
  if (format === 'csv') return csvFormat(bom === 'true')
  if (bom !== undefined) throw new HttpProblem('validation_failed', '/querystring/bom belongs to a CSV')
  const serialize = reply.compileSerializationSchema(PaymentRef)
  const caller = callerOf(request)
  return ndjsonFormat((payment) => serialize(paymentView(payment, caller)))
}

/** A connection on which nothing is sent is cut after a while; an export that looks at much and finds little is at work all the same. */
function keepOpen ({ raw: { socket } }: FastifyRequest): void {
  // A server that cuts nothing leaves it undefined.
  if (socket instanceof Socket && socket.timeout !== undefined) socket.setTimeout(socket.timeout)
}
