import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { MESSAGE_REPORT_DECISIONS, MESSAGE_REPORT_STATES } from '#domain/messages/message-report.js'
import { REPORT_REASONS } from '#domain/rooms/room-entry.js'
import type { MessageUseCases } from '#application/messages/use-cases.js'
import { callerOf, userOf } from '../guards/auth.js'
import { describe } from '../openapi/openapi.js'
import { asStored, listOf, pageOf, pageQuery } from '../shared/lists.js'
import { Done, DONE, known, nullable, oneOf, ref, strict, Timestamp } from '../shared/schemas.js'
import { MessageParams } from './schemas.js'

const exampleReport = {
  messageId: 'msg_0193589e-9d6c-7c1e-8a43-0c8f5a3d2b10',
  senderId: 'ayse',
  reporterId: 'mehmet',
  reason: 'fraud',
  createdAt: '2026-11-23T13:05:00.000Z',
  state: 'open',
  resolution: null,
}

const report = {
  messageId: Type.String(),
  senderId: Type.String(),
  reporterId: Type.String({ description: 'The receiver of the message' }),
  reason: known(REPORT_REASONS, 'treat one you do not know as `other`'),
  createdAt: Timestamp,
  state: known(MESSAGE_REPORT_STATES, 'show it as it is'),
  resolution: nullable(Type.Object({
    decision: known(MESSAGE_REPORT_DECISIONS, 'show it as it is'),
    by: nullable(Type.String({ description: 'The administrator, or the id of an API key; null for the shared token' })),
    at: Timestamp,
  }, { title: 'MessageReportResolution', description: 'Null while the report is open' })),
}

export const MessageReportSummary = Type.Object(report, { $id: 'MessageReportSummary', examples: [exampleReport] })

export const MessageReportDetail = Type.Object({
  ...report,
  text: nullable(Type.String({ description: 'The message. Null where it is gone' })),
  sentAt: nullable(Timestamp),
}, { $id: 'MessageReportDetail', examples: [{ ...exampleReport, text: 'Pay me outside of the shop', sentAt: '2026-11-23T13:00:00.000Z' }] })

export const MessageReportList = listOf('MessageReportList', MessageReportSummary)

export const ReportMessageBody = Type.Object({ reason: oneOf(REPORT_REASONS) }, { $id: 'ReportMessageBody', ...strict, examples: [{ reason: 'fraud' }] })

export const ResolveMessageReportBody = Type.Object({
  decision: oneOf(MESSAGE_REPORT_DECISIONS),
  note: Type.String({ minLength: 1, maxLength: 500, description: 'Why. It is in the audit log alone' }),
}, { $id: 'ResolveMessageReportBody', ...strict, examples: [{ decision: 'uphold', note: 'asks for money outside of the shop; the account is suspended' }] })

/** Reports of messages of private conversations. Of those, administrators see what a participant has reported, and nothing else. */
export const messageReportRoutes: FastifyPluginAsyncTypebox<MessageUseCases> = async (app, { reportMessage, listMessageReports, getMessageReport, resolveMessageReport }) => {
  app.post('/api/messages/:messageId/report', {
    config: { policy: 'user', refuses: ['forbidden', 'not_found'] },
    schema: {
      ...describe('reportMessage', 'Messages', 'Report a message that you have received. Administrators then see this message, and no other of the conversation'),
      params: MessageParams,
      body: ref(ReportMessageBody),
      response: { 202: { ...ref(Done), description: 'Accepted. A second report of the message changes nothing' } },
    },
  }, async (request, reply) => {
    await reportMessage({ userId: userOf(request), messageId: request.params.messageId, reason: request.body.reason })
    return await reply.code(202).send(DONE)
  })

  app.get('/api/admin/message-reports', {
    config: { policy: 'admin', scope: 'moderate' },
    schema: {
      ...describe('listMessageReports', 'Back office', 'List the reports of private messages, newest first, without the messages'),
      querystring: pageQuery({ state: Type.Optional({ ...oneOf(MESSAGE_REPORT_STATES), description: 'Default: open' }) }),
      response: { 200: ref(MessageReportList) },
    },
  }, async ({ query: { state = 'open', ...query } }) =>
    await pageOf(`message reports ${state}`, query, async (page) => await listMessageReports(state, page), asStored))

  app.get('/api/admin/message-reports/:messageId', {
    // No text leaves the service before the look is in the audit log.
    config: { policy: 'admin', scope: 'moderate', audit: 'reading-too', refuses: ['not_found'] },
    schema: {
      ...describe('getMessageReport', 'Back office', 'Show a report with the text of its message. The audit log has each look'),
      params: MessageParams,
      response: { 200: ref(MessageReportDetail) },
    },
  }, async ({ params: { messageId } }) => await getMessageReport(messageId))

  app.post('/api/admin/message-reports/:messageId/resolve', {
    config: { policy: 'admin', scope: 'moderate', audit: 'with-the-body', refuses: ['not_found'] },
    schema: {
      ...describe('resolveMessageReport', 'Back office', 'Decide about a reported message. What becomes of its sender is decided about their account'),
      params: MessageParams,
      body: ref(ResolveMessageReportBody),
      response: { 200: ref(MessageReportSummary) },
    },
  }, async (request) => await resolveMessageReport({ caller: callerOf(request), messageId: request.params.messageId, decision: request.body.decision }))
}
