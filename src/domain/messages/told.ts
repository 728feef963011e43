import type { Timestamp } from '../time.js'
import type { Conversation, Told } from './conversation.js'

/** Whether there is something to tell: unread messages, of which none is answered and whose sender is not blocked. */
export function isUnanswered ({ unread, blocked, lastKey, lastReceivedKey }: Conversation): boolean {
  return unread > 0 && !blocked && lastKey === lastReceivedKey
}

/** What was told of the messages that are unread now; null before that. Reading one of them begins anew. */
export function toldOf ({ told, readKey }: Conversation): Told | null {
  return told !== null && (readKey === null || told.key > readKey) ? told : null
}

/** The side once this notification is about it; null where another has told already. */
export function claimedBy (side: Conversation, by: string, at: Timestamp): Told | null {
  const before = toldOf(side)
  if (side.lastReceivedKey === null || (before !== null && before.by !== by)) return null
  return { by, at, key: side.lastReceivedKey }
}
