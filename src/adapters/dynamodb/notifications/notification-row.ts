import { NOTIFICATION_KINDS, NOTIFICATION_STATES, type Delivery, type Notification, type Sealed } from '#domain/notifications/notification.js'
import { shardOf } from '#domain/shard.js'
import { createdKey, DAY_MS, laterBy } from '#domain/time.js'
import { LOCALES } from '#domain/accounts/user.js'
import { NOTIFICATION_QUEUES } from '#application/ports/notification-store.js'
import { integer, integerOrNull, map, mapOrNull, oneOf, text, textOrNull, type Row } from '../engine/row.js'

/** The queue of those that wait for a person. */
export const DEAD = 'dead'

/** How long a notification shows in the history. */
const KEPT_MS = 180 * DAY_MS

export function dueQueue (queue: number): string {
  return `due#${queue}`
}

export function notificationRow (notification: Notification): Row {
  const { createdAt, notificationId } = notification
  return { ...notification, createdKey: createdKey(createdAt, notificationId), ...workOf(notification), expiresAt: expiryOf(notification) }
}

/**
 * Where it lies in the index of what is to be worked on. What is done with stays there, in a partition of its own: an event that
 * comes late sets what a row lacks, and would else put it into its queue again.
 */
function workOf ({ state, notificationId, dueAt, createdAt }: Notification): { queue: string, queueKey: string } {
  switch (state) {
    case 'waiting': return { queue: dueQueue(shardOf(notificationId, NOTIFICATION_QUEUES)), queueKey: createdKey(dueAt, notificationId) }
    case 'dead': return { queue: DEAD, queueKey: createdKey(createdAt, notificationId) }
    default: return { queue: `done#${notificationId}`, queueKey: createdKey(createdAt, notificationId) }
  }
}

/** Seconds since 1970. What holds a secret goes as soon as that is of no use any more. */
function expiryOf ({ sealed, validUntil, createdAt }: Notification): number {
  const until = sealed !== null && validUntil !== null ? validUntil : laterBy(createdAt, KEPT_MS)
  return Math.ceil(Date.parse(until) / 1000)
}

/** @throws Error for a row that is not a notification of ours */
export function notificationOf (row: Row): Notification {
  const sealed = mapOrNull(row, 'sealed')
  const deliveries = map(row, 'deliveries')
  return {
    notificationId: text(row, 'notificationId'),
    userId: text(row, 'userId'),
    kind: oneOf(row, 'kind', NOTIFICATION_KINDS),
    subjectId: text(row, 'subjectId'),
    amount: integerOrNull(row, 'amount'),
    currency: textOrNull(row, 'currency'),
    sealed: sealed === null ? null : sealedOf(sealed),
    validUntil: textOrNull(row, 'validUntil'),
    state: oneOf(row, 'state', NOTIFICATION_STATES),
    reason: textOrNull(row, 'reason'),
    dueAt: text(row, 'dueAt'),
    attempts: integer(row, 'attempts'),
    deliveries: Object.fromEntries(Object.keys(deliveries).map((channel) => [channel, deliveryOf(map(deliveries, channel))])),
    createdAt: text(row, 'createdAt'),
    version: integer(row, 'version'),
  }
}

function sealedOf (row: Row): Sealed {
  return { to: text(row, 'to'), locale: oneOf(row, 'locale', LOCALES), link: textOrNull(row, 'link') }
}

function deliveryOf (row: Row): Delivery {
  return { state: oneOf(row, 'state', ['sent', 'failed']), reason: textOrNull(row, 'reason'), at: text(row, 'at') }
}
