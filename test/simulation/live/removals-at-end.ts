import type { ChannelEntry } from '#domain/channels/channel-entry.js'
import type { FeedPage, RoomEntry, SanctionEntry } from '#domain/rooms/room-entry.js'
import { violate, type Context } from '../context.js'
import type { FeedReader, Visit } from './feed-reader.js'

type Pages = ReadonlyArray<FeedPage<RoomEntry | ChannelEntry>>

/** No stream goes on behind the page that removes its reader, and none begins while they are removed. What was deleted when a stream began is not in it. */
export function checkRemovals (context: Context, reader: FeedReader, pages: Pages): void {
  const { wanted: { userId }, visits, seen, feedId, name } = reader
  const wrong = (what: string): void => { violate(context, 'no one reads on who was removed', `${name} ${what} of ${feedId}`) }
  const removals = pages.filter(({ entries }) => entries.some((entry) => isRemoval(entry, userId))).map(({ page }) => page)
  for (const visit of visits) {
    if (visit.checked === Infinity) continue
    if (visit.checked < visit.head) wrong(`was let in by page ${visit.checked} behind ${visit.head}`)
    if (userId !== null && isOut(pages, userId, visit)) wrong(`was let in at page ${visit.checked}`)
    const end = removals.find((page) => page > visit.checked)
    if (end !== undefined && visit.last > end) wrong(`has read up to page ${visit.last}, behind their removal at ${end},`)
  }
  const last = visits.at(-1)
  const end = removals.find((page) => page > Number(last?.checked))
  if (reader.stream?.isOpen === true && end !== undefined && Number(reader.position) >= end) wrong(`still reads behind their removal at ${end}`)
  checkDeletions(context, reader, pages, seen)
}

function isRemoval (entry: RoomEntry | ChannelEntry, userId: string | null): boolean {
  switch (entry.type) {
    case 'sanction': return entry.kind === 'ban' && entry.isOn && entry.userId === userId
    case 'channel': return entry.channel.isDeleted
    case 'member': return entry.userId === userId && (entry.role === null || entry.role === 'banned')
    default: return false
  }
}

/** Whether the pages up to the one that was looked at keep the person out. */
function isOut (pages: Pages, userId: string, { checked, at }: Visit): boolean {
  let ban: SanctionEntry | null = null
  let role: string | null = null
  let isPrivate = false
  for (const { entries } of pages.slice(0, checked)) {
    for (const entry of entries) {
      if (entry.type === 'sanction' && entry.kind === 'ban' && entry.userId === userId) ban = entry
      if (entry.type === 'member' && entry.userId === userId) role = entry.role
      if (entry.type === 'channel') isPrivate = entry.channel.kind === 'private'
    }
  }
  const isBanned = ban?.isOn === true && (ban.until === null || ban.until > at)
  return isBanned || role === 'banned' || (isPrivate && role === null)
}

/** A page from memory is as it is in the store. */
function checkDeletions (context: Context, { name, feedId }: FeedReader, pages: Pages, seen: FeedReader['seen']): void {
  for (const { page, entries } of pages) {
    for (const entry of entries) {
      if (entry.type !== 'message.deleted') continue
      const shown = seen.get(entry.position.page)
      const text = shown?.entries.find(({ messageId, kind }) => messageId === entry.messageId && kind !== 'deleted')?.text
      if (shown !== undefined && shown.head >= page && typeof text === 'string') violate(context, 'a deleted text is nowhere', `${name} gets ${text} of ${feedId}, deleted in page ${page}`)
    }
  }
}
