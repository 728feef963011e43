import type { FeedPage } from '#domain/rooms/room-entry.js'
import type { ChannelEntry } from '#domain/channels/channel-entry.js'
import type { GivenRole } from '#domain/channels/channel.js'
import type { ErrorCode } from '#domain/errors.js'
import type { MessagePlace } from '#domain/rooms/room.js'

/** How many pages the feed of a channel had when a request was made, and when it was answered. */
export interface ChannelSpan {
  readonly channelId: string
  readonly from: number
  readonly to: number
}

export interface ToldChannelMessage extends MessagePlace {
  readonly channelId: string
  readonly senderId: string
  readonly number: number
  readonly text: string
  /** How many pages the feed had when it was first sent. */
  readonly begun: number
}

/** What became of a person's place in a channel. */
export interface ToldStanding extends ChannelSpan {
  readonly userId: string
  readonly role: GivenRole | null
  /** A person who leaves may have been banned before. */
  readonly isLeave: boolean
}

export interface ToldChannelRefusal extends ChannelSpan {
  readonly userId: string
  readonly code: ErrorCode
}

/** A mark of reading that a person asked for. */
export interface ToldMark {
  readonly channelId: string
  readonly userId: string
  readonly number: number
  isAnswered: boolean
}

/** What the people of channels were told. */
export class ChannelLedger {
  readonly channelIds: string[] = []
  readonly messages: ToldChannelMessage[] = []
  readonly standings: ToldStanding[] = []
  readonly refusals: ToldChannelRefusal[] = []
  readonly marks: ToldMark[] = []
  /** The texts of messages that were deleted. */
  readonly deleted = new Set<string>()
  /** The channels whose deletion was answered. */
  readonly ended = new Set<string>()
  readonly #pages = new Map<string, Array<FeedPage<ChannelEntry>>>()

  /** The pages as they were stored, whatever became of them. */
  pagesOf (channelId: string): ReadonlyArray<FeedPage<ChannelEntry>> {
    return this.#pages.get(`channel#${channelId}`) ?? []
  }

  /** A repeat of a page is the page. */
  stored (page: FeedPage<ChannelEntry>): void {
    const pages = this.#pages.get(page.feedId) ?? []
    if (!pages.some(({ page: number, writer }) => number === page.page && writer === page.writer)) pages.push(page)
    this.#pages.set(page.feedId, pages)
  }
}
