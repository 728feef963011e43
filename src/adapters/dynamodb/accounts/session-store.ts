import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { Scope } from '#domain/accounts/permissions.js'
import type { ConsoleEntry, Session } from '#domain/accounts/session.js'
import type { Role } from '#domain/accounts/user.js'
import { createdKey } from '#domain/time.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { SessionStore } from '#application/ports/account-stores.js'
import type { Database } from '../engine/client.js'
import { compare, expression } from '../engine/expression.js'
import { newestPage } from '../engine/page.js'
import { getRow, partition } from '../engine/read.js'
import { flag, integer, keeping, map, secondsOf, text, textOrNull, wordOrNull, words, type Row } from '../engine/row.js'
import { writeIf } from '../engine/write.js'

export class DynamoSessionStore implements SessionStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async insert (session: Session): Promise<void> {
    await this.#database.documents.send(new PutCommand({ TableName: this.#table, Item: sessionRow(session) }))
  }

  async find (sessionId: string): Promise<Session | null> {
    const row = await getRow(this.#database, 'sessions', { sessionId })
    return row === null ? null : sessionOf(row)
  }

  async replace (before: Session, after: Session): Promise<boolean> {
    const check = await writeIf(this.#database, async () => await this.#database.documents.send(new UpdateCommand({
      TableName: this.#table,
      Key: { sessionId: before.sessionId },
      ...expression({ condition: compare('tokenDigest', '=', before.tokenDigest), update: { set: changes(before, after) } }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })))
    // The SDK repeats a write whose answer was lost, and the repeat then meets its own row.
    return check === null || check.row?.['tokenDigest'] === after.tokenDigest
  }

  async remove (sessionId: string): Promise<void> {
    await this.#database.documents.send(new DeleteCommand({ TableName: this.#table, Key: { sessionId } }))
  }

  async listOfUser (userId: string, page: PageRequest): Promise<Page<Session>> {
    return await newestPage(this.#database, partition('sessions', 'userId-createdKey-index', userId), page, sessionOf)
  }

  get #table (): string {
    return this.#database.tableNames.sessions
  }
}

function sessionRow (session: Session) {
  return { ...session, createdKey: createdKey(session.createdAt, session.sessionId), deleteAt: secondsOf(session.expiresAt) }
}

/** The attributes that have changed. The token is always there, because a change of nothing is none for DynamoDB. */
function changes (before: Session, after: Session) {
  const known: Row = sessionRow(before)
  const { sessionId, ...row } = sessionRow(after)
  return Object.fromEntries(Object.entries(row).filter(([attribute, value]) => attribute === 'tokenDigest' || value !== known[attribute]))
}

const sessionOf = keeping(['createdKey', 'deleteAt'], (row): Session => ({
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
  hasSecondFactor: row['hasSecondFactor'] !== undefined && flag(row, 'hasSecondFactor'),
  steppedUpUntil: textOrNull(row, 'steppedUpUntil'),
  ...(row['console'] === undefined ? {} : { console: consoleEntryOf(map(row, 'console')) }),
}))

const consoleEntryOf = keeping([], (row): ConsoleEntry => ({
  endsAt: text(row, 'endsAt'),
  scopes: row['scopes'] == null ? null : words<Scope>(row, 'scopes'),
  role: wordOrNull<Role>(row, 'role'),
  sharedToken: textOrNull(row, 'sharedToken'),
}))
