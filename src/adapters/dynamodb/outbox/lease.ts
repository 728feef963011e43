import type { ShardLease } from '#application/ports/outbox-store.js'
import { absent, allOf, anyOf, compare, type Condition } from '../engine/expression.js'
import { integer, text, type Row } from '../engine/row.js'

/** The partition of the leases, beside those of the shards, which are named by numbers. */
export const LEASES = 'leases'

export function leaseKey (shard: number): Readonly<{ shard: string, eventId: string }> {
  return { shard: LEASES, eventId: String(shard) }
}

export function leaseOf (row: Row): ShardLease {
  return { shard: Number(text(row, 'eventId')), owner: text(row, 'owner'), epoch: integer(row, 'epoch'), until: text(row, 'until'), published: publishedIn(row) }
}

/** How many events of the shard are in the event log. Rows of earlier versions count none. */
export function publishedIn (row: Row): number {
  return row['published'] === undefined ? 0 : integer(row, 'published')
}

export function isHeldBy ({ owner, epoch }: ShardLease): Condition {
  return allOf(compare('owner', '=', owner), compare('epoch', '=', epoch))
}

export function hasPublished ({ published }: ShardLease): Condition {
  const isSo = compare('published', '=', published)
  return published === 0 ? anyOf(absent('published'), isSo) : isSo
}
