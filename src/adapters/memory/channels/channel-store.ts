import type { Channel, ChannelMember, MemberChange } from '#domain/channels/channel.js'
import { createdKey } from '#domain/time.js'
import type { ChannelStore } from '#application/ports/channel-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { EVERYBODY, RowIndex } from '../engine/indexes.js'
import { Table } from '../engine/table.js'

export class MemoryChannelStore implements ChannelStore {
  readonly #channels = new Table<Channel>()
  readonly #public = new RowIndex<Channel>()
  readonly #deleted = new Set<string>()
  readonly #members = new Table<ChannelMember>()
  readonly #byUser = new RowIndex<ChannelMember>()

  async find (channelId: string): Promise<Channel | null> {
    return this.#channels.get(channelId) ?? null
  }

  async findMany (channelIds: readonly string[]): Promise<readonly Channel[]> {
    return channelIds.map((channelId) => this.#channels.get(channelId)).filter((channel) => channel !== undefined)
  }

  async listPublic (page: PageRequest): Promise<Page<Channel>> {
    return this.#public.page(EVERYBODY, page)
  }

  async listDeleted (limit: number): Promise<readonly Channel[]> {
    return [...this.#deleted].slice(0, limit).map((channelId) => this.#channels.require(channelId))
  }

  async endDeletion (channelId: string): Promise<void> {
    this.#deleted.delete(channelId)
  }

  async findMember (channelId: string, userId: string): Promise<ChannelMember | null> {
    return this.#members.get(idOf(channelId, userId)) ?? null
  }

  async listOfUser (userId: string, page: PageRequest): Promise<Page<ChannelMember>> {
    return this.#byUser.page(userId, page)
  }

  async markRead (channelId: string, userId: string, count: number): Promise<void> {
    const member = this.#members.get(idOf(channelId, userId))
    if (member !== undefined && member.readCount < count) this.#members.put(idOf(channelId, userId), { ...member, readCount: count })
  }

  /** For the feed store: whether the stored channel is deleted. */
  isDeleted ({ channelId }: Channel): boolean {
    return this.#channels.get(channelId)?.isDeleted === true
  }

  /** For the feed store: the changes within its own step. */
  put (channel: Channel): void {
    const { channelId, kind, isDeleted, createdAt } = channel
    const row = this.#channels.put(channelId, channel)
    if (isDeleted) this.#deleted.add(channelId)
    if (kind === 'public' && !isDeleted) this.#public.add(EVERYBODY, createdKey(createdAt, channelId), row)
    else this.#public.remove(EVERYBODY, createdKey(createdAt, channelId))
  }

  change ({ channelId, userId, fields }: MemberChange): void {
    const id = idOf(channelId, userId)
    if (fields === null) {
      this.#members.delete(id)
      this.#byUser.remove(userId, channelId)
    } else {
      const member = { role: 'member', since: '', readCount: 0, ...this.#members.get(id), channelId, userId, ...fields } as const
      this.#byUser.add(userId, channelId, this.#members.put(id, member))
    }
  }
}

function idOf (channelId: string, userId: string): string {
  return `${channelId} ${userId}`
}
