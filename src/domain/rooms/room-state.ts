import { MINUTE_MS, SECOND_MS, type Timestamp } from '../time.js'
import { LayeredMap } from './layered-map.js'
import { FIRST_SETTINGS, type MessagePlace, type Position, type RoomSettings, type RoomStatus } from './room.js'
import type { FeedPage, MessageEntry, MinutesEntry, Report, RoomEntry, SanctionKind } from './room-entry.js'

/** A repeat of a message is recognised among so many messages before it, and for so long. */
export const REPEATS_MAX = 20_000
export const REPEAT_MS = 10 * MINUTE_MS
/** The longest slow mode, after which nothing needs to be known of when a person wrote last. */
const PACE_MS = 2 * MINUTE_MS
/** Reported messages that wait for a moderator; beyond it the oldest is forgotten. */
const REPORTED_MAX = 100

export interface Sanction {
  readonly userId: string
  readonly kind: SanctionKind
  readonly until: Timestamp | null
  readonly reason: string | null
  readonly by: string | null
  readonly at: Timestamp
}

export interface ReportedMessage extends MessagePlace {
  readonly senderId: string
  readonly reports: readonly Report[]
}

/** When a person wrote, in milliseconds since 1970. */
interface Pace {
  readonly lastMs: number
  /** When the messages that they sent would be due at one a second. */
  readonly dueMs: number
}

interface Sent {
  readonly position: Position
  readonly atMs: number
}

/** What a room is besides its last messages, in the form in which it is stored. */
export interface RoomSnapshot {
  readonly page: number
  readonly at: Timestamp
  readonly streamerId: string
  readonly status: RoomStatus
  readonly settings: RoomSettings
  readonly moderators: readonly string[]
  readonly sanctions: readonly Sanction[]
  readonly reported: readonly ReportedMessage[]
  /** Absent from snapshots without a charge. */
  readonly meteredAt?: Timestamp
  /** Absent from snapshots without a warning. */
  readonly minutes?: MinutesEntry
  /** The pages behind this one hold the messages by which repeats are recognised. */
  readonly windowFrom: number
}

/**
 * A room as the pages of its feed leave it, one after the other. Each node comes to the same state. A state that lies on another one tries
 * entries out and leaves the other unchanged.
 */
export class RoomState {
  page = 0
  /** The time of the last entry. No entry is before another one. */
  at: Timestamp = ''
  streamerId = ''
  status: RoomStatus = 'scheduled'
  settings: RoomSettings = FIRST_SETTINGS
  /** Up to when minutes were charged; empty before. */
  meteredAt: Timestamp = ''
  /** The last warning that minutes run out. */
  minutes: MinutesEntry | null = null
  readonly moderators: Set<string>
  readonly sanctions: LayeredMap<Sanction>
  readonly reported: LayeredMap<ReportedMessage>
  readonly sent: LayeredMap<Sent>
  readonly paces: LayeredMap<Pace>
  /** When the messages of the last second were sent, in milliseconds since 1970. */
  readonly lastSecond: number[]

  constructor (below: RoomState | null = null) {
    if (below !== null) ({ page: this.page, at: this.at, streamerId: this.streamerId, status: this.status, settings: this.settings, minutes: this.minutes, meteredAt: this.meteredAt } = below)
    this.moderators = new Set(below?.moderators)
    this.lastSecond = [...below?.lastSecond ?? []]
    this.sanctions = new LayeredMap(below?.sanctions)
    this.reported = new LayeredMap(below?.reported)
    this.sent = new LayeredMap(below?.sent)
    this.paces = new LayeredMap(below?.paces)
  }

  static from ({ page, at, streamerId, status, settings, moderators, sanctions, reported, minutes, meteredAt = '' }: RoomSnapshot): RoomState {
    const state = new RoomState()
    Object.assign(state, { page, at, streamerId, status, settings: { ...FIRST_SETTINGS, ...settings }, minutes: minutes ?? null, meteredAt })
    for (const userId of moderators) state.moderators.add(userId)
    for (const sanction of sanctions) state.sanctions.set(sanctionKey(sanction), sanction)
    for (const message of reported) state.reported.set(message.messageId, message)
    return state
  }

  snapshot (): RoomSnapshot {
    const { page, at, streamerId, status, settings, moderators, sanctions, reported, minutes, meteredAt } = this
    const [[, { position }] = ['', { position: { page: page + 1 } }]] = this.sent.entries().take(1)
    return {
      page,
      at,
      streamerId,
      status,
      settings,
      moderators: [...moderators],
      sanctions: valuesOf(sanctions),
      reported: valuesOf(reported),
      ...(minutes !== null && { minutes }),
      ...(meteredAt !== '' && { meteredAt }),
      windowFrom: position.page - 1,
    }
  }

  /** Adds the next page. */
  apply ({ page, entries }: FeedPage): void {
    entries.forEach((entry, index) => { this.add(entry, { page, index }) })
    this.page = page
    this.#forgetOld()
  }

  /** Adds the messages of a page that a snapshot has counted already. */
  remember ({ page, entries }: FeedPage): void {
    entries.forEach((entry, index) => {
      if (entry.type === 'message') this.#addMessage(entry, { page, index })
      else if (entry.type === 'announcement' || entry.type === 'order') this.#addSent(entry, { page, index })
    })
    this.#forgetOld()
  }

  #forgetOld (): void {
    const nowMs = Date.parse(this.at)
    this.sent.dropWhile(({ atMs }) => atMs < nowMs - REPEAT_MS || this.sent.size > REPEATS_MAX)
    this.paces.dropWhile(({ lastMs }) => lastMs < nowMs - PACE_MS)
  }

  /** Adds an entry to a state that is tried out. Entries of other kinds come from a newer version, and say nothing to this one. */
  add (entry: RoomEntry, position: Position): void {
    this.at = entry.at
    switch (entry.type) {
      case 'message': return this.#addMessage(entry, position)
      case 'announcement':
      case 'order': return this.#addSent(entry, position)
      case 'room':
        this.streamerId = entry.streamerId
        this.status = entry.status
        this.settings = { ...FIRST_SETTINGS, ...entry.settings }
        break
      case 'role':
        if (entry.isModerator) this.moderators.add(entry.userId)
        else this.moderators.delete(entry.userId)
        break
      case 'sanction': {
        const { type, isOn, ...sanction } = entry
        if (isOn) this.sanctions.set(sanctionKey(sanction), sanction)
        else this.sanctions.remove(sanctionKey(sanction))
        break
      }
      case 'report': {
        const { messageId, senderId, position: place, userId, reason, note } = entry
        const reports = [...this.reported.get(messageId)?.reports ?? [], { userId, reason, note }]
        this.reported.set(messageId, { messageId, senderId, position: place, reports })
        this.reported.dropWhile(() => this.reported.size > REPORTED_MAX)
        break
      }
      case 'minutes':
        this.minutes = entry
        break
      case 'metered':
        this.meteredAt = entry.at
        break
      case 'report.resolved':
      case 'message.deleted':
        this.reported.remove(entry.messageId)
    }
  }

  #addSent ({ messageId, at }: Pick<MessageEntry, 'messageId' | 'at'>, position: Position): void {
    this.sent.set(messageId, { position, atMs: Date.parse(at) })
  }

  #addMessage (entry: MessageEntry, position: Position): void {
    this.#addSent(entry, position)
    const { senderId, at } = entry
    const atMs = Date.parse(at)
    this.paces.set(senderId, { lastMs: atMs, dueMs: Math.max(atMs, this.paces.get(senderId)?.dueMs ?? 0) + SECOND_MS })
    while (this.lastSecond[0] !== undefined && this.lastSecond[0] <= atMs - SECOND_MS) this.lastSecond.shift()
    this.lastSecond.push(atMs)
  }

  /** The sanction of this kind that is in force at this moment. */
  sanctionOf (userId: string, kind: SanctionKind, at: Timestamp): Sanction | null {
    const sanction = this.sanctions.get(sanctionKey({ userId, kind }))
    return sanction === null || (sanction.until !== null && sanction.until <= at) ? null : sanction
  }
}

export function sanctionKey ({ userId, kind }: Pick<Sanction, 'userId' | 'kind'>): string {
  return `${kind} ${userId}`
}

export function valuesOf<V> (map: LayeredMap<V>): V[] {
  return map.entries().map(([, value]) => value).toArray()
}
