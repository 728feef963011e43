import { Type } from '@sinclair/typebox'
import { QUARANTINED_KINDS } from '#application/ports/quarantine.js'
import { oneOf, ref, Timestamp } from '../shared/schemas.js'

const example = {
  sequence: 4711,
  kind: 'message' as const,
  subjectId: 'msg_0193589e-9d6c-7c1e-8a43-0c8f5a3d2b10',
  reason: 'blocked: the receiver takes no messages from you',
  acknowledgedAt: '2026-11-23T13:00:00.120Z',
  quarantinedAt: '2026-11-23T13:04:10.000Z',
}

export const QuarantinedWrite = Type.Object({
  sequence: Type.Integer({ description: 'Its number in the journal of this node' }),
  kind: oneOf(QUARANTINED_KINDS),
  subjectId: Type.String({ description: 'Id of the message, payment, webhook event or person that it is about' }),
  reason: Type.String({ description: 'Why it can not be carried out' }),
  acknowledgedAt: Timestamp,
  quarantinedAt: Timestamp,
}, { $id: 'QuarantinedWrite', examples: [example] })

export const Quarantine = Type.Object({ items: Type.Array(ref(QuarantinedWrite)) }, { $id: 'Quarantine', examples: [{ items: [example] }] })

export const QuarantineParams = Type.Object({ sequence: Type.String({ pattern: '^[1-9][0-9]{0,14}$', description: 'As in the list' }) })

/** Those that have a name of their own in the OpenAPI document. */
export const quarantineSchemas = [Quarantine, QuarantinedWrite]
