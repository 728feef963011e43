import { versionOf, type PaymentEvent } from '../payments/decision.js'
import type { ConversationReadEvent } from '../messages/conversation.js'
import type { MessageEvent } from '../messages/message.js'
import { ROOM_EVENT_TYPES, type RoomEvent } from '../rooms/room-event.js'
import type { ShipmentEvent } from '../shipping/decision.js'
import type { EventActor } from './event-actor.js'
import type { Timestamp } from '../time.js'

/** The shape of `data`. */
export const EVENT_SCHEMA_VERSION = 1

/** An event as the event log keeps it: who is concerned, and facts of constant size. No text, name or address is in it. */
export interface PublishedEvent {
  readonly id: string
  readonly type: string
  readonly schemaVersion: number
  readonly occurredAt: Timestamp
  readonly subjectId: string
  /** The version of the subject that the event led to; null where it has none. */
  readonly version: number | null
  /** The ids of those who learn of it, each once; at most four. */
  readonly audience: readonly string[]
  /** Absent where no one noted it. */
  readonly by?: EventActor
  readonly data: Readonly<Record<string, string | number | null>>
}

export function published (event: MessageEvent | ConversationReadEvent | PaymentEvent | ShipmentEvent | RoomEvent): PublishedEvent {
  const { eventId: id, type, occurredAt, subjectId } = event
  const by = 'by' in event ? event.by : undefined
  const common = { id, type, schemaVersion: EVENT_SCHEMA_VERSION, occurredAt, subjectId, ...(by !== undefined && { by }) }
  if (event.type === 'message.sent') {
    const { conversationId, senderId, receiverId } = event.data
    return { ...common, version: null, audience: people(senderId, receiverId), data: { conversationId, senderId, receiverId } }
  }
  if (event.type === 'conversation.read') {
    const { conversationId, readerId, otherUserId } = event.data
    return { ...common, version: null, audience: people(readerId, otherUserId), data: { conversationId, readerId, otherUserId } }
  }
  if (isOfRoom(event)) {
    // Everyone may follow a room, so that no one's own events have it.
    return { ...common, version: versionOf(event), audience: [], data: { ...event.data } }
  }
  if (isOfShipment(event)) {
    const { paymentId, buyerId, sellerId, direction, carrier, status, previousStatus } = event.data
    return { ...common, version: versionOf(event), audience: people(buyerId, sellerId), data: { paymentId, buyerId, sellerId, direction, carrier, status, previousStatus } }
  }
  const { userId, sellerId, provider, currency, amount, status, previousStatus, refundId } = event.data
  return { ...common, version: versionOf(event), audience: people(userId, sellerId), data: { userId, sellerId, provider, currency, amount, status, previousStatus, refundId } }
}

function isOfShipment (event: PaymentEvent | ShipmentEvent): event is ShipmentEvent {
  return event.type.startsWith('shipment.')
}

function isOfRoom (event: PaymentEvent | ShipmentEvent | RoomEvent): event is RoomEvent {
  return (ROOM_EVENT_TYPES as readonly string[]).includes(event.type)
}

function people (...userIds: ReadonlyArray<string | null>): string[] {
  return [...new Set(userIds.filter((userId) => userId !== null))]
}

/** Whether the event says who writes to whom. */
export function isPrivate ({ type }: Pick<PublishedEvent, 'type'>): boolean {
  return type === 'message.sent' || type === 'conversation.read'
}
