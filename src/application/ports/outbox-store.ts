import type { MessageEvent } from '../../domain/message-event.js'
import type { PaymentEvent } from '../../domain/payment-event.js'
import { shardOf } from '../../domain/shard.js'

export type OutboxEvent = MessageEvent | PaymentEvent

/** Events lie in this many shards; those of one message or payment all lie in one. */
export const OUTBOX_SHARDS = 8

/** The shard of an event, by what it is about. */
export function outboxShardOf ({ subjectId }: OutboxEvent): number {
  return shardOf(subjectId, OUTBOX_SHARDS)
}

/** Events, written by the other stores in the same step as the state they tell of, waiting to take effect. */
export interface OutboxStore {
  /** The oldest events of a shard, oldest first. @throws store_unavailable */
  read: (shard: number, limit: number) => Promise<readonly OutboxEvent[]>
}
