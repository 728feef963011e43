import { DomainError } from '#domain/errors.js'
import { admitAnnouncement, admitDeletion, admitMessage, admitReport, admitResolution, MODERATING, requireRole, type Amending } from '#domain/rooms/admit.js'
import type { MessagePlace, Position } from '#domain/rooms/room.js'
import type { AnnouncementEntry, MessageEntry, Report } from '#domain/rooms/room-entry.js'
import { valuesOf, type ReportedMessage, type RoomState } from '#domain/rooms/room-state.js'
import type { FeedStore } from '../ports/room-stores.js'
import type { Identity } from '../ports/system.js'
import type { RoomCommand } from './change-room.js'
import type { SetSanctionCommand } from './members.js'
import type { OpenRoom, PersonIn } from './open-rooms.js'
import { entryAt, messageAt, type PlacedEntry } from './read-rooms.js'
import type { Decided, Result } from './room-feed.js'

export interface RoomMessagePorts {
  readonly feeds: FeedStore
  readonly identity: Identity
  readonly openRoom: OpenRoom
  readonly personIn: PersonIn
  /** Messages a second that a room takes over all nodes. */
  readonly roomRateMax: number
}

export interface SendRoomMessageCommand extends RoomCommand {
  readonly userId: string
  readonly text: string
  readonly replyTo: MessagePlace | null
  /** The idempotency key; null makes every request a new message. */
  readonly key: string | null
}

export interface SentRoomMessage extends PlacedEntry {
  readonly replayed: boolean
}

/** Sends a message, once for a key. @throws what `admitMessage` throws; not_found also for the message of a reply; idempotency_key_reused */
export function makeSendRoomMessage ({ feeds, identity, openRoom, personIn, roomRateMax }: RoomMessagePorts) {
  return async function sendRoomMessage ({ caller, userId, roomId, text, replyTo, key }: SendRoomMessageCommand): Promise<SentRoomMessage> {
    const feed = await openRoom(roomId)
    if (replyTo !== null) await messageAt(feeds, roomId, replyTo)
    const messageId = key === null ? identity.random('msg') : identity.derived('msg', ['room', roomId, userId, key])
    const result = await feed.submit((state, at) => {
      const sent = state.sent.get(messageId)
      if (sent !== null) return { kind: 'repeat', position: sent.position }
      return { kind: 'write', entry: admitMessage(state, { userId, messageId, text, replyTo }, personIn(state, caller), roomRateMax, at) }
    })
    if (result.kind === 'written') return { entry: result.entry as MessageEntry, position: result.position, replayed: false }
    const { position } = result as Extract<Result, { readonly position: Position }>
    const entry = await messageAt(feeds, roomId, { messageId, position })
    // A deleted message has no text to compare with.
    const isSame = (entry.text === null || entry.text === text) && entry.replyTo?.messageId === replyTo?.messageId
    if (!isSame) throw new DomainError('idempotency_key_reused', 'you used this key before, with another message')
    return { entry, position, replayed: true }
  }
}

/** Announces, once for a key. @throws what `admitAnnouncement` throws; not_found, idempotency_key_reused */
export function makeAnnounce ({ feeds, identity, openRoom, personIn }: RoomMessagePorts) {
  return async function announce ({ caller, roomId, text, key }: RoomCommand & { readonly text: string, readonly key: string }): Promise<SentRoomMessage> {
    const feed = await openRoom(roomId)
    const messageId = identity.derived('ann', [roomId, caller.userId ?? '', key])
    const result = await feed.submit((state, at) => {
      const sent = state.sent.get(messageId)
      if (sent !== null) return { kind: 'repeat', position: sent.position }
      return { kind: 'write', entry: admitAnnouncement(state, { messageId, text }, personIn(state, caller), at) }
    })
    const { kind, position } = result as Extract<Result, { readonly position: Position }>
    const entry = await entryAt(feeds, roomId, position) as AnnouncementEntry
    // A deleted announcement has no text to compare with.
    if (entry.text !== null && entry.text !== text) throw new DomainError('idempotency_key_reused', 'you used this key before, with another announcement')
    return { entry, position, replayed: kind === 'repeat' }
  }
}

function decidedBy (amending: Amending | null): Decided {
  if (amending === null) return { kind: 'nothing' }
  const { entry, amendment } = amending
  return { kind: 'write', entry, together: amendment === null ? {} : { amendment } }
}

export interface ResolveReportCommand extends RoomCommand {
  readonly messageId: string
  readonly action: 'dismiss' | 'delete' | 'mute' | 'ban'
}

/** A reported message, with its text. */
export interface ShownReport extends ReportedMessage {
  readonly text: string | null
}

/** What becomes of messages. @throws not_found, forbidden */
export function makeModerateMessages ({ feeds, openRoom, personIn }: RoomMessagePorts, setSanction: (command: SetSanctionCommand) => Promise<unknown>) {
  async function deleteRoomMessage ({ caller, roomId, ...place }: RoomCommand & MessagePlace): Promise<void> {
    const feed = await openRoom(roomId)
    const message = await messageAt(feeds, roomId, place)
    await feed.submit((state, at) => decidedBy(admitDeletion(state, message, place.position, personIn(state, caller), at)), true)
  }

  return {
    /** Clears the text of a message, in its page too. */
    deleteRoomMessage,

    /** A person's second report of a message changes nothing. @throws sanction_limit */
    reportRoomMessage: async ({ roomId, messageId, position, ...report }: Omit<RoomCommand, 'caller'> & MessagePlace & Report): Promise<void> => {
      const feed = await openRoom(roomId)
      const message = await messageAt(feeds, roomId, { messageId, position })
      await feed.submit((state, at) => decidedBy(admitReport(state, message, position, report, at)), true)
    },

    listRoomReports: async ({ caller, roomId }: RoomCommand): Promise<ShownReport[]> => {
      const feed = await openRoom(roomId)
      await feed.catchUp()
      requireRole(feed.state, personIn(feed.state, caller), ...MODERATING)
      return await Promise.all(valuesOf(feed.state.reported).map(async (reported) => ({ ...reported, text: await textAt(roomId, reported.position) })))
    },

    /** @throws not_found where no report of the message waits */
    resolveRoomReport: async ({ messageId, action, ...command }: ResolveReportCommand): Promise<void> => {
      const { caller, roomId } = command
      const feed = await openRoom(roomId)
      await feed.catchUp()
      requireRole(feed.state, personIn(feed.state, caller), ...MODERATING)
      const reported = requireReported(feed.state, messageId)
      if (action === 'delete') return await deleteRoomMessage({ ...command, messageId, position: reported.position })
      if (action !== 'dismiss') await setSanction({ ...command, userId: reported.senderId, kind: action, isOn: true, minutes: null, reason: null })
      await feed.submit((state, at) => decidedBy(admitResolution(state, messageId, personIn(state, caller), at)), true)
    },
  }

  async function textAt (roomId: string, position: Position): Promise<string | null> {
    const entry = await entryAt(feeds, roomId, position) as MessageEntry
    return entry.text
  }
}

function requireReported (state: RoomState, messageId: string): ReportedMessage {
  const reported = state.reported.get(messageId)
  if (reported === null) throw new DomainError('not_found', 'no report of this message waits')
  return reported
}
