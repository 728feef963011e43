import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { countedUnread, newConversation, withMessages, type Conversation, type LastMessage, type Told } from '#domain/messages/conversation.js'
import { conversationIdOf, type Message } from '#domain/messages/message.js'
import type { Timestamp } from '#domain/time.js'
import type { ConversationStore, ReadMarker } from '#application/ports/conversation-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { Database } from '../engine/client.js'
import { absent, allOf, compare, expression, type Parts } from '../engine/expression.js'
import { below, newestPage, pageOf } from '../engine/page.js'
import { getRow, getRows, partition, queryPages, queryRows } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import { untilWritten } from '../engine/retry.js'
import { flag, integer, keeping, mapOrNull, text, textOrNull, type Row } from '../engine/row.js'
import { writeIf } from '../engine/write.js'
import type { EarlierMessages } from './earlier-messages.js'
import { markRead } from './read-marker.js'

/** Fits into one answer of the index (1 MB), so that the sum costs one request, however many rows there are. */
const UNREAD_MAX_ROWS = 3000

export class DynamoConversationStore implements ConversationStore {
  readonly #database: Database
  readonly #earlier: EarlierMessages

  constructor (database: Database, earlier: EarlierMessages) {
    this.#database = database
    this.#earlier = earlier
  }

  async find (userId: string, otherUserIds: readonly string[]): Promise<readonly Conversation[]> {
    const earlier = (await this.#withEarlier(userId)).filter(({ side }) => otherUserIds.includes(side.otherUserId)).map(joined)
    const found = new Set(earlier.map(({ otherUserId }) => otherUserId))
    return [...await this.#sides(userId, otherUserIds.filter((otherUserId) => !found.has(otherUserId))), ...earlier]
  }

  /** The sides of the user to which earlier messages belong that the back-fill has not taken in, and these messages. */
  async #withEarlier (userId: string): Promise<readonly WithEarlier[]> {
    // Before the sides, so that none that the back-fill takes in meanwhile is missing.
    const found = await this.#earlier.ofUser(userId)
    const sides = new Map((await this.#sides(userId, [...found.keys()])).map((side) => [side.otherUserId, side]))
    return [...found].map(([otherUserId, messages]) => ({ side: sides.get(otherUserId) ?? newConversation(userId, otherUserId), messages }))
  }

  async #sides (userId: string, otherUserIds: readonly string[]): Promise<readonly Conversation[]> {
    const keys = [...new Set(otherUserIds)].map((otherUserId) => ({ userId, conversationId: conversationIdOf(userId, otherUserId) }))
    // One side alone may be read in one request with what others ask for.
    const rows = keys.length === 1 ? await Promise.all(keys.map(async (key) => await getRow(this.#database, 'inbox', key))) : await getRows(this.#database, 'inbox', keys)
    return readable(this.#database, 'inbox', rows.filter((row) => row !== null), conversationOf)
  }

  async list (userId: string, page: PageRequest): Promise<Page<Conversation>> {
    const earlier = (await this.#withEarlier(userId)).map(joined)
    const sides = partition('inbox', 'userId-lastKey-index', userId)
    if (earlier.length === 0) return await newestPage(this.#database, sides, page, conversationOf)
    const found = new Set(earlier.map(({ otherUserId }) => otherUserId))
    // Those with earlier messages may stand elsewhere in the list of rows.
    const rows = await queryRows(this.#database, { partition: sides, within: below(sides.range, page.before), newestFirst: true }, page.limit + 1 + earlier.length)
    const others = readable(this.#database, 'inbox', rows, conversationOf).filter(({ otherUserId }) => !found.has(otherUserId))
    const moved = earlier.filter((side) => page.before === null || keyOf(side) < page.before)
    return pageOf([...others, ...moved].sort((one, other) => keyOf(one) < keyOf(other) ? 1 : -1), page, keyOf)
  }

  async unreadTotal (userId: string): Promise<number> {
    const rows = await queryRows(this.#database, { partition: partition('inbox', 'unreadUser-lastKey-index', userId), projection: ['userId', 'conversationId', 'unread'] }, UNREAD_MAX_ROWS)
    const earlier = await this.#withEarlier(userId)
    const unread = earlier.map(({ side, messages }) => countedUnread(withMessages({ ...side, unread: 0 }, messages)))
    return [...readable(this.#database, 'inbox', rows, (row) => integer(row, 'unread')), ...unread].reduce((total, count) => total + count, 0)
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
        // There may be no row yet, but earlier messages.
        ...expression({ condition: isStill, update: { set: { otherUserId, toldBy: told.by, toldAt: told.at, toldKey: told.key } } }),
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

interface WithEarlier {
  readonly side: Conversation
  readonly messages: readonly Message[]
}

function joined ({ side, messages }: WithEarlier): Conversation {
  return withMessages(side, messages)
}

function keyOf ({ lastKey }: Conversation): string {
  return String(lastKey)
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
