import { Type } from '@sinclair/typebox'
import { NextCursor, pageQuery, ref, Timestamp } from '../shared/schemas.js'

const exampleEvent = {
  eventId: '2026-11-23T13:00:00.120Z#pay_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz#000002.000',
  type: 'payment.succeeded',
  subjectId: 'pay_w3x5qk7n2m4r6t5v7yzaa2b3c4d5e6f7ghijklmnopqrstuvwxyz',
  occurredAt: '2026-11-23T13:00:00.120Z',
}
const exampleParked = { ...exampleEvent, reason: 'count-payments: Error: a figure is not a whole number', parkedAt: '2026-11-23T13:00:02.000Z' }

const event = {
  eventId: Type.String(),
  type: Type.String(),
  subjectId: Type.String({ description: 'Id of the payment or message that it tells of' }),
  occurredAt: Timestamp,
}

export const ParkedEvent = Type.Object({
  ...event,
  reason: Type.String({ description: 'Why it can not take effect' }),
  parkedAt: Timestamp,
}, { $id: 'ParkedEvent', examples: [exampleParked] })

export const ParkedEventList = Type.Object({
  items: Type.Array(ref(ParkedEvent)),
  nextCursor: NextCursor,
}, { $id: 'ParkedEventList', examples: [{ items: [exampleParked], nextCursor: null }] })

export const WaitingEvent = Type.Object(event, { $id: 'WaitingEvent', examples: [exampleEvent] })

export const ListParkedEventsQuery = pageQuery({})
export const EventParams = Type.Object({ eventId: Type.String({ pattern: '^[A-Za-z0-9_.:#-]{1,220}$', description: 'As in the list, with `#` as `%23`' }) })

/** Those that have a name of their own in the OpenAPI document. */
export const outboxSchemas = [ParkedEvent, ParkedEventList, WaitingEvent]
