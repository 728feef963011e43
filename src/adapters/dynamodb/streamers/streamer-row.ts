import { shardOf } from '#domain/shard.js'
import { ENTRY_KINDS, type LedgerEntry, type Streamer } from '#domain/streamers/streamer.js'
import { createdKey } from '#domain/time.js'
import { integer, oneOf, text, textOrNull, type Row } from '../engine/row.js'

/** Partitions in which the list of all streamers lies: administrators alone add to it, so that a few will always do. */
export const STREAMER_SHARDS = 4

export function entryKey ({ createdAt, entryId }: LedgerEntry): string {
  return createdKey(createdAt, entryId)
}

export function streamerRow (streamer: Streamer): Row {
  return { ...streamer, listShard: String(shardOf(streamer.streamerId, STREAMER_SHARDS)), createdKey: createdKey(streamer.createdAt, streamer.streamerId) }
}

/** @param writeToken names the write, so that a repeat whose first answer was lost knows the row as its own */
export function entryRow (entry: LedgerEntry, writeToken: string): Row {
  return { ...entry, createdKey: entryKey(entry), writeToken }
}

/** @throws Error for a row that is not a streamer of ours */
export function streamerOf (row: Row): Streamer {
  return {
    streamerId: text(row, 'streamerId'),
    email: text(row, 'email'),
    minutesPurchased: integer(row, 'minutesPurchased'),
    minutesUsed: integer(row, 'minutesUsed'),
    createdAt: text(row, 'createdAt'),
    updatedAt: text(row, 'updatedAt'),
    version: integer(row, 'version'),
  }
}

/** @throws Error for a row that is not an entry of ours */
export function entryOf (row: Row): LedgerEntry {
  return {
    entryId: text(row, 'entryId'),
    streamerId: text(row, 'streamerId'),
    kind: oneOf(row, 'kind', ENTRY_KINDS),
    minutes: integer(row, 'minutes'),
    minutesRemaining: integer(row, 'minutesRemaining'),
    paymentId: textOrNull(row, 'paymentId'),
    broadcastId: textOrNull(row, 'broadcastId'),
    note: textOrNull(row, 'note'),
    createdAt: text(row, 'createdAt'),
    fingerprint: text(row, 'fingerprint'),
  }
}
