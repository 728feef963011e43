import type { ErrorCode } from '#domain/errors.js'
import type { MessagePlace } from '#domain/rooms/room.js'
import type { SanctionKind } from '#domain/rooms/room-entry.js'
import type { Timestamp } from '#domain/time.js'

/** How many pages a feed had when a request was made, and when it was answered: what was decided was decided on one of the states between. */
export interface Span {
  readonly roomId: string
  readonly from: number
  readonly to: number
  /** No clock of a node was later when it answered. */
  readonly latest: Timestamp
}

export interface ToldMessage extends MessagePlace {
  readonly roomId: string
  readonly senderId: string
  readonly text: string
  /** How many pages the feed had when it was first sent. */
  readonly begun: number
}

export interface ToldRefusal extends Span {
  readonly userId: string
  readonly code: ErrorCode
}

/** A sanction that was imposed or lifted, or a moderator who was named or dismissed. */
export interface ToldAct extends Span {
  readonly userId: string
  readonly kind: SanctionKind | 'moderator'
  readonly isOn: boolean
}

export interface ToldReport extends Span {
  readonly messageId: string
  readonly userId: string
}

/** What the people of rooms were told. */
export class RoomLedger {
  readonly roomIds: string[] = []
  readonly messages: ToldMessage[] = []
  readonly refusals: ToldRefusal[] = []
  readonly acts: ToldAct[] = []
  readonly reports: ToldReport[] = []
  /** The texts of messages that were deleted. */
  readonly deleted = new Set<string>()
  readonly #pages = new Map<string, number>()

  /** How many pages the feed of a room has. */
  pagesOf (roomId: string): number {
    return this.#pages.get(`room#${roomId}`) ?? 0
  }

  stored (feedId: string, page: number): void {
    this.#pages.set(feedId, Math.max(page, this.#pages.get(feedId) ?? 0))
  }
}
