import type { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type, type Static } from '@sinclair/typebox'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import type { ReplayedEntry } from '#application/rooms/replay-room.js'
import type { RoomUseCases } from '#application/rooms/use-cases.js'
import { callerOf } from '../guards/auth.js'
import { describe } from '../openapi/openapi.js'
import { Payment, Status } from '../payments/schemas.js'
import { viewFor } from '../payments/view.js'
import { RoomParams, RoomReplayMessage } from '../rooms/schemas.js'
import { replayView } from '../rooms/view.js'
import { RANGE, timeRange } from '../shared/lists.js'
import { HttpProblem } from '../shared/problem.js'
import { oneOf, ref, shownAs, strict } from '../shared/schemas.js'
import { CHAT_COLUMNS, csvFormat, ndjsonFormat, PAYMENT_COLUMNS, type Columns, type ExportFormat } from './formats.js'
import { Exports, keepOpen, type Pages } from './stream.js'

const ExportQuery = Type.Object({
  type: oneOf(['payments']),
  format: Type.Optional(oneOf(['csv', 'ndjson'])),
  status: Type.Optional(Status),
  ...RANGE,
  bom: Type.Optional(shownAs(Type.Unsafe<'true' | 'false'>({
    type: 'string', enum: ['true', 'false'], description: 'For CSV: `true` begins the file with a byte order mark, by which spreadsheets recognise UTF-8',
  }), Type.Boolean())),
}, strict)

const ChatQuery = Type.Object({ format: ExportQuery.properties.format, bom: ExportQuery.properties.bom }, strict)

const PaymentRef = ref(Payment)
const ChatRef = ref(RoomReplayMessage)

type FileQuery = Static<typeof ChatQuery>

export const exportRoutes: FastifyPluginAsyncTypebox<PaymentUseCases & Pick<RoomUseCases, 'exportRoom'>> = async (app, { exportPayments, liveAction, exportRoom }) => {
  const exports = new Exports()
  app.addHook('preClose', async () => { exports.stop() })

  app.get('/api/admin/export', {
    config: { policy: 'admin', scope: 'export', audit: 'reading-too', refuses: ['unknown_time_zone'] },
    // HEAD would read all payments to send none.
    exposeHeadRoute: false,
    schema: {
      ...describe('exportPayments', 'Back office', 'Download the payments of all users as a file, newest first. A file that breaks off ends without the last chunk of its body'),
      querystring: ExportQuery,
      response: { 200: fileOf(csvFormat(PAYMENT_COLUMNS, false).begin, 'One payment per line, then a line with their number') },
    },
  }, async (request, reply) => {
    const { type, status = null, from, to, timeZone } = request.query
    const filter = { status, provider: null, userId: null, sellerId: null, flag: null, ...timeRange({ from, to, timeZone }) }
    const view = viewFor(callerOf(request), liveAction)
    const serialize = reply.compileSerializationSchema(PaymentRef)
    const format = formatOf(request.query, PAYMENT_COLUMNS, (payment) => serialize(view(payment)))
    const name = [type, status, from, to, timeZone].filter((part) => part !== null && part !== undefined).join('_')
    return await send(request, reply, name, format, exportPayments(filter))
  })

  app.get('/api/rooms/:roomId/export', {
    config: { policy: 'user-or-admin', scope: 'export', audit: 'reading-too', refuses: ['forbidden', 'not_found'] },
    exposeHeadRoute: false,
    schema: {
      ...describe('exportRoom', 'Rooms', 'Download the chat of a room as a file, oldest first, as its streamer or an administrator. No text that was deleted is in it'),
      params: RoomParams,
      querystring: ChatQuery,
      response: { 200: fileOf(csvFormat(CHAT_COLUMNS, false).begin, 'One message, announcement or order per line, then a line with their number') },
    },
  }, async (request, reply) => {
    const { roomId } = request.params
    const format = formatOf(request.query, CHAT_COLUMNS, reply.compileSerializationSchema(ChatRef))
    return await send(request, reply, `chat_${roomId}`, format, viewed(await exportRoom({ caller: callerOf(request), roomId })))
  })

  async function send<T> (request: FastifyRequest, reply: FastifyReply, name: string, format: ExportFormat<T>, pages: Pages<T>): Promise<FastifyReply> {
    const stream = await exports.start({ format, pages, onPage: () => { keepOpen(request) } })
    // The status is sent by then, so only the log can hold the reason.
    stream.once('error', (error) => { request.log.error({ err: error }, 'an export broke off') })
    return await reply
      .header('content-disposition', `attachment; filename="${name.replace(/[^\w.-]/g, '-')}.${format.extension}"`)
      .type(format.contentType)
      .send(stream)
  }
}

/** The answer of an export. */
function fileOf (header: string, lines: string) {
  return {
    description: 'The file',
    content: {
      'text/csv': { schema: Type.Unsafe<Readable>({ type: 'string', description: 'RFC 4180 with a header row' }), example: header },
      'application/x-ndjson': { schema: Type.Unsafe<Readable>({ type: 'string', description: lines }), example: ndjsonFormat(String).end(0) },
    },
  }
}

function formatOf<T> ({ format = 'csv', bom }: FileQuery, columns: Columns<T>, serialize: (item: T) => string): ExportFormat<T> {
  if (format === 'csv') return csvFormat(columns, bom === 'true')
  if (bom !== undefined) throw new HttpProblem('validation_failed', '/querystring/bom is for CSV only')
  return ndjsonFormat(serialize)
}

async function * viewed (pages: Pages<ReplayedEntry>): Pages<Static<typeof RoomReplayMessage>> {
  for await (const page of pages) yield page.map(replayView)
}
