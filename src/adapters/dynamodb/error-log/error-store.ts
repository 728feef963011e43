import type { ErrorSample, LoggedError } from '#domain/error-log/logged-error.js'
import { createdKey } from '#domain/time.js'
import type { ErrorFilter, ErrorStore } from '#application/ports/error-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import type { Database } from '../engine/client.js'
import { KeyedRows } from '../engine/keyed-rows.js'
import { newestRows } from '../engine/page.js'
import { loadRows, partition } from '../engine/read.js'
import { readable } from '../engine/readable.js'
import { flag, integer, keeping, map, text, textOrNull, word, type Row } from '../engine/row.js'

export class DynamoErrorStore extends KeyedRows<LoggedError> implements ErrorStore {
  readonly #database: Database

  constructor (database: Database) {
    super(database, 'errors', errorOf, (error) => ({ lastSeenKey: createdKey(error.newest.at, error.errorId) }))
    this.#database = database
  }

  async list ({ state, since }: ErrorFilter, page: PageRequest): Promise<Page<LoggedError>> {
    const { items, nextKey } = await newestRows(this.#database, [partition('errors', 'state-lastSeenKey-index', state)], page)
    const later = items.filter((row) => text(row, 'lastSeenKey') >= since)
    const found = await loadRows(this.#database, 'errors', later)
    return { items: readable(this.#database, 'errors', found, errorOf), nextKey: later.length < items.length ? null : nextKey }
  }
}

const errorOf = keeping(['lastSeenKey', 'deleteAt'], (row): LoggedError => ({
  errorId: text(row, 'errorId'),
  kind: word(row, 'kind'),
  name: text(row, 'name'),
  code: textOrNull(row, 'code'),
  where: text(row, 'where'),
  count: integer(row, 'count'),
  first: sampleOf(map(row, 'first')),
  newest: sampleOf(map(row, 'newest')),
  state: word(row, 'state'),
  resolvedAt: textOrNull(row, 'resolvedAt'),
  regressedAt: textOrNull(row, 'regressedAt'),
  isTold: flag(row, 'isTold'),
  expiresAt: text(row, 'expiresAt'),
  version: integer(row, 'version'),
}))

const sampleOf = keeping([], (row: Row): ErrorSample => ({
  at: text(row, 'at'),
  requestId: textOrNull(row, 'requestId'),
  traceId: textOrNull(row, 'traceId'),
  version: text(row, 'version'),
  message: text(row, 'message'),
  stack: textOrNull(row, 'stack'),
}))
