import { LayeredMap } from '../rooms/layered-map.js'
import type { Position } from '../rooms/room.js'
import type { FeedPage } from '../rooms/room-entry.js'
import { REPEATS_MAX, REPEAT_MS } from '../rooms/room-state.js'
import type { Timestamp } from '../time.js'
import type { Channel, ChannelRole } from './channel.js'
import type { ChannelEntry, ChannelMemberEntry } from './channel-entry.js'

/** A member, or a banned person. */
export interface Standing {
  readonly role: ChannelRole
  readonly since: Timestamp
}

interface Sent {
  readonly position: Position
  readonly atMs: number
}

/** What a channel is besides its last messages, in the form in which it is stored: a row of DynamoDB takes 400 KB. */
export interface ChannelSnapshot {
  readonly page: number
  readonly at: Timestamp
  readonly channel: Channel
  readonly standings: ReadonlyArray<Standing & { readonly userId: string }>
  readonly banned: number
  /** The pages behind this one hold the messages by which repeats are recognised. */
  readonly windowFrom: number
}

const NOTHING: Channel = {
  channelId: '', name: '', kind: 'private', ownerId: '', memberCount: 0, messageCount: 0, lastMessageAt: null, isDeleted: true, createdAt: '', updatedAt: '', version: 0, fingerprint: '',
}

/** A channel as the pages of its feed leave it; see `RoomState`. */
export class ChannelState {
  page = 0
  at: Timestamp = ''
  channel: Channel = NOTHING
  banned = 0
  readonly standings: LayeredMap<Standing>
  readonly sent: LayeredMap<Sent>

  constructor (below: ChannelState | null = null) {
    if (below !== null) ({ page: this.page, at: this.at, channel: this.channel, banned: this.banned } = below)
    this.standings = new LayeredMap(below?.standings)
    this.sent = new LayeredMap(below?.sent)
  }

  static from ({ standings, page, at, channel, banned }: ChannelSnapshot): ChannelState {
    const state = new ChannelState()
    Object.assign(state, { page, at, channel, banned })
    for (const { userId, role, since } of standings) state.standings.set(userId, { role, since })
    return state
  }

  snapshot (): ChannelSnapshot {
    const { page, at, channel, banned } = this
    const [[, { position }] = ['', { position: { page: page + 1 } }]] = this.sent.entries().take(1)
    const standings = this.standings.entries().map(([userId, standing]) => ({ userId, ...standing })).toArray()
    return { page, at, channel, standings, banned, windowFrom: position.page - 1 }
  }

  /** Adds the next page. */
  apply ({ page, entries }: FeedPage<ChannelEntry>): void {
    entries.forEach((entry, index) => { this.add(entry, { page, index }) })
    this.page = page
    this.#forgetOld()
  }

  /** Adds the messages of a page that a snapshot has counted already. */
  remember ({ page, entries }: FeedPage<ChannelEntry>): void {
    entries.forEach((entry, index) => {
      if (entry.type === 'message') this.#addSent(entry, { page, index })
    })
    this.#forgetOld()
  }

  /** Adds an entry to a state that is tried out. Entries of other kinds come from a newer version, and say nothing to this one. */
  add (entry: ChannelEntry, position: Position): void {
    this.at = entry.at
    if (entry.type === 'channel') this.channel = entry.channel
    else if (entry.type === 'member') this.#addMember(entry)
    else if (entry.type === 'message') {
      this.#addSent(entry, position)
      this.channel = { ...this.channel, messageCount: entry.number, lastMessageAt: entry.at }
    }
  }

  roleOf (userId: string | null): ChannelRole | null {
    return userId === null ? null : this.standings.get(userId)?.role ?? null
  }

  #addMember ({ userId, role, at: since }: ChannelMemberEntry): void {
    const before = this.roleOf(userId)
    this.banned += Number(role === 'banned') - Number(before === 'banned')
    this.channel = { ...this.channel, memberCount: this.channel.memberCount + Number(isMember(role)) - Number(isMember(before)) }
    if (role === null) this.standings.remove(userId)
    else this.standings.set(userId, { role, since })
  }

  #addSent ({ messageId, at }: { readonly messageId: string, readonly at: Timestamp }, position: Position): void {
    this.sent.set(messageId, { position, atMs: Date.parse(at) })
  }

  #forgetOld (): void {
    const nowMs = Date.parse(this.at)
    this.sent.dropWhile(({ atMs }) => atMs < nowMs - REPEAT_MS || this.sent.size > REPEATS_MAX)
  }
}

export function isMember (role: ChannelRole | null): boolean {
  return role !== null && role !== 'banned'
}
