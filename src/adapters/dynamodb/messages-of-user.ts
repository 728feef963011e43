import { messageKey, type Message } from '../../domain/message.js'
import { createdAtOf } from '../../domain/time.js'
import type { PageRequest } from '../../application/ports/page.js'
import type { Database } from './database.js'
import { merged, newestFirst } from './earlier-messages.js'
import { allOf, compare, expression } from './expression.js'
import { messageOf } from './message-row.js'
import { queryRows } from './query.js'

/** The newest `count` messages before the key that a user has sent or received, earlier rows among them. */
export async function messagesOfUser (database: Database, userId: string, before: PageRequest['before'], count: number): Promise<Message[]> {
  const directions = await Promise.all([
    newest(database, 'senderId', userId, before, count),
    newest(database, 'receiverId', userId, before, count),
  ])
  return merged(directions).slice(0, count)
}

/**
 * The index knows the order of timestamps, but not that of messages of the same millisecond. So reading begins with the
 * millisecond of the key, and ends only where the last millisecond of what is needed has been read to its end:
 * two rows more than needed say so, where no two messages share one.
 */
async function newest (database: Database, direction: 'senderId' | 'receiverId', userId: string, before: string | null, count: number): Promise<Message[]> {
  const { documents, tableNames } = database
  const ofUser = compare(direction, '=', userId)
  const input = {
    TableName: tableNames.messages,
    IndexName: `${direction}-timestamp-index`,
    ScanIndexForward: false,
    ...expression({ key: before === null ? ofUser : allOf(ofUser, compare('timestamp', '<=', createdAtOf(before))) }),
  }
  for (let wanted = count + 2; ; wanted *= 2) {
    const messages = (await queryRows(documents, input, wanted)).map(messageOf)
    const oldest = messages.at(-1)?.createdAt
    const atEnd = messages.length < wanted
    const found = messages
      .filter((message) => (atEnd || message.createdAt !== oldest) && (before === null || messageKey(message) < before))
      .sort(newestFirst)
    if (atEnd || found.length >= count) return found.slice(0, count)
  }
}
