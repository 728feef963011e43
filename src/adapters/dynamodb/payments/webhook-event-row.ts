import type { PaymentFact } from '#domain/payments/payment-fact.js'
import { shardOf } from '#domain/shard.js'
import { createdKey } from '#domain/time.js'
import { isWaiting, WAIT_REASONS, WEBHOOK_EVENT_STATES, type WebhookEvent, type WebhookEventState } from '#domain/payments/webhook-event.js'
import { dueShardOf } from '../engine/due.js'
import { integer, mapOrNull, oneOf, text, textOrNull, type Row } from '../engine/row.js'

/** Longer than any provider repeats itself. */
const LIFETIME_S = 35 * 24 * 60 * 60
/** Over so many partitions lie the events of a state: each takes 1,000 writes a second. */
const STATE_SHARDS = 4

export function receivedKey ({ receivedAt, eventKey }: WebhookEvent): string {
  return createdKey(receivedAt, eventKey)
}

/** The partitions in which the events of these states lie. */
export function stateShards (states: readonly WebhookEventState[]): readonly string[] {
  return states.flatMap((state) => Array.from({ length: STATE_SHARDS }, (_, shard) => `${state}#${shard}`))
}

export function webhookEventRow (event: WebhookEvent): Row {
  const { dueAt, ...shown } = event
  return {
    ...shown,
    // An attribute of an index is a text or not there.
    ...(isWaiting(event) ? { dueAt, dueShard: dueShardOf(event.eventKey) } : {}),
    stateShard: `${event.state}#${shardOf(event.eventKey, STATE_SHARDS)}`,
    receivedKey: receivedKey(event),
    expiresAt: Math.floor(Date.parse(event.receivedAt) / 1000) + LIFETIME_S,
  }
}

/** @throws Error for a row that is not a webhook event of ours */
export function webhookEventOf (row: Row): WebhookEvent {
  return {
    eventKey: text(row, 'eventKey'),
    provider: text(row, 'provider'),
    type: text(row, 'type'),
    state: oneOf(row, 'state', WEBHOOK_EVENT_STATES),
    reason: row['reason'] == null ? null : oneOf(row, 'reason', WAIT_REASONS),
    tries: integer(row, 'tries'),
    paymentId: textOrNull(row, 'paymentId'),
    providerReference: textOrNull(row, 'providerReference'),
    fact: row['fact'] === 'ask' ? 'ask' : mapOrNull(row, 'fact') as PaymentFact | null,
    digest: text(row, 'digest'),
    receivedAt: text(row, 'receivedAt'),
    dueAt: textOrNull(row, 'dueAt'),
  }
}
