import type { Timestamp } from '../time.js'
import type { MessagePlace } from './room.js'
import type { Amendment, DeletionEntry } from './room-entry.js'

/** So many pages of a feed, one after the other, are a part of it. */
export const PART_PAGES = 1000

/** A part of a feed, by its number from 0. */
export interface FeedPart {
  readonly feedId: string
  readonly part: number
}

/** The entries of a kind that have a text which a person wrote to others: messages and announcements. */
export type Writing<Entry> = Extract<Entry, { readonly messageId: string, readonly text: string | null }>

/** Who wrote the text of an entry; null where it has none, or the shared token of the operators wrote it. */
export function authorOf (entry: unknown): string | null {
  const { type, senderId, by } = entry as { readonly type: string, readonly senderId: string, readonly by: string | null }
  if (type === 'message') return senderId
  return type === 'announcement' ? by : null
}

export function isWritingOf<Entry> (entry: Entry, userId: string): entry is Writing<Entry> {
  return authorOf(entry) === userId
}

export function partOf ({ feedId, page }: { readonly feedId: string, readonly page: number }): FeedPart {
  return { feedId, part: Math.floor(page / PART_PAGES) }
}

/** Parts of one feed are in the order of their keys. */
export function partKey ({ feedId, part }: FeedPart): string {
  return `${feedId}#${String(part).padStart(9, '0')}`
}

export function partOfKey (key: string): FeedPart {
  const end = key.lastIndexOf('#')
  return { feedId: key.slice(0, end), part: Number(key.slice(end + 1)) }
}

/** Clears a text from its page. */
export function deletionOf ({ messageId, position }: MessagePlace, by: string | null, at: Timestamp): { readonly entry: DeletionEntry, readonly amendment: Amendment } {
  return { entry: { type: 'message.deleted', at, messageId, position, by }, amendment: { messageId, position, fields: { text: null } } }
}
