import { inState, KEPT_MS, type ErrorState, type LoggedError } from '#domain/error-log/logged-error.js'
import type { OccurrenceKind } from '#domain/error-log/occurrence.js'
import { DomainError } from '#domain/errors.js'
import { createdKey, laterBy, type Timestamp } from '#domain/time.js'
import type { ErrorStore } from '../ports/error-store.js'
import { FilteredPage, type Page, type PageRequest } from '../ports/page.js'
import type { Clock } from '../ports/system.js'

export interface ErrorQuery {
  readonly state: ErrorState
  /** Null for as long as errors are kept. */
  readonly since: Timestamp | null
  /** Null for all. */
  readonly kind: OccurrenceKind | null
  /** Where it happened, as the error has it; null for everywhere. */
  readonly where: string | null
}

/** Rows that a filtered list reads at once. */
const READ_ROWS = 100

export type ErrorLogUseCases = ReturnType<typeof makeErrorLogUseCases>

/** What an administrator does with the error log. */
export function makeErrorLogUseCases ({ errors, clock }: { readonly errors: ErrorStore, readonly clock: Clock }) {
  return {
    /** Those that were seen last come first. For a kind or a place, errors are looked through; see `FilteredPage`. */
    listErrors: async ({ state, since, kind, where }: ErrorQuery, page: PageRequest): Promise<Page<LoggedError>> => {
      const filter = { state, since: since ?? laterBy(clock(), -KEPT_MS) }
      if (kind === null && where === null) return await errors.list(filter, page)
      const found = new FilteredPage<LoggedError>(page, (error) => (kind === null || error.kind === kind) && (where === null || error.where === where))
      let { before } = page
      for (;;) {
        const { items, nextKey } = await errors.list(filter, { before, limit: READ_ROWS })
        for (const error of items) if (!found.examine(createdKey(error.newest.at, error.errorId), error)) return found.unfinished()
        if (nextKey === null) return found.upTo(null)
        before = nextKey
      }
    },

    /** @throws not_found */
    getError: async (errorId: string): Promise<LoggedError> => present(await errors.find(errorId)),

    /** @throws not_found */
    setErrorState: async (errorId: string, state: ErrorState): Promise<LoggedError> =>
      present(await errors.update(errorId, (before) => isKept(before) ? inState(before, state, clock()) : before)),
  }

  function present (error: LoggedError | null): LoggedError {
    if (!isKept(error)) throw new DomainError('not_found', 'the error log has no such error')
    return error
  }

  function isKept (error: LoggedError | null): error is LoggedError {
    return error !== null && error.expiresAt > clock()
  }
}
