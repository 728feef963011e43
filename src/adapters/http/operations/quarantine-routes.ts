import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { QUARANTINED_KINDS } from '#application/ports/durability.js'
import type { QuarantineUseCases } from '#application/quarantine/use-cases.js'
import { PAYMENT_STATUSES } from '#domain/payments/payment.js'
import { describe } from '../openapi/openapi.js'
import { Sum } from '../payments/reversal-schemas.js'
import { known, nullable, ref, shownAs, strict, Timestamp } from '../shared/schemas.js'

const example = {
  sequence: 4711,
  kind: 'message',
  subjectId: 'msg_0193589e-9d6c-7c1e-8a43-0c8f5a3d2b10',
  reason: 'blocked: the receiver takes no messages from you',
  acknowledgedAt: '2026-11-23T13:00:00.120Z',
  quarantinedAt: '2026-11-23T13:04:10.000Z',
  payment: null,
}

/** Enough to compare it with the payment that is stored, and nothing about people. */
const QuarantinedPayment = Type.Object({
  status: known(PAYMENT_STATUSES, 'show one you do not know as it is'),
  amount: Sum,
  refundedAmount: Sum,
  currency: Type.String(),
  updatedAt: Timestamp,
}, { title: 'QuarantinedPayment', description: 'The state of the payment to which the write leads. Compare it with `GET /api/payments/{paymentId}`, which shows the stored one' })

export const QuarantinedWrite = Type.Object({
  sequence: Type.Integer({ description: 'Number of the entry in the journals of this start' }),
  kind: known(QUARANTINED_KINDS, 'show one you do not know as it is'),
  subjectId: Type.String({ description: 'Id of the message, payment, webhook event or user of the write' }),
  reason: Type.String({ description: 'Why the write cannot be carried out' }),
  acknowledgedAt: Timestamp,
  quarantinedAt: Timestamp,
  payment: nullable(QuarantinedPayment),
}, { $id: 'QuarantinedWrite', examples: [example] })

export const Quarantine = Type.Object({ items: Type.Array(ref(QuarantinedWrite)) }, { $id: 'Quarantine', examples: [{ items: [example] }] })

export const ResolveQuarantinedBody = Type.Object({
  note: Type.String({ minLength: 1, maxLength: 500, description: 'How you have dealt with it. It is in the audit log alone' }),
}, { $id: 'ResolveQuarantinedBody', ...strict, examples: [{ note: 'the buyer was written to by e-mail' }] })

const QuarantineParams = Type.Object({ sequence: shownAs(Type.String({ pattern: '^[1-9][0-9]{0,11}$', description: 'A whole number: the one in the list' }), Type.Integer({ minimum: 1, maximum: 999_999_999_999 })) })

export const quarantineRoutes: FastifyPluginAsyncTypebox<QuarantineUseCases> = async (app, { listQuarantine, retryQuarantined, resolveQuarantined }) => {
  app.get('/api/admin/quarantine', {
    config: { policy: 'admin', scope: 'read' },
    schema: {
      ...describe('listQuarantine', 'Back office', 'List the writes of an outage that this start could not carry out and that wait for a person'),
      response: { 200: ref(Quarantine) },
    },
  }, async () => ({ items: [...await listQuarantine()] }))

  app.post('/api/admin/quarantine/:sequence/retry', {
    config: { policy: 'admin', scope: 'operate', refuses: ['not_found'] },
    schema: {
      ...describe('retryQuarantined', 'Back office', 'Carry out a write in quarantine again'),
      params: QuarantineParams,
      response: { 200: ref(QuarantinedWrite) },
    },
  }, async ({ params: { sequence } }) => await retryQuarantined(Number(sequence)))

  app.post('/api/admin/quarantine/:sequence/resolve', {
    config: { policy: 'admin', scope: 'operate', audit: 'with-the-body', refuses: ['not_found'] },
    schema: {
      ...describe('resolveQuarantined', 'Back office', 'Remove a write from quarantine for good, after you have dealt with it in another way'),
      params: QuarantineParams,
      body: ref(ResolveQuarantinedBody),
      response: { 200: ref(QuarantinedWrite) },
    },
  }, async ({ params: { sequence } }) => await resolveQuarantined(Number(sequence)))
}
