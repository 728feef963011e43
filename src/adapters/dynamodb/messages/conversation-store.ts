import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { newConversation, type Conversation, type LastMessage, type Told } from '#domain/messages/conversation.js'
import { conversationIdOf } from '#domain/messages/message.js'
import type { Timestamp } from '#domain/time.js'
import type { ConversationStore, ReadMarker } from '#application/ports/conversation-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { Database } from '../engine/client.js'
import { absent, allOf, compare, expression, present, type Parts } from '../engine/expression.js'
import { below, newestPage, pageOf } from '../engine/page.js'
import { getRows, partition, queryPages, queryRows } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import { untilWritten } from '../engine/retry.js'
import { flag, integer, keeping, mapOrNull, text, textOrNull, type Row } from '../engine/row.js'
import { writeIf } from '../engine/write.js'
import { markRead } from './read-marker.js'

/** Fits into one answer of the index (1 MB), so that the sum costs one request, however many rows there are. */
const UNREAD_MAX_ROWS = 3000

export class DynamoConversationStore implements ConversationStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async find (userId: string, otherUserIds: readonly string[]): Promise<readonly Conversation[]> {
    const keys = [...new Set(otherUserIds)].map((otherUserId) => ({ userId, conversationId: conversationIdOf(userId, otherUserId) }))
    return readable(this.#database, 'inbox', await getRows(this.#database, 'inbox', keys), conversationOf)
  }

  async list (userId: string, page: PageRequest): Promise<Page<Conversation>> {
    return await newestPage(this.#database, partition('inbox', 'userId-lastKey-index', userId), page, conversationOf)
  }

  async unreadTotal (userId: string): Promise<number> {
    const rows = await queryRows(this.#database, { partition: partition('inbox', 'unreadUser-lastKey-index', userId), projection: ['userId', 'conversationId', 'unread'] }, UNREAD_MAX_ROWS)
    return readable(this.#database, 'inbox', rows, (row) => integer(row, 'unread')).reduce((total, unread) => total + unread, 0)
  }

  async markRead (marker: ReadMarker): Promise<Timestamp> {
    return await markRead(this.#database, marker)
  }

  async tell (userId: string, otherUserId: string, change: (side: Conversation) => Told | null): Promise<Conversation | null> {
    const { documents, tableNames } = this.#database
    return await untilWritten(this.#database, async () => {
      const [side] = await this.find(userId, [otherUserId])
      const told = side === undefined ? null : change(side)
      if (side === undefined || told === null) return null
      const isStill = side.told === null ? absent('toldBy') : allOf(compare('toldBy', '=', side.told.by), compare('toldKey', '=', side.told.key))
      const check = await writeIf(this.#database, async () => await documents.send(new UpdateCommand({
        TableName: tableNames.inbox,
        Key: { userId, conversationId: side.conversationId },
        ...expression({ condition: allOf(present('userId'), isStill), update: { set: { toldBy: told.by, toldAt: told.at, toldKey: told.key } } }),
      })))
      return check === null ? { ...side, told } : undefined
    })
  }

  async listBlocked (userId: string, page: PageRequest): Promise<Page<Conversation>> {
    const from = partition('inbox', null, userId)
    const found: Conversation[] = []
    const query = { partition: from, within: below(from.range, page.before), filter: compare('blocked', '=', true), newestFirst: true, consistent: true }
    // A limit would count the rows that the filter leaves out: each request reads 1 MB of them.
    for await (const rows of queryPages(this.#database, query, () => Infinity)) {
      found.push(...readable(this.#database, 'inbox', rows, conversationOf))
      if (found.length > page.limit) break
    }
    return pageOf(found, page, ({ conversationId }) => conversationId)
  }

  /** The unread messages of a side leave the index of the total with a block, and come back with its end. */
  async setBlocked (userId: string, otherUserId: string, blocked: boolean): Promise<Conversation> {
    const set = { otherUserId, blocked }
    const row = blocked
      ? await this.#update(userId, otherUserId, { update: { set, remove: ['unreadUser'] } })
      : await this.#update(userId, otherUserId, { condition: compare('unread', '>=', 1), update: { set: { ...set, unreadUser: userId } } }) ??
        await this.#update(userId, otherUserId, { update: { set } })
    return conversationOf(row as Row)
  }

  /** The new row; null where the condition does not hold. */
  async #update (userId: string, otherUserId: string, parts: Parts): Promise<Row | null> {
    const { documents, tableNames } = this.#database
    let row: Row = {}
    const check = await writeIf(this.#database, async () => {
      const { Attributes = {} } = await documents.send(new UpdateCommand({
        TableName: tableNames.inbox,
        Key: { userId, conversationId: conversationIdOf(userId, otherUserId) },
        ...expression(parts),
        ReturnValues: 'ALL_NEW',
      }))
      row = Attributes
    })
    return check === null ? row : null
  }
}

/**
 * A row of the inbox table has only the attributes that were set once: the row of a conversation without messages has no `lastKey`,
 * so that the index of a user's list does not contain it.
 *
 * @throws Error for a row that is not ours
 */
export const conversationOf = keeping(['unreadUser', 'toldBy', 'toldAt', 'toldKey'], (row): Conversation => {
  const blank = newConversation(text(row, 'userId'), text(row, 'otherUserId'))
  return {
    ...blank,
    conversationId: text(row, 'conversationId'),
    lastMessage: lastMessageIn(mapOrNull(row, 'lastMessage')),
    lastKey: textOrNull(row, 'lastKey'),
    lastReceivedKey: textOrNull(row, 'lastReceivedKey'),
    unread: row['unread'] === undefined ? blank.unread : integer(row, 'unread'),
    readKey: textOrNull(row, 'readKey'),
    readAt: textOrNull(row, 'readAt'),
    otherReadKey: textOrNull(row, 'otherReadKey'),
    otherReadAt: textOrNull(row, 'otherReadAt'),
    blocked: row['blocked'] === undefined ? blank.blocked : flag(row, 'blocked'),
    told: row['toldBy'] === undefined ? null : { by: text(row, 'toldBy'), at: text(row, 'toldAt'), key: text(row, 'toldKey') },
  }
})

function lastMessageIn (row: Row | null): LastMessage | null {
  return row === null ? null : lastMessageOf(row)
}

const lastMessageOf = keeping([], (row): LastMessage => ({
  messageId: text(row, 'messageId'),
  senderId: text(row, 'senderId'),
  type: text(row, 'type'),
  preview: text(row, 'preview'),
  createdAt: text(row, 'createdAt'),
}))
