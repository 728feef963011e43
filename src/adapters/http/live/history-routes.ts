import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from '@sinclair/typebox'
import type { HistoryUseCases } from '#application/live/history.js'
import type { LoggedEvent } from '#application/ports/event-log.js'
import type { Caller } from '#domain/accounts/session.js'
import { EVENT_ACTOR_KINDS } from '#domain/live/event-actor.js'
import { PAYMENT_EVENT_TYPES } from '#domain/payments/decision.js'
import { PAYMENT_STATUSES } from '#domain/payments/payment.js'
import { ENDED_REASONS, ROOM_STATUSES } from '#domain/rooms/room.js'
import { ROOM_EVENT_TYPES } from '#domain/rooms/room-event.js'
import { SHIPMENT_EVENT_TYPES } from '#domain/shipping/decision.js'
import { SHIPMENT_DIRECTIONS, SHIPMENT_STATUSES } from '#domain/shipping/shipment.js'
import { callerOf } from '../guards/auth.js'
import { describe } from '../openapi/openapi.js'
import { Currency, PaymentParams } from '../payments/schemas.js'
import { RoomParams } from '../rooms/schemas.js'
import { listOf, NextCursor, PageOnlyQuery, pageOf } from '../shared/lists.js'
import { known, nullable, ref, Timestamp } from '../shared/schemas.js'
import { ShipmentParams } from '../shipping/schemas.js'

export const EventActor = Type.Object({
  kind: known(EVENT_ACTOR_KINDS, 'show it as it is', '`service`: the service itself, as time passes'),
  id: nullable(Type.String({ description: 'Of the user, the administrator or the API key; null for the shared token, and for who is no person' })),
}, { $id: 'EventActor', description: 'Who brought the event about. For administrators; absent of events from before it was noted', examples: [{ kind: 'admin', id: 'usr_1' }] })

const common = {
  id: Type.String(),
  occurredAt: Timestamp,
  version: Type.Integer({ minimum: 1, description: 'The version of what has changed. Events of one version are one change' }),
  by: Type.Optional(ref(EventActor)),
}

const ofPayment = {
  id: '2026-11-23T13:00:00.000Z#pay_1#000002.000', type: 'payment.succeeded', occurredAt: '2026-11-23T13:00:00.000Z', version: 2, status: 'succeeded', previousStatus: 'pending', amount: 34_990, currency: 'TRY', refundId: null,
}
const PaymentStatus = known(PAYMENT_STATUSES, 'show it as it is')
export const PaymentHistoryEvent = Type.Object({
  ...common,
  type: known(PAYMENT_EVENT_TYPES, 'show its status alone'),
  status: PaymentStatus,
  previousStatus: nullable(PaymentStatus),
  amount: Type.Integer({ minimum: 0, description: 'Of the payment, or of the refund or dispute that the event is about, in minor units' }),
  currency: Currency,
  refundId: nullable(Type.String()),
}, { $id: 'PaymentHistoryEvent', examples: [ofPayment] })
export const PaymentHistory = Type.Object({
  items: Type.Array(ref(PaymentHistoryEvent)),
  nextCursor: NextCursor,
  since: nullable(Type.String({ format: 'date-time', description: 'The moment of the first event, where earlier ones are missing. Null where none is missing, and on later pages' })),
}, { $id: 'PaymentHistory', examples: [{ items: [ofPayment], nextCursor: null, since: '2026-11-23T13:00:00.000Z' }] })

const ShipmentStatus = known(SHIPMENT_STATUSES, 'show it as it is')
export const ShipmentHistoryEvent = Type.Object({
  ...common,
  type: known(SHIPMENT_EVENT_TYPES, 'show its status alone'),
  status: ShipmentStatus,
  previousStatus: ShipmentStatus,
  direction: known(SHIPMENT_DIRECTIONS, 'treat one you do not know as `outbound`'),
  carrier: Type.String(),
}, {
  $id: 'ShipmentHistoryEvent',
  examples: [{ id: '2026-11-23T13:00:00.000Z#ship_1#000002.000', type: 'shipment.created', occurredAt: '2026-11-23T13:00:00.000Z', version: 2, status: 'created', previousStatus: 'pending', direction: 'outbound', carrier: 'geliver' }],
})
export const ShipmentHistory = listOf('ShipmentHistory', ShipmentHistoryEvent)

const ofRoom = {
  id: '2026-11-23T13:00:00.000Z#room_1#000002.000', type: 'room.live', occurredAt: '2026-11-23T13:00:00.000Z', version: 2, status: 'live', previousStatus: 'scheduled', endedReason: null,
}
const RoomStatus = known(ROOM_STATUSES, 'show it as it is')
export const RoomHistoryEvent = Type.Object({
  ...common,
  type: known(ROOM_EVENT_TYPES, 'show its status alone'),
  status: RoomStatus,
  previousStatus: nullable(RoomStatus),
  endedReason: nullable(known(ENDED_REASONS, 'show it as it is', 'Of an ended room')),
}, { $id: 'RoomHistoryEvent', examples: [ofRoom] })
export const RoomHistory = Type.Object({
  items: Type.Array(ref(RoomHistoryEvent)),
  nextCursor: NextCursor,
  since: PaymentHistory.properties.since,
}, { $id: 'RoomHistory', examples: [{ items: [ofRoom], nextCursor: null, since: '2026-11-23T13:00:00.000Z' }] })

/** The facts of an event beside what it is. The serializer drops what the schema does not declare, such as ids of people. Who acted is for administrators. */
function shownTo<Event> ({ admin }: Caller): (event: LoggedEvent) => Event {
  return ({ data, by, ...event }) => ({ ...event, ...(admin && { by }), ...data }) as Event
}

/** What has happened to a payment, a shipment or a room. Administrators alone see who acted. */
export const historyRoutes: FastifyPluginAsyncTypebox<HistoryUseCases> = async (app, { readPaymentHistory, readShipmentHistory, readRoomHistory }) => {
  app.get('/api/payments/:paymentId/history', {
    config: { policy: 'user-or-admin', scope: 'read', refuses: ['not_found', 'invalid_cursor'] },
    schema: {
      ...describe('readPaymentHistory', 'Payments', 'Read what has happened to a payment, oldest first, as its payer, its seller or an administrator. An event is there soon after it'),
      params: PaymentParams,
      querystring: PageOnlyQuery,
      response: { 200: ref(PaymentHistory) },
    },
  }, async (request) => {
    const { params: { paymentId }, query } = request
    return await pageOf(`history ${paymentId}`, query, async (page) => await readPaymentHistory({ caller: callerOf(request), paymentId, ...page }), shownTo<Static<typeof PaymentHistoryEvent>>(callerOf(request)))
  })

  app.get('/api/shipments/:shipmentId/history', {
    config: { policy: 'user-or-admin', scope: 'read', refuses: ['not_found', 'invalid_cursor'] },
    schema: {
      ...describe('readShipmentHistory', 'Shipping', 'Read what has happened to a shipment, oldest first, as its buyer, its seller or an administrator. An event is there soon after it'),
      params: ShipmentParams,
      querystring: PageOnlyQuery,
      response: { 200: ref(ShipmentHistory) },
    },
  }, async (request) => {
    const { params: { shipmentId }, query } = request
    return await pageOf(`history ${shipmentId}`, query, async (page) => await readShipmentHistory({ caller: callerOf(request), shipmentId, ...page }), shownTo<Static<typeof ShipmentHistoryEvent>>(callerOf(request)))
  })

  app.get('/api/rooms/:roomId/history', {
    config: { policy: 'user-or-admin', scope: 'read', refuses: ['forbidden', 'not_found', 'invalid_cursor'] },
    schema: {
      ...describe('readRoomHistory', 'Rooms', 'Read which statuses a room has had, oldest first, as its streamer, a moderator or an administrator. An event is there soon after it'),
      params: RoomParams,
      querystring: PageOnlyQuery,
      response: { 200: ref(RoomHistory) },
    },
  }, async (request) => {
    const { params: { roomId }, query } = request
    return await pageOf(`history ${roomId}`, query, async (page) => await readRoomHistory({ caller: callerOf(request), roomId, ...page }), shownTo<Static<typeof RoomHistoryEvent>>(callerOf(request)))
  })
}
