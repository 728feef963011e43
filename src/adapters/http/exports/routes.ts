import type { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from '@sinclair/typebox'
import type { Payment as PaymentEntity } from '#domain/payments/payment.js'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import { callerOf } from '../guards/auth.js'
import { describe } from '../openapi/openapi.js'
import { Payment, Status } from '../payments/schemas.js'
import { viewFor, type LiveAction } from '../payments/view.js'
import { RANGE, timeRange } from '../shared/lists.js'
import { HttpProblem } from '../shared/problem.js'
import { oneOf, ref, shownAs, strict } from '../shared/schemas.js'
import { csvFormat, ndjsonFormat, type ExportFormat } from './formats.js'
import { Exports, keepOpen } from './stream.js'

const ExportQuery = Type.Object({
  type: oneOf(['payments']),
  format: Type.Optional(oneOf(['csv', 'ndjson'])),
  status: Type.Optional(Status),
  ...RANGE,
  bom: Type.Optional(shownAs(Type.Unsafe<'true' | 'false'>({
    type: 'string', enum: ['true', 'false'], description: 'For CSV: `true` begins the file with a byte order mark, by which spreadsheets recognise UTF-8',
  }), Type.Boolean())),
}, strict)

const PaymentRef = ref(Payment)

export const exportRoutes: FastifyPluginAsyncTypebox<PaymentUseCases> = async (app, { exportPayments, liveAction }) => {
  const exports = new Exports()
  app.addHook('preClose', async () => { exports.stop() })

  app.get('/api/admin/export', {
    config: { policy: 'admin', audit: 'reading-too', refuses: ['unknown_time_zone'] },
    // HEAD would read all payments to send none.
    exposeHeadRoute: false,
    schema: {
      ...describe('exportPayments', 'Back office', 'Download the payments of all users as a file, newest first. A file that breaks off ends without the last chunk of its body'),
      querystring: ExportQuery,
      response: {
        200: {
          description: 'The file',
          content: {
            'text/csv': { schema: Type.Unsafe<Readable>({ type: 'string', description: 'RFC 4180 with a header row' }), example: csvFormat(false).begin },
            'application/x-ndjson': { schema: Type.Unsafe<Readable>({ type: 'string', description: 'One payment per line, then a line with their number' }), example: ndjsonFormat(String).end(0) },
          },
        },
      },
    },
  }, async (request, reply) => {
    const { type, status = null, from, to, timeZone } = request.query
    const filter = { status, provider: null, userId: null, sellerId: null, flag: null, ...timeRange({ from, to, timeZone }) }
    const format = formatOf(request.query, request, reply, liveAction)
    const stream = await exports.start({ format, pages: exportPayments(filter), onPage: () => { keepOpen(request) } })
    // The status is sent by then, so only the log can hold the reason.
    stream.once('error', (error) => { request.log.error({ err: error }, 'an export broke off') })
    const name = [type, status, from, to, timeZone].filter((part) => part !== null && part !== undefined).join('_').replace(/[^\w.-]/g, '-')
    return await reply
      .header('content-disposition', `attachment; filename="${name}.${format.extension}"`)
      .type(format.contentType)
      .send(stream)
  })
}

function formatOf ({ format = 'csv', bom }: { readonly format?: 'csv' | 'ndjson', readonly bom?: 'true' | 'false' }, request: FastifyRequest, reply: FastifyReply, liveAction: LiveAction): ExportFormat<PaymentEntity> {
  if (format === 'csv') return csvFormat(bom === 'true')
  if (bom !== undefined) throw new HttpProblem('validation_failed', '/querystring/bom is for CSV only')
  const serialize = reply.compileSerializationSchema(PaymentRef)
  const view = viewFor(callerOf(request), liveAction)
  return ndjsonFormat((payment: PaymentEntity) => serialize(view(payment)))
}
