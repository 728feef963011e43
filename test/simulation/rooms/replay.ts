import type { MessageEntry, RoomEntry, SanctionEntry } from '#domain/rooms/room-entry.js'
import type { Position, RoomStatus } from '#domain/rooms/room.js'
import { MINUTE_MS, SECOND_MS, type Timestamp } from '#domain/time.js'
import type { InvariantName } from '../invariants.js'
import type { ToldAct, ToldRefusal, ToldReport } from './room-ledger.js'
import { ROOM_RATE_MAX } from './room-world.js'

/** Messages that a person may send at once; each later one takes a second. */
const BURST = 5
/** For so long a repeat of a message is recognised. */
const REPEAT_MS = 10 * MINUTE_MS

type Tell = (invariant: InvariantName, what: string) => void

/** A room as its feed tells it, entry by entry, by the words of docs/rooms.md, and without the rules of the product. Checks each entry against those before it. */
export class Replay {
  readonly sanctions = new Map<string, SanctionEntry>()
  readonly moderators = new Set<string>()
  readonly deleted = new Set<string>()
  /** Who reported a message since a moderator looked last. */
  readonly reporters = new Map<string, Set<string>>()
  readonly #times = new Map<string, number[]>()
  readonly #sent = new Map<string, number>()
  readonly #all: number[] = []
  readonly #tell: Tell
  at: Timestamp = ''
  version = 0
  status: RoomStatus = 'scheduled'
  settings = { slowModeS: 0, autoHideReports: 0 }

  constructor (tell: Tell) {
    this.#tell = tell
  }

  add (entry: RoomEntry, position: Position): void {
    if (entry.at < this.at) this.#tell('the pages of a room are dense, and its times never run backwards', `${entry.type} at ${position.page}.${position.index}`)
    this.at = entry.at
    switch (entry.type) {
      case 'message': this.#addMessage(entry)
        break
      case 'room':
        if (entry.version !== this.version + 1 || ENDS.has(this.status)) this.#tell('the row of a room equals its feed', `version ${this.version}, ${this.status}, then ${entry.version}, ${entry.status}`)
        Object.assign(this, { version: entry.version, status: entry.status, settings: entry.settings })
        break
      case 'role':
        if (entry.isModerator) this.moderators.add(entry.userId)
        else this.moderators.delete(entry.userId)
        break
      case 'sanction': this.sanctions.set(`${entry.kind} ${entry.userId}`, entry)
        break
      case 'message.deleted': this.deleted.add(entry.messageId)
        this.reporters.delete(entry.messageId)
        break
      case 'report.resolved': this.reporters.delete(entry.messageId)
        break
      case 'report': {
        const reporters = this.reporters.get(entry.messageId) ?? new Set()
        if (reporters.has(entry.userId)) this.#tell('a report counts once a person', `${entry.userId} of ${entry.messageId}`)
        this.reporters.set(entry.messageId, reporters.add(entry.userId))
        break
      }
      case 'announcement':
      case 'minutes':
      case 'metered':
      case 'order':
    }
  }

  #addMessage ({ messageId, senderId, role, at }: MessageEntry): void {
    const wrong = (what: string): void => { this.#tell('no one writes in a room past a sanction or a limit', `${senderId} at ${at}: ${what}`) }
    const atMs = Date.parse(at)
    const sent = this.#sent.get(messageId)
    if (sent !== undefined && atMs - sent <= REPEAT_MS) this.#tell('a message of a room is there once, where its sender was told', `${messageId} is there twice`)
    this.#sent.set(messageId, atMs)
    if (this.status !== 'live') wrong(`the room is ${this.status}`)
    const isBound = role === 'viewer' || role === 'moderator'
    for (const kind of ['mute', 'ban'] as const) if (isBound && this.isUnder(kind, senderId, at)) wrong(kind)
    if (role === 'viewer' && this.#isTooSoon(senderId, atMs)) wrong('slow mode')
    if (this.#isTooFast(senderId, atMs)) wrong('more than one a second')
    if (this.#isBusy(atMs)) wrong('more than the room takes')
    this.#times.set(senderId, [...this.#times.get(senderId) ?? [], atMs])
    this.#all.push(atMs)
  }

  isUnder (kind: SanctionEntry['kind'], userId: string, at: Timestamp): boolean {
    const sanction = this.sanctions.get(`${kind} ${userId}`)
    return sanction?.isOn === true && (sanction.until === null || sanction.until > at)
  }

  #isTooSoon (userId: string, atMs: number): boolean {
    return (this.#times.get(userId)?.at(-1) ?? 0) + this.settings.slowModeS * SECOND_MS > atMs
  }

  /** In no stretch of time are there more than so many at once and one for each second. */
  #isTooFast (userId: string, atMs: number): boolean {
    return (this.#times.get(userId) ?? []).some((from, index, { length }) => length - index + 1 > BURST + (atMs - from) / SECOND_MS)
  }

  #isBusy (atMs: number): boolean {
    return this.#all.slice(-ROOM_RATE_MAX).filter((ms) => ms > atMs - SECOND_MS).length >= ROOM_RATE_MAX
  }

  /** Whether the feed has a reason for the refusal of a message here. */
  refuses ({ userId, code }: ToldRefusal): boolean {
    const atMs = Date.parse(this.at)
    switch (code) {
      case 'banned': return this.isUnder('ban', userId, this.at)
      case 'muted': return this.isUnder('mute', userId, this.at)
      case 'room_not_live': return this.status !== 'live'
      case 'slow_mode': return this.#isTooSoon(userId, atMs) || this.#isTooFast(userId, atMs)
      case 'room_busy': return this.#isBusy(atMs)
      default: return code === 'store_busy'
    }
  }

  /** Whether the act has its effect here. */
  shows ({ userId, kind, isOn, latest }: ToldAct): boolean {
    if (kind === 'moderator') return this.moderators.has(userId) === isOn
    return isOn ? this.isUnder(kind, userId, this.at) : !this.isUnder(kind, userId, latest)
  }

  counts ({ messageId, userId }: ToldReport): boolean {
    return this.deleted.has(messageId) || this.reporters.get(messageId)?.has(userId) === true
  }
}

const ENDS: ReadonlySet<RoomStatus> = new Set(['ended', 'canceled'])
