import { messageKey, type Message } from '#domain/messages/message.js'
import { createdAtOf } from '#domain/time.js'
import type { PageRequest } from '#application/ports/page.js'
import type { Database } from '../engine/database.js'
import { merged, newestFirst } from './earlier-messages.js'
import { allOf, compare, expression } from '../engine/expression.js'
import { messageOf } from './message-row.js'
import { queryRows } from '../engine/query.js'

/** A stretch of what a user has sent, or of what he has received. */
interface Stretch {
  readonly direction: 'senderId' | 'receiverId'
  readonly userId: string
  readonly before: PageRequest['before']
  readonly count: number
}

/** The newest `count` messages before the key that a user has sent or received, earlier rows among them. */
export async function messagesOfUser (database: Database, userId: string, before: PageRequest['before'], count: number): Promise<Message[]> {
  const directions = await Promise.all((['senderId', 'receiverId'] as const)
    .map(async (direction) => await newest(database, { direction, userId, before, count }, count + 2)))
  return merged(directions).slice(0, count)
}

/**
 * The index knows the order of timestamps, but not that of messages of the same millisecond. So reading begins with the
 * millisecond of the key, and ends only where the last millisecond of what is needed has been read to its end:
 * two rows more than needed say so, where no two messages share one. Where many do, more is read.
 */
async function newest (database: Database, stretch: Stretch, wanted: number): Promise<Message[]> {
  const { documents, tableNames } = database
  const { direction, userId, before, count } = stretch
  const ofUser = compare(direction, '=', userId)
  const rows = await queryRows(documents, {
    TableName: tableNames.messages,
    IndexName: `${direction}-timestamp-index`,
    ScanIndexForward: false,
    ...expression({ key: before === null ? ofUser : allOf(ofUser, compare('timestamp', '<=', createdAtOf(before))) }),
  }, wanted)
  const messages = rows.map(messageOf)
  const oldest = messages.at(-1)?.createdAt
  const atEnd = messages.length < wanted
  const found = messages
    .filter((message) => (atEnd || message.createdAt !== oldest) && (before === null || messageKey(message) < before))
    .sort(newestFirst)
  return atEnd || found.length >= count ? found.slice(0, count) : await newest(database, stretch, wanted * 2)
}
