import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Conversation } from '#domain/messages/conversation.js'
import { conversationIdOf } from '#domain/messages/message.js'
import type { Timestamp } from '#domain/time.js'
import type { ConversationStore, ReadMarker } from '#application/ports/conversation-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { batchGet } from '../engine/batch-get.js'
import { conversationOf } from './conversation-row.js'
import type { Database } from '../engine/database.js'
import { allOf, compare, expression } from '../engine/expression.js'
import { pageOf, queryRows } from '../engine/query.js'
import { markRead } from './read-marker.js'
import { integer, text } from '../engine/row.js'
import { retryConflicts } from '../engine/transact.js'

/** Fits into one page of the index (1 MB), so that the sum costs one request whatever lies there. */
const UNREAD_MAX_ROWS = 3000

export class DynamoConversationStore implements ConversationStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async find (userId: string, otherUserIds: readonly string[]): Promise<readonly Conversation[]> {
    const keys = [...new Set(otherUserIds)].map((otherUserId) => ({ userId, conversationId: conversationIdOf(userId, otherUserId) }))
    return (await batchGet(this.#database, this.#database.tableNames.inbox, keys)).map(conversationOf)
  }

  async list (userId: string, page: PageRequest): Promise<Page<Conversation>> {
    const { documents, tableNames } = this.#database
    const ofUser = compare('userId', '=', userId)
    const rows = await queryRows(documents, {
      TableName: tableNames.inbox,
      IndexName: 'userId-lastKey-index',
      ScanIndexForward: false,
      ...expression({ key: page.before === null ? ofUser : allOf(ofUser, compare('lastKey', '<', page.before)) }),
    }, page.limit + 1)
    const { items, nextKey } = pageOf(rows, page, (row) => text(row, 'lastKey'))
    return { items: items.map(conversationOf), nextKey }
  }

  async unreadTotal (userId: string): Promise<number> {
    const { documents, tableNames } = this.#database
    const rows = await queryRows(documents, {
      TableName: tableNames.inbox,
      IndexName: 'unreadUser-lastKey-index',
      ...expression({ key: compare('unreadUser', '=', userId), projection: ['unread'] }),
    }, UNREAD_MAX_ROWS)
    return rows.reduce((total, row) => total + integer(row, 'unread'), 0)
  }

  async markRead (marker: ReadMarker): Promise<Timestamp> {
    return await markRead(this.#database, marker)
  }

  async setBlocked (userId: string, otherUserId: string, blocked: boolean): Promise<Conversation> {
    const { documents, tableNames } = this.#database
    const { Attributes = {} } = await retryConflicts(this.#database, async () => await documents.send(new UpdateCommand({
      TableName: tableNames.inbox,
      Key: { userId, conversationId: conversationIdOf(userId, otherUserId) },
      ...expression({ update: { set: { otherUserId, blocked } } }),
      ReturnValues: 'ALL_NEW',
    })))
    return conversationOf(Attributes)
  }
}
