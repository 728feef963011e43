import type { MessageEvent } from '../../domain/message-event.js'
import type { PaymentEvent } from '../../domain/payment-event.js'

export type OutboxEvent = MessageEvent | PaymentEvent

/** Events lie in this many shards; those of one message or payment all lie in one. */
export const OUTBOX_SHARDS = 8

/** The shard of an event: FNV-1a over the id of what it is about, so that all adapters agree. */
export function shardOf ({ subjectId }: OutboxEvent): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < subjectId.length; i++) hash = Math.imul(hash ^ subjectId.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % OUTBOX_SHARDS
}

/** Events, written by the other stores in the same step as the state they tell of, waiting to take effect. */
export interface OutboxStore {
  /** The oldest events of a shard, oldest first. @throws store_unavailable */
  read: (shard: number, limit: number) => Promise<readonly OutboxEvent[]>
}
