import { inState, KEPT_MS, type ErrorState, type LoggedError } from '#domain/error-log/logged-error.js'
import { DomainError } from '#domain/errors.js'
import { laterBy, type Timestamp } from '#domain/time.js'
import type { ErrorStore } from '../ports/error-store.js'
import type { Page, PageRequest } from '../ports/page.js'
import type { Clock } from '../ports/system.js'

export type ErrorLogUseCases = ReturnType<typeof makeErrorLogUseCases>

/** What an administrator does with the error log. */
export function makeErrorLogUseCases ({ errors, clock }: { readonly errors: ErrorStore, readonly clock: Clock }) {
  return {
    /** Those that were seen last come first. `since`: null for as long as errors are kept. */
    listErrors: async ({ state, since }: { readonly state: ErrorState, readonly since: Timestamp | null }, page: PageRequest): Promise<Page<LoggedError>> =>
      await errors.list({ state, since: since ?? laterBy(clock(), -KEPT_MS) }, page),

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
