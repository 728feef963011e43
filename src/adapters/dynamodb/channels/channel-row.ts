import type { Channel, ChannelMember } from '#domain/channels/channel.js'
import { shardOf } from '#domain/shard.js'
import { createdKey } from '#domain/time.js'
import { flag, integer, keeping, text, textOrNull, word, type Row } from '../engine/row.js'

/** Partitions of the list of public channels. */
const LIST_SHARDS = 4

export const CHANNEL_SHARDS = Array.from({ length: LIST_SHARDS }, (_, shard) => String(shard))

/** The partition of the list in which deleted channels wait until their pages are removed. */
export const DELETED = 'deleted'

/** Public channels, and deleted ones with pages, have the attribute of the list. */
export function channelRow (channel: Channel): Row {
  const { channelId, kind, isDeleted, createdAt } = channel
  const list = isDeleted ? DELETED : kind === 'public' ? String(shardOf(channelId, LIST_SHARDS)) : null
  return { ...channel, createdKey: createdKey(createdAt, channelId), ...(list !== null && { listShard: list }) }
}

/** @throws Error for a row that is not a channel of ours */
export const channelOf = keeping(['createdKey', 'listShard'], (row): Channel => ({
  channelId: text(row, 'channelId'),
  name: text(row, 'name'),
  kind: word(row, 'kind'),
  ownerId: text(row, 'ownerId'),
  memberCount: integer(row, 'memberCount'),
  messageCount: integer(row, 'messageCount'),
  lastMessageAt: textOrNull(row, 'lastMessageAt'),
  isDeleted: flag(row, 'isDeleted'),
  createdAt: text(row, 'createdAt'),
  updatedAt: text(row, 'updatedAt'),
  version: integer(row, 'version'),
  fingerprint: text(row, 'fingerprint'),
}))

/** @throws Error for a row that is not a member of ours */
export const memberOf = keeping([], (row): ChannelMember => ({
  channelId: text(row, 'channelId'),
  userId: text(row, 'userId'),
  role: word(row, 'role'),
  since: text(row, 'since'),
  readCount: integer(row, 'readCount'),
}))
