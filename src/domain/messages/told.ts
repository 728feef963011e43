import type { Timestamp } from '../time.js'
import type { Conversation } from './conversation.js'

/** That a person was told of the unread messages of a conversation. */
export interface Told {
  /** The notification that tells, and may do so again after a failed try. */
  readonly by: string
  readonly at: Timestamp
  /** The newest received message of which it tells. */
  readonly key: string
}

/** Whether there is something to tell: unread messages, of which none is answered and whose sender is not blocked. */
export function isUnanswered ({ unread, blocked, lastKey, lastReceivedKey }: Conversation): boolean {
  return unread > 0 && !blocked && lastKey === lastReceivedKey
}

/** What was told of the messages that are unread now; null before that. Reading one of them begins anew. */
export function toldOf ({ told, readKey }: Conversation): Told | null {
  return told !== null && (readKey === null || told.key > readKey) ? told : null
}

/** The side once this notification tells of it; null where another has told already. */
export function claimedBy (side: Conversation, by: string, at: Timestamp): Told | null {
  const before = toldOf(side)
  if (side.lastReceivedKey === null || (before !== null && before.by !== by)) return null
  return { by, at, key: side.lastReceivedKey }
}
