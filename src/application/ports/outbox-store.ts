import type { PublishedEvent } from '#domain/live/published-event.js'
import type { AttentionPlace } from '#domain/payments/attention.js'
import type { ConversationReadEvent } from '#domain/messages/conversation.js'
import type { MessageEvent } from '#domain/messages/message.js'
import type { Notification } from '#domain/notifications/notification.js'
import { PAYMENT_EVENT_TYPES, type PaymentEvent } from '#domain/payments/decision.js'
import type { LeaseClaim } from '#domain/lease.js'
import { ROOM_EVENT_TYPES, type RoomEvent } from '#domain/rooms/room-event.js'
import { shardOf } from '#domain/shard.js'
import type { ShipmentEvent } from '#domain/shipping/decision.js'
import type { Timestamp } from '#domain/time.js'
import type { Page, PageRequest } from './page.js'

/** What to add to the figures of one currency in one slice of time. */
export interface StatsWrite {
  readonly kind: 'stats'
  /** Figures that are read together: see `StatsStore`. */
  readonly family: string
  readonly slice: string
  readonly currency: string
  /** By figure: counts or minor units, negative to subtract. */
  readonly add: Readonly<Record<string, number>>
}

/** A search term of an order. Writing it again changes nothing. */
export interface TermWrite {
  readonly kind: 'term'
  readonly term: string
  readonly paymentId: string
  readonly userId: string
  readonly createdAt: Timestamp
}

/** A new notification. If its id is taken, the stored one stays as it is. */
export interface NotificationWrite {
  readonly kind: 'notification'
  readonly notification: Notification
}

/** The next row of the event log; see `EventLog`. */
export interface PublishWrite {
  readonly kind: 'publish'
  readonly event: PublishedEvent
  /** The row may be gone from this moment on. */
  readonly expiresAt: Timestamp
}

/** The place of a refund, dispute or flag, as it is now; see `AttentionStore`. */
export interface AttentionWrite {
  readonly kind: 'attention'
  readonly place: AttentionPlace
}

/** A write to a read model, in one step with the end of the events that lead to it. */
export type ProjectionWrite = StatsWrite | TermWrite | NotificationWrite | PublishWrite | AttentionWrite

export type OutboxEvent = MessageEvent | ConversationReadEvent | PaymentEvent | ShipmentEvent | RoomEvent

export function isPublish (write: ProjectionWrite): write is PublishWrite {
  return write.kind === 'publish'
}

export function isPaymentEvent (event: OutboxEvent): event is PaymentEvent {
  return (PAYMENT_EVENT_TYPES as readonly string[]).includes(event.type)
}

export function isRoomEvent (event: OutboxEvent): event is RoomEvent {
  return (ROOM_EVENT_TYPES as readonly string[]).includes(event.type)
}

/** Events lie in this many shards. All events of one message, payment, shipment or room lie in one shard. */
export const OUTBOX_SHARDS = 8

/** Events and writes of one completion at most, because a store ends and writes them all in one step. */
export const COMPLETION_MAX = 99

/** Parked events are counted up to this number. */
export const PARKED_COUNT_MAX = 1000

/** The shard of an event, by the message, payment, shipment or room that it is about. */
export function outboxShardOf ({ subjectId }: OutboxEvent): number {
  return shardOf(subjectId, OUTBOX_SHARDS)
}

/** The right of one dispatcher to end the events of a shard. The epoch grows with each claim and fences late owners. */
export interface ShardLease {
  readonly shard: number
  readonly owner: string
  readonly epoch: number
  readonly until: Timestamp
  /** How many events of the shard are in the event log. */
  readonly published: number
}

export type Completion =
  | { readonly kind: 'completed' }
  /** Another dispatcher has claimed the shard or ended one of the events. Nothing was written; the shard must be read again. */
  | { readonly kind: 'overtaken' }
  /** The store will never accept these writes. */
  | { readonly kind: 'refused', readonly reason: string }

/** An event that takes no effect until a person has it retried. */
export interface ParkedEvent {
  readonly event: OutboxEvent
  readonly reason: string
  readonly parkedAt: Timestamp
}

/**
 * Events that wait to take effect. The other stores write them, in one step with the state.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface OutboxStore {
  /** The oldest waiting events of a shard, oldest first. Parked events do not wait. */
  read: (shard: number, limit: number) => Promise<readonly OutboxEvent[]>

  /**
   * Claims a shard whose lease is over or the claimant's own, under a new epoch until `claim.until`; `until` = `now` gives it back.
   * Returns the lease after the call: that of another owner, if it is not over.
   */
  claim: (shard: number, claim: LeaseClaim) => Promise<ShardLease>

  /**
   * Ends the events and writes their effects in one step, if all events still wait and the lease is the newest of its shard. So
   * each event takes effect once, whatever other dispatchers do. At most `COMPLETION_MAX` events and writes, each write to
   * another row. What it publishes gets the next offsets of the shard, in the order of the writes, and the shard counts it: `overtaken`
   * where another number is published than the lease says.
   */
  complete: (lease: ShardLease, events: readonly OutboxEvent[], writes: readonly ProjectionWrite[]) => Promise<Completion>

  /** Ends events without effects, in any number of steps. Events that have ended already are ignored. */
  discard: (events: readonly OutboxEvent[]) => Promise<void>

  /** Parks a waiting event, if it still waits and the lease is the newest of its shard; otherwise does nothing. */
  park: (lease: ShardLease, parked: ParkedEvent) => Promise<void>

  /** Parked events, newest event first. */
  parked: (page: PageRequest) => Promise<Page<ParkedEvent>>

  /** The number of parked events, up to `PARKED_COUNT_MAX`. */
  countParked: () => Promise<number>

  /** Lets a parked event wait again, at its place in the order. @throws not_found */
  unpark: (eventId: string) => Promise<OutboxEvent>
}
