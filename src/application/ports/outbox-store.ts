import type { LeaseClaim } from '#domain/payments/lease.js'
import type { MessageEvent } from '#domain/messages/message.js'
import type { PaymentEvent } from '#domain/payments/decision.js'
import { shardOf } from '#domain/shard.js'
import type { Timestamp } from '#domain/time.js'
import type { Page, PageRequest } from './page.js'
import type { ProjectionWrite } from './projection.js'

export type OutboxEvent = MessageEvent | PaymentEvent

/** Events lie in this many shards; those of one message or payment all lie in one. */
export const OUTBOX_SHARDS = 8

/** Events and writes of one completion at most, because a store ends and writes them all in one step. */
export const COMPLETION_MAX = 99

/** More parked events than these are not counted. */
export const PARKED_COUNT_MAX = 1000

/** The shard of an event, by what it is about. */
export function outboxShardOf ({ subjectId }: OutboxEvent): number {
  return shardOf(subjectId, OUTBOX_SHARDS)
}

/** Who may end the events of a shard. The epoch grows with each claim: what was decided under an older one can't be written any more. */
export interface ShardLease {
  readonly shard: number
  readonly owner: string
  readonly epoch: number
  readonly until: Timestamp
}

export type Completion =
  | { readonly kind: 'completed' }
  /** Somebody else has claimed the shard or ended one of the events meanwhile: nothing was written, the shard is to be read again. */
  | { readonly kind: 'overtaken' }
  /** The store will never take these writes. */
  | { readonly kind: 'refused', readonly reason: string }

/** An event that has no effect until a person has looked. */
export interface ParkedEvent {
  readonly event: OutboxEvent
  readonly reason: string
  readonly parkedAt: Timestamp
}

/**
 * Events, written by the other stores in the same step as the state they tell of, waiting to take effect.
 * Every method may throw `store_unavailable`: whether a write took place is then unknown, and the same call may be made again.
 */
export interface OutboxStore {
  /** The oldest waiting events of a shard, oldest first. Those that are parked wait for nothing. */
  read: (shard: number, limit: number) => Promise<readonly OutboxEvent[]>

  /**
   * Claims a shard that nobody holds any more, or that the claimant holds himself: under a new epoch until `claim.until`, which
   * may be now to give it back. What comes out is the lease as it stands: another owner's where the claim came too early.
   */
  claim: (shard: number, claim: LeaseClaim) => Promise<ShardLease>

  /**
   * Ends the events and writes what they lead to, all in one step and only if all of them still wait and the lease is the last one of
   * its shard: so each event counts once, whoever else is at work. At most `COMPLETION_MAX` events and writes, each of another row.
   */
  complete: (lease: ShardLease, events: readonly OutboxEvent[], writes: readonly ProjectionWrite[]) => Promise<Completion>

  /** Ends events that lead to nothing, in whatever steps; those that are gone already are none the worse for it. */
  discard: (events: readonly OutboxEvent[]) => Promise<void>

  /** Puts a waiting event aside, if it still waits and the lease is the last one of its shard; else does nothing. */
  park: (lease: ShardLease, parked: ParkedEvent) => Promise<void>

  /** Parked events, from the newest event to the oldest. */
  parked: (page: PageRequest) => Promise<Page<ParkedEvent>>

  /** How many there are, counted up to `PARKED_COUNT_MAX`. */
  countParked: () => Promise<number>

  /** Lets a parked event wait again, in its place. @throws not_found */
  unpark: (eventId: string) => Promise<OutboxEvent>
}
