import type { LoggedError } from '#domain/error-log/logged-error.js'
import { createdKey } from '#domain/time.js'
import type { ErrorFilter, ErrorStore } from '#application/ports/error-store.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { KeyedRows } from '../engine/keyed-rows.js'

/** So few that a list can look at all of them. Beyond it the errors are forgotten that were seen longest ago. */
const ERRORS_MAX = 1000

export class MemoryErrorStore extends KeyedRows<LoggedError> implements ErrorStore {
  constructor () {
    super(ERRORS_MAX)
  }

  async list ({ state, since }: ErrorFilter, { before, limit }: PageRequest): Promise<Page<LoggedError>> {
    const found = this.all()
      .filter((error) => error.state === state && error.newest.at >= since)
      .map((error) => ({ error, key: createdKey(error.newest.at, error.errorId) }))
      .filter(({ key }) => before === null || key < before)
      .sort((one, other) => one.key < other.key ? 1 : -1)
    const shown = found.slice(0, limit)
    const [last] = found.length > limit ? shown.slice(-1) : []
    return { items: shown.map(({ error }) => error), nextKey: last?.key ?? null }
  }
}
