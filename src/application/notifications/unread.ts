import type { Conversation } from '#domain/messages/conversation.js'
import { claimedBy, isUnanswered, toldOf } from '#domain/messages/told.js'
import { heldUntil, type Notification } from '#domain/notifications/notification.js'
import { HOUR_MS, laterBy, MINUTE_MS, type Timestamp } from '#domain/time.js'
import type { ConversationStore } from '../ports/conversation-store.js'
import type { UserStore } from '../ports/account-stores.js'

/** From so many unread conversations on, those of which a person was not told are one notification, an hour after the last. */
export const DIGEST_FROM = 5
const DIGEST_PAUSE_MS = HOUR_MS
/** While another notification of the same person gathers a digest. */
const GATHERING_MS = MINUTE_MS
/** The newest conversations of a person that are looked at. */
const LOOKED_AT = 100

export interface UnreadPorts {
  readonly users: Pick<UserStore, 'find'>
  readonly conversations: ConversationStore
}

/** The unread messages of which a notification tells. */
export interface Unread {
  readonly messages: number
  readonly conversations: number
}

/** What a notification says of unread messages: the reason to say nothing, the notification until it may, or what it tells. */
export type Telling = string | Notification | Unread

/** Tells a person once of each unread conversation, until they read it. */
export function makeUnread ({ users, conversations }: UnreadPorts) {
  /** Why there is nothing to tell about the conversation any more; null where there is. */
  async function obsolete ({ notificationId, userId, subjectId }: Notification): Promise<string | null> {
    const [side] = await conversations.find(userId, [subjectId])
    if (side === undefined || side.unread === 0) return 'read meanwhile'
    if (side.blocked) return 'blocked'
    if (!isUnanswered(side)) return 'answered meanwhile'
    if (!await isActive(side)) return 'the sender is suspended or gone'
    return isToldByOther(side, notificationId) ? 'told already' : null
  }

  /** Claims what the notification is about: its conversation, or with many unread ones all of which the person was not told. */
  async function claim (notification: Notification, now: Timestamp): Promise<Telling> {
    const { notificationId, userId, subjectId } = notification
    const waiting = await waitingOf(userId)
    if (waiting.length < DIGEST_FROM) return await claimAll(notification, [subjectId], now) ?? 'told already'
    const lastTold = waiting.filter((side) => isToldByOther(side, notificationId)).map((side) => String(toldOf(side)?.at)).sort().at(-1)
    if (lastTold !== undefined && laterBy(lastTold, DIGEST_PAUSE_MS) > now) return heldUntil(notification, laterBy(lastTold, DIGEST_PAUSE_MS))
    // All notifications of a person claim in the same order. Who fails at the first one leaves the rest to who has it.
    const untold = waiting.filter((side) => !isToldByOther(side, notificationId)).map(({ otherUserId }) => otherUserId).sort()
    return await claimAll(notification, [...new Set([...untold, subjectId])], now) ?? heldUntil(notification, laterBy(now, GATHERING_MS))
  }

  /** Null where another notification has claimed the first. */
  async function claimAll ({ notificationId, userId }: Notification, otherUserIds: readonly string[], now: Timestamp): Promise<Unread | null> {
    let messages = 0
    let count = 0
    for (const otherUserId of otherUserIds) {
      const side = await conversations.tell(userId, otherUserId, (before) => claimedBy(before, notificationId, now))
      if (side === null && count === 0) return null
      messages += side?.unread ?? 0
      count += side === null ? 0 : 1
    }
    return { messages, conversations: count }
  }

  /** The unread conversations of a person whose senders may write. */
  async function waitingOf (userId: string): Promise<Conversation[]> {
    const { items } = await conversations.list(userId, { before: null, limit: LOOKED_AT })
    const unread = items.filter(isUnanswered)
    const active = await Promise.all(unread.map(isActive))
    return unread.filter((_side, index) => active[index])
  }

  /** A sender without an account here is one of another issuer, which ends their tokens itself. */
  async function isActive ({ otherUserId }: Conversation): Promise<boolean> {
    const sender = await users.find(otherUserId)
    return sender === null || sender.status === 'active'
  }

  return { obsolete, claim }
}

function isToldByOther (side: Conversation, notificationId: string): boolean {
  const told = toldOf(side)
  return told !== null && told.by !== notificationId
}
