import { messageKey, orderedAtOf, type Message } from '#domain/messages/message.js'
import { createdAtOf } from '#domain/time.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { Database } from '../engine/client.js'
import { compare } from '../engine/expression.js'
import { below, pageOf } from '../engine/page.js'
import { partition, queryRows } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import type { EarlierMessages } from './earlier-messages.js'
import { messageOf } from './message-row.js'

/** A page of both directions of a conversation: one query, and two more while earlier messages lack the key of the index. */
export async function messagesOfConversation (database: Database, earlier: EarlierMessages, conversationId: string, page: PageRequest): Promise<Page<Message>> {
  const [rows, others] = await Promise.all([
    queryRows(database, {
      partition: partition('messages', 'conversationId-sortKey-index', conversationId), within: below('sortKey', page.before), newestFirst: true,
    }, page.limit + 1),
    earlier.arePending().then((pending) => pending ? earlier.ofConversation(conversationId, page.before) : []),
  ])
  return pageOf(merged([readable(database, 'messages', rows, messageOf), others]), page, messageKey)
}

/** A page of all that a user has sent and received, earlier messages among them: two queries at any depth. */
export async function messagesOfUser (database: Database, userId: string, page: PageRequest): Promise<Page<Message>> {
  const count = page.limit + 1
  const directions = await Promise.all((['senderId', 'receiverId'] as const)
    .map(async (direction) => await newest(database, { direction, userId, before: page.before, count }, count + 2)))
  return pageOf(merged(directions), page, messageKey)
}

/** A stretch of the messages that a user has sent, or of those that they have received. */
interface Stretch {
  readonly direction: 'senderId' | 'receiverId'
  readonly userId: string
  readonly before: PageRequest['before']
  readonly count: number
}

/**
 * The index knows the order of timestamps, but not that of messages of the same millisecond. So reading begins with the
 * millisecond of the key, and ends only where the last millisecond that is needed has been read to its end. Two rows more than
 * needed show that where no two messages share a millisecond; where many do, more rows are read.
 */
async function newest (database: Database, stretch: Stretch, wanted: number): Promise<Message[]> {
  const { direction, userId, before, count } = stretch
  const rows = await queryRows(database, {
    partition: partition('messages', `${direction}-timestamp-index`, userId),
    within: before === null ? null : compare('timestamp', '<=', createdAtOf(before)),
    newestFirst: true,
  }, wanted)
  const messages = readable(database, 'messages', rows, messageOf)
  const oldest = rows.at(-1)?.['timestamp']
  const atEnd = rows.length < wanted
  const found = messages
    .filter((message) => (atEnd || orderedAtOf(message) !== oldest) && (before === null || messageKey(message) < before))
    .sort(newestFirst)
  return atEnd || found.length >= count ? found.slice(0, count) : await newest(database, stretch, wanted * 2)
}

/** Messages of several reads in one order, each once. */
function merged (lists: ReadonlyArray<readonly Message[]>): Message[] {
  const byId = new Map(lists.flat().map((message) => [message.messageId, message]))
  return [...byId.values()].sort(newestFirst)
}

function newestFirst (one: Message, other: Message): number {
  return messageKey(one) < messageKey(other) ? 1 : -1
}
