import type { Attempts } from '#domain/accounts/attempt.js'
import type { AttemptStore } from '#application/ports/account-stores.js'
import type { Database } from '../engine/client.js'
import { KeyedRows } from '../engine/keyed-rows.js'
import { integer, keeping, text, textOrNull } from '../engine/row.js'

export class DynamoAttemptStore extends KeyedRows<Attempts> implements AttemptStore {
  constructor (database: Database) {
    super(database, 'attempts', attemptsOf)
  }
}

const attemptsOf = keeping(['attemptKey', 'deleteAt'], (row): Attempts => ({
  count: integer(row, 'count'),
  blockedUntil: textOrNull(row, 'blockedUntil'),
  ...(row['by'] === undefined ? {} : { by: text(row, 'by') }),
  expiresAt: text(row, 'expiresAt'),
  version: integer(row, 'version'),
}))
