import type { ErrorState, LoggedError } from '#domain/error-log/logged-error.js'
import type { Timestamp } from '#domain/time.js'
import type { Page, PageRequest } from './page.js'

export interface ErrorFilter {
  readonly state: ErrorState
  /** Errors that were last seen then or later. */
  readonly since: Timestamp
}

/**
 * The errors of the error log. A store may delete an error any time after it has expired.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface ErrorStore {
  find: (errorId: string) => Promise<LoggedError | null>

  /**
   * Applies `change` to the stored error, null if there is none, and stores the result. `change` is pure, because the store runs it
   * again when another change came first. A change that returns its argument writes nothing.
   */
  update: (errorId: string, change: (before: LoggedError | null) => LoggedError | null) => Promise<LoggedError | null>

  /** Those that were seen last come first. */
  list: (filter: ErrorFilter, page: PageRequest) => Promise<Page<LoggedError>>
}
