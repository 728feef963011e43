import type { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type, type TSchema } from '@sinclair/typebox'
import type { Caller } from '#domain/accounts/session.js'
import type { PersonalRecord } from '#application/accounts/export-person.js'
import type { PersonUseCases } from '#application/accounts/person-use-cases.js'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import { ndjsonFormat } from '../exports/formats.js'
import { Exports, keepOpen } from '../exports/stream.js'
import { channelMessageView } from '../channels/view.js'
import { callerOf, userOf } from '../guards/auth.js'
import { Conversation, Message } from '../messages/schemas.js'
import { notificationView, preferencesView } from '../notifications/routes.js'
import { takeNoBodyAsEmpty } from '../guards/input.js'
import { describe } from '../openapi/openapi.js'
import { viewFor, type LiveAction } from '../payments/view.js'
import { messageView as roomMessageView } from '../rooms/view.js'
import { DONE, ERASING, ref, strict, UserId } from '../shared/schemas.js'
import { streamerView } from '../streamers/routes.js'
import { LedgerEntry } from '../streamers/schemas.js'
import { userView } from './schemas.js'
import { sessionView } from './user-routes.js'

export const ErasePersonBody = Type.Object({
  email: Type.Optional(Type.String({ format: 'email', maxLength: 254, description: 'An address that was certainly theirs, where another service knows the users: minutes under it are cleared too' })),
}, { $id: 'ErasePersonBody', ...strict, examples: [{ email: 'ada@example.com' }] })

/** Exports a minute and person. */
const rateLimit = { max: 60 }

/** What is stored of a person: taking it along, and clearing it. Both work whether or not this service knows its users itself. */
export const personRoutes: FastifyPluginAsyncTypebox<PersonUseCases & PaymentUseCases> = async (app, { erasePerson, exportPerson, liveAction }) => {
  const exports = new Exports()
  app.addHook('preClose', async () => { exports.stop() })

  app.get('/api/users/me/export', {
    config: { policy: 'user', rateLimit },
    // HEAD would read everything to send nothing.
    exposeHeadRoute: false,
    schema: {
      ...describe('exportPerson', 'Accounts', 'Download everything that is stored of you. A file that breaks off ends without its last line'),
      response: {
        200: {
          description: 'One JSON object per line with the `type` of a record and its `data`, then a line with their number',
          content: { 'application/x-ndjson': { schema: Type.Unsafe<Readable>({ type: 'string' }), example: '{"end":true,"count":0}\n' } },
        },
      },
    },
  }, async (request, reply) => {
    const format = ndjsonFormat(serializer(callerOf(request), reply, liveAction))
    const stream = await exports.start({ format, pages: exportPerson({ ...callerOf(request), userId: userOf(request) }), onPage: () => { keepOpen(request) } })
    stream.once('error', (error) => { request.log.error({ err: error }, 'an export broke off') })
    return await reply
      .header('content-disposition', `attachment; filename="account.${format.extension}"`)
      .type(format.contentType)
      .send(stream)
  })

  app.delete('/api/admin/users/:userId', {
    config: { policy: 'admin', scope: 'erase', refuses: ['not_found', 'own_account'] },
    schema: {
      ...describe('erasePerson', 'Back office', 'Delete a user, and clear what is stored of them elsewhere. Where another service knows the users, this clears what is stored here'),
      params: Type.Object({ userId: UserId }),
      body: ref(ErasePersonBody),
      response: { 202: ERASING },
    },
    preValidation: takeNoBodyAsEmpty,
  }, async (request, reply) => {
    await erasePerson({ caller: callerOf(request), userId: request.params.userId, email: request.body.email ?? null })
    return await reply.code(202).send(DONE)
  })
}

/** Writes a record as the routes of its kind show it to its person, with the address that their payments hide from others. */
function serializer (caller: Caller, reply: FastifyReply, liveAction: LiveAction): (record: PersonalRecord) => string {
  const paymentView = viewFor(caller, liveAction)
  const shown = (schema: TSchema) => {
    const serialize = reply.compileSerializationSchema(ref(schema))
    return (data: object): unknown => JSON.parse(serialize({ ...data }))
  }
  const [messageView, conversationView, entryView] = [shown(Message), shown(Conversation), shown(LedgerEntry)]
  return (record) => JSON.stringify({ type: record.type, data: dataOf(record) })

  function dataOf (record: PersonalRecord): unknown {
    switch (record.type) {
      case 'account': return { ...userView(record.data), formerEmails: record.data.formerEmails }
      case 'session': return sessionView(record.data, caller.sessionId)
      case 'preferences': return { ...preferencesView(record.data), contact: record.data.contact, senderAddress: record.data.senderAddress }
      case 'notification': return notificationView(record.data)
      case 'conversation': return conversationView(record.data)
      case 'message': return messageView(record.data)
      // Who decided about it is no data of the reporter.
      case 'message_report': return { messageId: record.data.messageId, reason: record.data.reason, createdAt: record.data.createdAt, state: record.data.state }
      case 'payment': return { ...paymentView(record.data), buyerEmail: record.data.buyerEmail, payerEmail: record.data.payerEmail }
      case 'streamer': return streamerView(record.data)
      case 'ledger_entry': return entryView(record.data)
      // Reports hide a message from others alone.
      case 'room_message': return { roomId: record.data.id, ...roomMessageView(record.data), text: record.data.entry.text }
      case 'channel_message': return { channelId: record.data.id, ...channelMessageView(record.data) }
    }
  }
}
