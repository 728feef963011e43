import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Session } from '#domain/accounts/session.js'
import { createdKey } from '#domain/time.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { SessionStore } from '#application/ports/session-store.js'
import type { Database } from '../engine/database.js'
import { allOf, compare, expression } from '../engine/expression.js'
import { pageOf, queryRows } from '../engine/query.js'
import { integer, rowOf, secondsOf, text, textOrNull, type Row } from '../engine/row.js'

export class DynamoSessionStore implements SessionStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async insert (session: Session): Promise<void> {
    await this.#database.documents.send(new PutCommand({ TableName: this.#table, Item: sessionRow(session) }))
  }

  async find (sessionId: string): Promise<Session | null> {
    const { Item } = await this.#database.documents.send(new GetCommand({ TableName: this.#table, Key: { sessionId }, ConsistentRead: true }))
    return Item === undefined ? null : sessionOf(Item)
  }

  async replace (before: Session, after: Session): Promise<boolean> {
    try {
      await this.#database.documents.send(new PutCommand({
        TableName: this.#table,
        Item: sessionRow(after),
        ...expression({ condition: compare('tokenDigest', '=', before.tokenDigest) }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }))
      return true
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
      // A write whose answer was lost is repeated by the SDK, and then finds what it has written itself.
      return error.Item !== undefined && sessionOf(rowOf(error.Item)).tokenDigest === after.tokenDigest
    }
  }

  async remove (sessionId: string): Promise<void> {
    await this.#database.documents.send(new DeleteCommand({ TableName: this.#table, Key: { sessionId } }))
  }

  async listOfUser (userId: string, page: PageRequest): Promise<Page<Session>> {
    const ofUser = compare('userId', '=', userId)
    const rows = await queryRows(this.#database.documents, {
      TableName: this.#table,
      IndexName: 'userId-createdKey-index',
      ScanIndexForward: false,
      ...expression({ key: page.before === null ? ofUser : allOf(ofUser, compare('createdKey', '<', page.before)) }),
    }, page.limit + 1)
    return pageOf(rows.map(sessionOf), page, keyOf)
  }

  get #table (): string {
    return this.#database.tableNames.sessions
  }
}

function keyOf ({ createdAt, sessionId }: Session): string {
  return createdKey(createdAt, sessionId)
}

function sessionRow (session: Session): Row {
  return { ...session, createdKey: keyOf(session), deleteAt: secondsOf(session.expiresAt) }
}

function sessionOf (row: Row): Session {
  return {
    sessionId: text(row, 'sessionId'),
    userId: text(row, 'userId'),
    email: text(row, 'email'),
    epoch: integer(row, 'epoch'),
    familyDigest: text(row, 'familyDigest'),
    tokenDigest: text(row, 'tokenDigest'),
    device: textOrNull(row, 'device'),
    createdAt: text(row, 'createdAt'),
    lastUsedAt: text(row, 'lastUsedAt'),
    expiresAt: text(row, 'expiresAt'),
  }
}
