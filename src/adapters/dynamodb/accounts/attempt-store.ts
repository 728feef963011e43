import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Attempts } from '#domain/accounts/attempt.js'
import type { AttemptChange, AttemptStore } from '#application/ports/attempt-store.js'
import { deadline, type Database } from '../engine/database.js'
import { busy } from '../engine/errors.js'
import { absent, compare, expression } from '../engine/expression.js'
import { integer, rowOf, secondsOf, text, textOrNull, type Row } from '../engine/row.js'

/** How long an attempt tries to be counted while others are counted under the same key. */
const UPDATE_DEADLINE_MS = 3000

export class DynamoAttemptStore implements AttemptStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async find (key: string): Promise<Attempts | null> {
    const { Item } = await this.#database.documents.send(new GetCommand({ TableName: this.#table, Key: { attemptKey: key }, ConsistentRead: true }))
    return Item === undefined ? null : attemptsOf(Item)
  }

  async update (key: string, change: AttemptChange): Promise<void> {
    const expired = deadline(this.#database, UPDATE_DEADLINE_MS)
    let before = await this.find(key)
    do {
      const found = await this.#write(key, before, change(before))
      if (found === 'written') return
      before = found
    } while (!expired())
    throw busy()
  }

  get #table (): string {
    return this.#database.tableNames.attempts
  }

  /** Answers what stands there instead of `before`, where the write came too late. */
  async #write (key: string, before: Attempts | null, after: Attempts | null): Promise<'written' | Attempts | null> {
    const condition = before === null ? absent('attemptKey') : compare('version', '=', before.version)
    const request = { TableName: this.#table, ...expression({ condition }), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const }
    try {
      const { documents } = this.#database
      await (after === null
        ? documents.send(new DeleteCommand({ ...request, Key: { attemptKey: key } }))
        : documents.send(new PutCommand({ ...request, Item: { attemptKey: key, ...after, deleteAt: secondsOf(after.expiresAt) } })))
      return 'written'
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
      return error.Item === undefined ? null : attemptsOf(rowOf(error.Item))
    }
  }
}

function attemptsOf (row: Row): Attempts {
  return { count: integer(row, 'count'), blockedUntil: textOrNull(row, 'blockedUntil'), expiresAt: text(row, 'expiresAt'), version: integer(row, 'version') }
}
