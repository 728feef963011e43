import { DomainError } from '../errors.js'
import { showsSomething } from '../text.js'
import { laterBy, MINUTE_MS, SECOND_MS, secondsUntil, type Timestamp } from '../time.js'
import { chargedUntil, WARNING_MINUTES, type RoomMeter } from './meter.js'
import { holdsBlockedWord, TEXT_MAX_CHARACTERS, type Position } from './room.js'
import type { Amendment, AnnouncementEntry, MessageEntry, MinutesEntry, OrderEntry, Report, ReportEntry, RoleEntry, RoomEntry, RoomRole, SanctionEntry, SanctionKind } from './room-entry.js'
import { valuesOf, type RoomState, type Sanction } from './room-state.js'
import { deletionOf } from './writing.js'

export const MODERATORS_MAX = 50
export const SANCTIONS_MAX = 2000
/** The JSON of sanctions and reports together, because they lie in one row, of at most 400 KB. */
const NOTES_MAX_BYTES = 200 * 1024
/** Messages that a person may send at once, where one a second is the rule. */
const BURST = 5
/** People whose reports of one message are counted: as many as can hide it. */
const REPORTS_MAX = 10

/** A caller, as a room knows them. */
export interface Person {
  /** Null for the shared token of the operators. */
  readonly userId: string | null
  readonly isOwner: boolean
  readonly isAdmin: boolean
}

export type MessageDraft = Pick<MessageEntry, 'messageId' | 'text' | 'replyTo'> & { readonly userId: string, readonly text: string }

export function roleOf ({ moderators }: RoomState, { userId, isOwner, isAdmin }: Person): RoomRole {
  if (isAdmin) return 'admin'
  if (isOwner) return 'owner'
  return userId !== null && moderators.has(userId) ? 'moderator' : 'viewer'
}

/** @throws forbidden */
export function requireRole (state: RoomState, person: Person, ...roles: readonly RoomRole[]): RoomRole {
  const role = roleOf(state, person)
  if (!roles.includes(role)) throw forbidden()
  return role
}

/** Those who moderate. */
export const MODERATING = ['moderator', 'owner', 'admin'] as const
export const OWNING = ['owner', 'admin'] as const

function forbidden (): DomainError {
  return new DomainError('forbidden', 'your role in the room does not allow this')
}

/**
 * The entry of a new message. A message that is there already is recognised by its id before; see `RoomState.sent`.
 *
 * @throws message_length, room_not_live, banned, muted, blocked_word, slow_mode, room_busy
 */
export function admitMessage (state: RoomState, { userId, messageId, text, replyTo }: MessageDraft, person: Person, rateMax: number, at: Timestamp): MessageEntry {
  const { settings, status, lastSecond } = state
  const role = roleOf(state, person)
  checkText(text, settings.messageMaxCharacters)
  if (status !== 'live') throw notLive()
  if (role === 'viewer' || role === 'moderator') checkSanctions(state, userId, text, at)
  const { waitMs, isSlow } = waitOf(state, userId, role, at)
  if (waitMs > 0) {
    throw new DomainError('slow_mode', isSlow ? `one message in ${settings.slowModeS} seconds` : `one message a second, and ${BURST} at once`,
      { retryAfterS: Math.ceil(waitMs / SECOND_MS) })
  }
  if (lastSecond.filter((ms) => ms > Date.parse(at) - SECOND_MS).length >= rateMax) {
    throw new DomainError('room_busy', `the room takes ${rateMax} messages a second`, { retryAfterS: 1 })
  }
  return { type: 'message', at, messageId, senderId: userId, role, text, replyTo, isHidden: false }
}

function checkText (text: string, maxCharacters: number): void {
  if (!showsSomething(text) || (text.length > maxCharacters && Array.from(text).length > maxCharacters)) {
    throw new DomainError('message_length', `a text has 1 to ${maxCharacters} characters here, of which one shows`)
  }
}

function notLive (): DomainError {
  return new DomainError('room_not_live', 'the room is not live')
}

function checkSanctions (state: RoomState, userId: string, text: string, at: Timestamp): void {
  checkSanction(state, userId, 'ban', at)
  checkSanction(state, userId, 'mute', at)
  if (holdsBlockedWord(state.settings, text)) throw new DomainError('blocked_word', 'the text holds a word that the room does not allow')
}

const SANCTION_CODES = { ban: 'banned', mute: 'muted' } as const

/** @throws banned, muted */
export function checkSanction (state: RoomState, userId: string, kind: SanctionKind, at: Timestamp): void {
  const sanction = state.sanctionOf(userId, kind, at)
  if (sanction === null) return
  const { until } = sanction
  const code = SANCTION_CODES[kind]
  throw new DomainError(code, `you are ${code} ${until === null ? 'in this room' : `until ${until}`}`, until === null ? {} : { retryAfterS: secondsUntil(until, at) })
}

function waitOf ({ paces, settings: { slowModeS } }: RoomState, userId: string, role: RoomRole, at: Timestamp): { readonly waitMs: number, readonly isSlow: boolean } {
  const pace = paces.get(userId)
  if (pace === null) return { waitMs: 0, isSlow: false }
  const atMs = Date.parse(at)
  const slowMs = role === 'viewer' ? pace.lastMs + slowModeS * SECOND_MS - atMs : 0
  const rateMs = pace.dueMs - (BURST - 1) * SECOND_MS - atMs
  return { waitMs: Math.max(slowMs, rateMs), isSlow: slowMs >= rateMs }
}

/** @throws forbidden, message_length, room_not_live */
export function admitAnnouncement (state: RoomState, draft: Pick<AnnouncementEntry, 'messageId'> & { readonly text: string }, person: Person, at: Timestamp): AnnouncementEntry {
  requireRole(state, person, ...MODERATING)
  checkText(draft.text, TEXT_MAX_CHARACTERS)
  if (state.status !== 'live' && state.status !== 'scheduled') throw notLive()
  return { type: 'announcement', at, ...draft, by: person.userId }
}

/** @throws forbidden, sanction_limit */
export function admitRole (state: RoomState, { userId, isModerator }: Pick<RoleEntry, 'userId' | 'isModerator'>, person: Person, at: Timestamp): RoleEntry | null {
  requireRole(state, person, ...OWNING)
  if (state.moderators.has(userId) === isModerator) return null
  if (isModerator && state.moderators.size >= MODERATORS_MAX) throw new DomainError('sanction_limit', `a room has at most ${MODERATORS_MAX} moderators`)
  return { type: 'role', at, userId, isModerator, by: person.userId }
}

export interface SanctionDraft extends Pick<SanctionEntry, 'userId' | 'kind' | 'isOn' | 'reason'> {
  /** Null: until it is lifted. */
  readonly minutes: number | null
}

/** @throws forbidden, sanction_limit */
export function admitSanction (state: RoomState, { minutes, ...draft }: SanctionDraft, person: Person, at: Timestamp): SanctionEntry | null {
  const role = requireRole(state, person, ...MODERATING)
  if (draft.userId === state.streamerId || (role === 'moderator' && state.moderators.has(draft.userId))) throw forbidden()
  const before = state.sanctionOf(draft.userId, draft.kind, at)
  if (!draft.isOn && before === null) return null
  if (draft.isOn && before === null) requireRoom(state)
  return { type: 'sanction', at, ...draft, until: minutes === null ? null : laterBy(at, minutes * MINUTE_MS), by: person.userId }
}

function requireRoom ({ sanctions, reported }: RoomState): void {
  if (sanctions.size < SANCTIONS_MAX && JSON.stringify([valuesOf(sanctions), valuesOf(reported)]).length < NOTES_MAX_BYTES) return
  throw new DomainError('sanction_limit', 'the room keeps no more sanctions and reports; lift some first')
}

export interface Amending {
  readonly entry: RoomEntry
  readonly amendment: Amendment | null
}

/** Null where it is deleted already. @throws forbidden */
export function admitDeletion (state: RoomState, { messageId, senderId, role: senderRole, text }: MessageEntry, position: Position, person: Person, at: Timestamp): Amending | null {
  const role = roleOf(state, person)
  const mayDelete = role === 'owner' || role === 'admin' || senderId === person.userId || (role === 'moderator' && senderRole !== 'owner')
  if (!mayDelete) throw forbidden()
  if (text === null) return null
  return deletionOf({ messageId, position }, person.userId, at)
}

/** Null where the report changes nothing: the person has reported it, enough others have, or it is deleted. @throws sanction_limit */
export function admitReport (state: RoomState, message: MessageEntry, position: Position, report: Report, at: Timestamp): Amending | null {
  const { messageId, senderId, text } = message
  const { reports } = state.reported.get(messageId) ?? { reports: [] }
  if (text === null || reports.length >= REPORTS_MAX || reports.some(({ userId }) => userId === report.userId)) return null
  requireRoom(state)
  const entry: ReportEntry = { type: 'report', at, messageId, position, senderId, ...report }
  const isHidden = reports.length + 1 === state.settings.autoHideReports
  return { entry, amendment: isHidden ? { messageId, position, fields: { isHidden } } : null }
}

/** Null where no report of the message waits. @throws forbidden */
export function admitResolution (state: RoomState, messageId: string, person: Person, at: Timestamp): Amending | null {
  requireRole(state, person, ...MODERATING)
  const reported = state.reported.get(messageId)
  if (reported === null) return null
  return { entry: { type: 'report.resolved', at, messageId, by: person.userId }, amendment: { messageId, position: reported.position, fields: { isHidden: false } } }
}

/** The warning that so few minutes are left; null where they are enough, or a warning of the same end is there. */
export function admitWarning ({ status, minutes }: RoomState, meter: RoomMeter, left: number, at: Timestamp): MinutesEntry | null {
  const endsAt = laterBy(chargedUntil(meter), left * MINUTE_MS)
  return status !== 'live' || left > WARNING_MINUTES || minutes?.endsAt === endsAt ? null : { type: 'minutes', at, left, endsAt }
}

/** Null where the room is not live, or announces no orders. */
export function admitOrder ({ status, settings }: RoomState, draft: Pick<OrderEntry, 'messageId' | 'productId' | 'units'>, at: Timestamp): OrderEntry | null {
  return status === 'live' && settings.announceOrders !== 'off' ? { type: 'order', at, ...draft } : null
}

/** The moderators of a room, and those whom it mutes or bans now. */
export function sanctionsOf (state: RoomState, kind: Sanction['kind'], at: Timestamp): Sanction[] {
  return valuesOf(state.sanctions).filter((sanction) => sanction.kind === kind && (sanction.until === null || sanction.until > at))
}
