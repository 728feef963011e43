import { outboxShardOf, type OutboxEvent, type ParkedEvent, type ShardLease } from '#application/ports/outbox-store.js'
import { integer, map, text, type Row } from '../engine/row.js'

/** Beside the partitions of the shards, which are named by numbers. */
export const LEASES = 'leases'
export const PARKED = 'parked'

/** Where a row lies in the table of the outbox. */
export type OutboxKey = Readonly<{ shard: string, eventId: string }>

export function waitingKey (event: OutboxEvent): OutboxKey {
  return { shard: String(outboxShardOf(event)), eventId: event.eventId }
}

export function parkedKey (eventId: string): OutboxKey {
  return { shard: PARKED, eventId }
}

export function leaseKey (shard: number): OutboxKey {
  return { shard: LEASES, eventId: String(shard) }
}

export function waitingRow (event: OutboxEvent): Row {
  return { ...event, ...waitingKey(event) }
}

export function parkedRow ({ event, reason, parkedAt }: ParkedEvent): Row {
  return { ...event, ...parkedKey(event.eventId), reason, parkedAt }
}

export function eventOf (row: Row): OutboxEvent {
  return {
    eventId: text(row, 'eventId'),
    type: text(row, 'type'),
    occurredAt: text(row, 'occurredAt'),
    subjectId: text(row, 'subjectId'),
    data: map(row, 'data'),
  } as unknown as OutboxEvent
}

export function parkedOf (row: Row): ParkedEvent {
  return { event: eventOf(row), reason: text(row, 'reason'), parkedAt: text(row, 'parkedAt') }
}

export function leaseOf (row: Row): ShardLease {
  return { shard: Number(text(row, 'eventId')), owner: text(row, 'owner'), epoch: integer(row, 'epoch'), until: text(row, 'until') }
}
