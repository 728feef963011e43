import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { Erasure } from '#domain/accounts/erasure.js'
import type { Timestamp } from '#domain/time.js'
import type { ErasureStore } from '#application/ports/account-stores.js'
import type { Insertion } from '#application/ports/insertion.js'
import type { Database } from '../engine/client.js'
import { absent, compare, expression, type Condition } from '../engine/expression.js'
import { partition, queryRows } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import { flag, integer, keeping, text, textOrNull, word, words, type Row } from '../engine/row.js'
import { takenBy, writeIf, type Check } from '../engine/write.js'

/** Beside the register of the days on which payments were created. */
const REGISTER = 'erasures'

export class DynamoErasureStore implements ErasureStore {
  readonly #database: Database

  constructor (database: Database) {
    this.#database = database
  }

  async insert (erasure: Erasure): Promise<Insertion<Erasure>> {
    const check = await this.#put(erasure, absent('userId'))
    if (check === null) return { inserted: true, stored: erasure }
    const stored = erasureOf(takenBy(check))
    return { inserted: false, stored }
  }

  /** All of one partition are read: they are those of some days, and their rows are small. */
  async due (now: Timestamp, limit: number): Promise<readonly Erasure[]> {
    const rows = await queryRows(this.#database, { partition: partition('days', null, REGISTER), filter: compare('dueAt', '<=', now) })
    return readable(this.#database, 'days', rows, erasureOf).slice(0, limit)
  }

  async replace (next: Erasure): Promise<boolean> {
    return await this.#put(next, compare('version', '=', next.version - 1)) === null
  }

  async remove ({ userId, version }: Erasure): Promise<void> {
    const { documents, tableNames } = this.#database
    await writeIf(this.#database, async () => await documents.send(new DeleteCommand({
      TableName: tableNames.days, Key: keyOf(userId), ...expression({ condition: compare('version', '=', version) }),
    })))
  }

  async #put (erasure: Erasure, condition: Condition): Promise<Check | null> {
    const { documents, tableNames } = this.#database
    return await writeIf(this.#database, async () => await documents.send(new PutCommand({
      TableName: tableNames.days, Item: { ...erasure, ...keyOf(erasure.userId) }, ...expression({ condition }), ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })))
  }
}

function keyOf (userId: string) {
  return { register: REGISTER, day: userId }
}

const erasureOf = keeping(['register', 'day'], (row: Row): Erasure => ({
  userId: text(row, 'userId'),
  email: textOrNull(row, 'email'),
  emails: words(row, 'emails'),
  addresses: words(row, 'addresses'),
  requestedAt: text(row, 'requestedAt'),
  pass: integer(row, 'pass') as Erasure['pass'],
  step: word(row, 'step'),
  cursor: textOrNull(row, 'cursor'),
  isUnfinished: flag(row, 'isUnfinished'),
  dueAt: text(row, 'dueAt'),
  version: integer(row, 'version'),
}))
