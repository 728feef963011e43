import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { AMOUNT_MAX } from '#domain/money.js'
import { actorIdOf } from '#domain/accounts/session.js'
import { DISPUTE_STATUSES } from '#domain/payments/payment.js'
import type { PaymentUseCases } from '#application/payments/use-cases.js'
import { callerOf } from '../guards/auth.js'
import { describe } from '../openapi/openapi.js'
import { EntityId, oneOf, ref, strict } from '../shared/schemas.js'
import { Payment, PaymentParams } from './schemas.js'
import { viewFor } from './view.js'

const NOTE = { minLength: 1, maxLength: 500 }
const Note = Type.String({ ...NOTE, description: 'Why. It is in the audit log alone' })

export const ResolveRefundBody = Type.Object({
  as: oneOf(['failed', 'succeeded']),
  note: Note,
}, { $id: 'ResolveRefundBody', ...strict, examples: [{ as: 'failed', note: 'not on the statement of the provider of 28 November' }] })

export const ResolveFlagBody = Type.Object({
  decision: oneOf(['accept', 'dismiss']),
  note: Type.String({ ...NOTE, description: 'Why. Administrators see it in the audit log, and in `causes` with who decided and when' }),
}, { $id: 'ResolveFlagBody', ...strict, examples: [{ decision: 'accept', note: 'the shop delivers for what was taken' }] })

export const RecordDisputeBody = Type.Object({
  disputeId: Type.String({ ...EntityId, description: `${EntityId.description}. It is that of the provider or the bank, the same for each later word about the dispute` }),
  amount: Type.Integer({ minimum: 1, maximum: AMOUNT_MAX, description: 'Minor units of the currency that was taken' }),
  status: oneOf(DISPUTE_STATUSES),
  charge: Type.Optional(Type.String({ ...EntityId, description: `${EntityId.description}. It is that of the charge at the provider, where the payment has a second one. The dispute then does not change \`status\`` })),
  note: Note,
}, { $id: 'RecordDisputeBody', ...strict, examples: [{ disputeId: 'cb-2026-0017', amount: 12500, status: 'open', note: 'letter of the bank of 28 November' }] })

/** What administrators decide where a provider leaves something open. The audit log has each decision with its note. */
export const decisionRoutes: FastifyPluginAsyncTypebox<PaymentUseCases> = async (app, { resolveRefund, resolveFlag, recordDispute, liveAction }) => {
  app.post('/api/admin/payments/:paymentId/refunds/:refundId/resolve', {
    config: { policy: 'admin', scope: 'refund', audit: 'with-the-body', refuses: ['not_found', 'refund_not_pending', 'request_in_progress', 'payment_unreadable'] },
    schema: {
      ...describe('resolveRefund', 'Back office', 'End a pending refund of which the provider does not say how it ended'),
      params: Type.Object({ ...PaymentParams.properties, refundId: EntityId }),
      body: ref(ResolveRefundBody),
      response: { 200: ref(Payment) },
    },
  }, async (request) => viewFor(callerOf(request), liveAction)(await resolveRefund({ ...request.params, as: request.body.as })))

  app.post('/api/admin/payments/:paymentId/flags/:flag/resolve', {
    config: { policy: 'admin', scope: 'refund', audit: 'with-the-body', refuses: ['not_found', 'flag_not_raised', 'request_in_progress', 'payment_unreadable'] },
    schema: {
      ...describe('resolveFlag', 'Back office', 'Decide the causes of a flag, which then is in `causes` alone. To accept `amount_mismatch` captures what was taken; to dismiss `outcome_unknown` ends a charge that is open as `canceled`'),
      params: Type.Object({ ...PaymentParams.properties, flag: EntityId }),
      body: ref(ResolveFlagBody),
      response: { 200: ref(Payment) },
    },
  }, async (request) => viewFor(callerOf(request), liveAction)(await resolveFlag({ ...request.params, decision: request.body.decision, note: { by: actorIdOf(callerOf(request)), note: request.body.note } })))

  app.post('/api/admin/payments/:paymentId/disputes', {
    config: { policy: 'admin', scope: 'refund', audit: 'with-the-body', refuses: ['not_found', 'payment_not_taken', 'payment_unreadable'] },
    schema: {
      ...describe('recordDispute', 'Back office', 'Record a dispute that the provider does not report, or what became of it'),
      params: PaymentParams,
      body: ref(RecordDisputeBody),
      response: { 200: ref(Payment) },
    },
  }, async (request) => {
    const { note, ...word } = request.body
    return viewFor(callerOf(request), liveAction)(await recordDispute({ paymentId: request.params.paymentId, ...word }))
  })
}
