import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Channel, ChannelMember } from '#domain/channels/channel.js'
import type { ChannelStore } from '#application/ports/channel-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { Database } from '../engine/client.js'
import { compare, expression } from '../engine/expression.js'
import { newestPage, newestRows } from '../engine/page.js'
import { getRow, getRows, loadRows, partition } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import { writeIf } from '../engine/write.js'
import { CHANNEL_SHARDS, channelOf, DELETED, memberOf } from './channel-row.js'

export class DynamoChannelStore implements ChannelStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async find (channelId: string): Promise<Channel | null> {
    const row = await getRow(this.#database, 'channels', { channelId })
    return row === null ? null : channelOf(row)
  }

  async findMany (channelIds: readonly string[]): Promise<readonly Channel[]> {
    const rows = await getRows(this.#database, 'channels', channelIds.map((channelId) => ({ channelId })))
    return readable(this.#database, 'channels', rows, channelOf)
  }

  async listPublic (page: PageRequest): Promise<Page<Channel>> {
    const shards = CHANNEL_SHARDS.map((shard) => partition('channels', 'listShard-createdKey-index', shard))
    const { items, nextKey } = await newestRows(this.#database, shards, page)
    return { items: readable(this.#database, 'channels', await loadRows(this.#database, 'channels', items), channelOf), nextKey }
  }

  async listDeleted (limit: number): Promise<readonly Channel[]> {
    const { items } = await newestRows(this.#database, [partition('channels', 'listShard-createdKey-index', DELETED)], { before: null, limit })
    return readable(this.#database, 'channels', await loadRows(this.#database, 'channels', items), channelOf)
  }

  async endDeletion (channelId: string): Promise<void> {
    await writeIf(this.#database, async () => await this.#database.documents.send(new UpdateCommand({
      TableName: this.#database.tableNames.channels,
      Key: { channelId },
      ...expression({ condition: compare('listShard', '=', DELETED), update: { remove: ['listShard'] } }),
    })))
  }

  async findMember (channelId: string, userId: string): Promise<ChannelMember | null> {
    const row = await getRow(this.#database, 'channelMembers', { userId, channelId })
    return row === null ? null : memberOf(row)
  }

  async listOfUser (userId: string, page: PageRequest): Promise<Page<ChannelMember>> {
    return await newestPage(this.#database, partition('channelMembers', null, userId), page, memberOf, true)
  }

  async markRead (channelId: string, userId: string, count: number): Promise<void> {
    // A row that is gone has no mark, and fails the condition too.
    await writeIf(this.#database, async () => await this.#database.documents.send(new UpdateCommand({
      TableName: this.#database.tableNames.channelMembers,
      Key: { userId, channelId },
      ...expression({ condition: compare('readCount', '<', count), update: { set: { readCount: count } } }),
    })))
  }
}
