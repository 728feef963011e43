import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Attempts } from '#domain/accounts/attempt.js'
import type { AttemptChange, AttemptStore } from '#application/ports/account-stores.js'
import type { Database } from '../engine/client.js'
import { absent, compare, expression } from '../engine/expression.js'
import { getRow } from '../engine/read.js'
import { untilWritten } from '../engine/retry.js'
import { integer, keeping, secondsOf, text, textOrNull, type Row } from '../engine/row.js'
import { writeIf, type Check } from '../engine/write.js'

export class DynamoAttemptStore implements AttemptStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async find (key: string): Promise<Attempts | null> {
    return attemptsIn(await getRow(this.#database, 'attempts', { attemptKey: key }))
  }

  async update (key: string, change: AttemptChange): Promise<void> {
    let before = await this.find(key)
    await untilWritten(this.#database, async () => {
      const check = await this.#replace(key, before, change(before))
      if (check === null) return true
      before = attemptsIn(check.row)
      return undefined
    })
  }

  async #replace (key: string, before: Attempts | null, after: Attempts | null): Promise<Check | null> {
    const { documents, tableNames } = this.#database
    const condition = before === null ? absent('attemptKey') : compare('version', '=', before.version)
    const request = { TableName: tableNames.attempts, ...expression({ condition }), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const }
    return await writeIf(this.#database, async () => await (after === null
      ? documents.send(new DeleteCommand({ ...request, Key: { attemptKey: key } }))
      : documents.send(new PutCommand({ ...request, Item: { ...after, attemptKey: key, deleteAt: secondsOf(after.expiresAt) } }))))
  }
}

function attemptsIn (row: Row | null): Attempts | null {
  return row === null ? null : attemptsOf(row)
}

const attemptsOf = keeping(['attemptKey', 'deleteAt'], (row): Attempts => ({
  count: integer(row, 'count'),
  blockedUntil: textOrNull(row, 'blockedUntil'),
  expiresAt: text(row, 'expiresAt'),
  version: integer(row, 'version'),
}))
