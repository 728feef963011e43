import type { Session } from '#domain/accounts/session.js'
import type { User } from '#domain/accounts/user.js'
import type { Conversation } from '#domain/messages/conversation.js'
import type { Message } from '#domain/messages/message.js'
import type { NotificationPreferences } from '#domain/notifications/notification-preferences.js'
import type { Notification } from '#domain/notifications/notification.js'
import type { Payment } from '#domain/payments/payment.js'
import type { LedgerEntry, Streamer } from '#domain/streamers/streamer.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { Stores } from '../ports/stores.js'
import type { Identity } from '../ports/system.js'
import { streamerIdOf } from '../streamers/read-streamers.js'

/** One thing that is stored of a person. */
export type PersonalRecord =
  | { readonly type: 'account', readonly data: User }
  | { readonly type: 'session', readonly data: Session }
  | { readonly type: 'preferences', readonly data: NotificationPreferences }
  | { readonly type: 'notification', readonly data: Notification }
  | { readonly type: 'conversation', readonly data: Conversation }
  | { readonly type: 'message', readonly data: Message }
  | { readonly type: 'payment', readonly data: Payment }
  | { readonly type: 'streamer', readonly data: Streamer }
  | { readonly type: 'ledger_entry', readonly data: LedgerEntry }

export interface ExportPersonPorts extends Pick<Stores, 'users' | 'sessions' | 'notificationPreferences' | 'notifications' | 'conversations' | 'messages' | 'payments' | 'streamers'> {
  readonly identity: Identity
}

/** Records that are in memory at once. */
const PAGE = 200

/** Everything that is stored of a person under their id, page by page, as the reader asks for it. */
export function makeExportPerson ({ users, sessions, notificationPreferences, notifications, conversations, messages, payments, streamers, identity }: ExportPersonPorts) {
  return async function * exportPerson (userId: string): AsyncGenerator<readonly PersonalRecord[], void> {
    const [account, preferences] = await Promise.all([users.find(userId), notificationPreferences.find(userId)])
    const streamer = account?.emailVerified === true ? await streamers.find(streamerIdOf(account.email, identity)) : null
    yield [
      ...(account === null ? [] : [{ type: 'account', data: account } as const]),
      ...(preferences === null ? [] : [{ type: 'preferences', data: preferences } as const]),
      ...(streamer === null ? [] : [{ type: 'streamer', data: streamer } as const]),
    ]
    yield * all(async (page) => await sessions.listOfUser(userId, page), (data) => ({ type: 'session', data }))
    yield * all(async (page) => await notifications.listOfUser(userId, page), (data) => ({ type: 'notification', data }))
    yield * all(async (page) => await conversations.list(userId, page), (data) => ({ type: 'conversation', data }))
    yield * all(async (page) => await messages.listOfUser(userId, page), (data) => ({ type: 'message', data }))
    yield * all(async (page) => await payments.listOfUser(userId, null, page), (data) => ({ type: 'payment', data }))
    if (streamer !== null) yield * all(async (page) => await streamers.listEntries(streamer.streamerId, page), (data) => ({ type: 'ledger_entry', data }))
  }
}

async function * all<T> (read: (page: PageRequest) => Promise<Page<T>>, wrap: (data: T) => PersonalRecord): AsyncGenerator<readonly PersonalRecord[], void> {
  let before: string | null = null
  do {
    const { items, nextKey }: Page<T> = await read({ before, limit: PAGE })
    yield items.map(wrap)
    before = nextKey
  } while (before !== null)
}
