import type { Session } from '#domain/accounts/session.js'
import type { User } from '#domain/accounts/user.js'
import type { Caller } from '#domain/accounts/session.js'
import { foldEmail } from '#domain/fold.js'
import type { Conversation } from '#domain/messages/conversation.js'
import type { MessageReport } from '#domain/messages/message-report.js'
import type { Message } from '#domain/messages/message.js'
import type { NotificationPreferences } from '#domain/notifications/notification-preferences.js'
import type { Notification } from '#domain/notifications/notification.js'
import type { ChannelEntry } from '#domain/channels/channel-entry.js'
import type { RoomEntry } from '#domain/rooms/room-entry.js'
import type { Payment } from '#domain/payments/payment.js'
import { isStreamer, type LedgerEntry, type Streamer } from '#domain/streamers/streamer.js'
import { writingsOf, type PlacedWriting } from '../feeds/writings.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { Stores } from '../ports/stores.js'
import type { Identity } from '../ports/system.js'
import { mailboxIdOf } from '../notifications/notifier.js'
import { streamerIdOf } from '../streamers/read-streamers.js'

/** One thing that is stored of a person. */
export type PersonalRecord =
  | { readonly type: 'account', readonly data: User }
  | { readonly type: 'session', readonly data: Session }
  | { readonly type: 'preferences', readonly data: NotificationPreferences }
  | { readonly type: 'notification', readonly data: Notification }
  | { readonly type: 'conversation', readonly data: Conversation }
  | { readonly type: 'message', readonly data: Message }
  | { readonly type: 'message_report', readonly data: MessageReport }
  | { readonly type: 'payment', readonly data: Payment }
  | { readonly type: 'streamer', readonly data: Streamer }
  | { readonly type: 'ledger_entry', readonly data: LedgerEntry }
  | { readonly type: 'room_message', readonly data: PlacedWriting<RoomEntry> }
  | { readonly type: 'channel_message', readonly data: PlacedWriting<ChannelEntry> }

export interface ExportPersonPorts extends Pick<Stores, 'users' | 'sessions' | 'notificationPreferences' | 'notifications' | 'conversations' | 'messages' | 'messageReports' | 'payments' | 'streamers' | 'feeds' | 'channelFeeds'> {
  readonly identity: Identity
}

/** Records that are in memory at once. */
const PAGE = 200

/** Everything that is stored of the caller under their id and their verified address, page by page, as the reader asks for it. */
export function makeExportPerson ({ users, sessions, notificationPreferences, notifications, conversations, messages, messageReports, payments, streamers, feeds, channelFeeds, identity }: ExportPersonPorts) {
  return async function * exportPerson (caller: Caller & { readonly userId: string }): AsyncGenerator<readonly PersonalRecord[], void> {
    const { userId, verifiedEmail } = caller
    const emails = verifiedEmail === undefined ? [] : [foldEmail(verifiedEmail)]
    const [account, preferences] = await Promise.all([users.find(userId), notificationPreferences.find(userId)])
    const found = await Promise.all([userId, ...emails.map((email) => streamerIdOf(email, identity))].map(async (id) => await streamers.find(id)))
    const own = found.filter((streamer) => streamer !== null).filter((streamer) => isStreamer(streamer, caller))
    yield [
      ...(account === null ? [] : [{ type: 'account', data: account } as const]),
      ...(preferences === null ? [] : [{ type: 'preferences', data: preferences } as const]),
      ...own.map((data) => ({ type: 'streamer', data } as const)),
    ]
    yield * all(async (page) => await sessions.listOfUser(userId, page), (data) => ({ type: 'session', data }))
    for (const id of [userId, ...emails.map((email) => mailboxIdOf(email, identity))]) yield * all(async (page) => await notifications.listOfUser(id, page), (data) => ({ type: 'notification', data }))
    yield * all(async (page) => await conversations.list(userId, page), (data) => ({ type: 'conversation', data }))
    yield * all(async (page) => withoutMessages(await conversations.listBlocked(userId, page)), (data) => ({ type: 'conversation', data }))
    yield * all(async (page) => await messages.listOfUser(userId, page), (data) => ({ type: 'message', data }))
    yield * all(async (page) => await messageReports.listOfReporter(userId, page), (data) => ({ type: 'message_report', data }))
    for (const id of new Set([userId, ...own.map(({ streamerId }) => streamerId)])) yield * all(async (page) => await payments.listOfUser(id, null, page), (data) => ({ type: 'payment', data }))
    for (const { streamerId } of own) yield * all(async (page) => await streamers.listEntries(streamerId, page), (data) => ({ type: 'ledger_entry', data }))
    for await (const writings of writingsOf(feeds, userId)) yield writings.map((data) => ({ type: 'room_message', data }))
    for await (const writings of writingsOf(channelFeeds, userId)) yield writings.map((data) => ({ type: 'channel_message', data }))
  }
}

/** The people whom a person blocks without a message between them, who are in no other list. */
function withoutMessages ({ items, nextKey }: Page<Conversation>): Page<Conversation> {
  return { items: items.filter(({ lastKey }) => lastKey === null), nextKey }
}

async function * all<T> (read: (page: PageRequest) => Promise<Page<T>>, wrap: (data: T) => PersonalRecord): AsyncGenerator<readonly PersonalRecord[], void> {
  let before: string | null = null
  do {
    const { items, nextKey }: Page<T> = await read({ before, limit: PAGE })
    yield items.map(wrap)
    before = nextKey
  } while (before !== null)
}
