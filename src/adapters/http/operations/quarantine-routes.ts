import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { QUARANTINED_KINDS } from '#application/ports/durability.js'
import type { QuarantineUseCases } from '#application/quarantine/use-cases.js'
import { describe } from '../openapi/openapi.js'
import { known, ref, shownAs, Timestamp } from '../shared/schemas.js'

const example = {
  sequence: 4711,
  kind: 'message',
  subjectId: 'msg_0193589e-9d6c-7c1e-8a43-0c8f5a3d2b10',
  reason: 'blocked: the receiver takes no messages from you',
  acknowledgedAt: '2026-11-23T13:00:00.120Z',
  quarantinedAt: '2026-11-23T13:04:10.000Z',
}

export const QuarantinedWrite = Type.Object({
  sequence: Type.Integer({ description: 'Number of the entry in the journals of this start' }),
  kind: known(QUARANTINED_KINDS, 'show one you do not know as it is'),
  subjectId: Type.String({ description: 'Id of the message, payment, webhook event or user of the write' }),
  reason: Type.String({ description: 'Why the write cannot be carried out' }),
  acknowledgedAt: Timestamp,
  quarantinedAt: Timestamp,
}, { $id: 'QuarantinedWrite', examples: [example] })

export const Quarantine = Type.Object({ items: Type.Array(ref(QuarantinedWrite)) }, { $id: 'Quarantine', examples: [{ items: [example] }] })

const QuarantineParams = Type.Object({ sequence: shownAs(Type.String({ pattern: '^[1-9][0-9]{0,11}$', description: 'A whole number: the one in the list' }), Type.Integer({ minimum: 1, maximum: 999_999_999_999 })) })

export const quarantineRoutes: FastifyPluginAsyncTypebox<QuarantineUseCases> = async (app, { listQuarantine, retryQuarantined, resolveQuarantined }) => {
  app.get('/api/admin/quarantine', {
    config: { policy: 'admin', scope: 'read' },
    schema: {
      ...describe('listQuarantine', 'Back office', 'List the writes of an outage that this start could not carry out and that wait for a person'),
      response: { 200: ref(Quarantine) },
    },
  }, async () => ({ items: [...await listQuarantine()] }))

  for (const [name, operationId, summary, end] of [
    ['retry', 'retryQuarantined', 'Carry out a write in quarantine again', retryQuarantined],
    ['resolve', 'resolveQuarantined', 'Remove a write from quarantine for good, after you have dealt with it in another way', resolveQuarantined],
  ] as const) {
    app.post(`/api/admin/quarantine/:sequence/${name}`, {
      config: { policy: 'admin', scope: 'operate', refuses: ['not_found'] },
      schema: {
        ...describe(operationId, 'Back office', summary),
        params: QuarantineParams,
        response: { 200: ref(QuarantinedWrite) },
      },
    }, async ({ params: { sequence } }) => await end(Number(sequence)))
  }
}
