import type { Attempts } from '#domain/accounts/attempt.js'

/** Computes the next count from the present one. It is pure, because a store may run it again. Null deletes the count. */
export type AttemptChange = (before: Attempts | null) => Attempts | null

/**
 * Counted attempts by key. A store may delete a count any time after it has expired.
 *
 * @throws store_unavailable, store_busy from every method; see `Stores`
 */
export interface AttemptStore {
  find: (key: string) => Promise<Attempts | null>

  /** Applies `change` atomically: concurrent changes of one key run one after another. */
  update: (key: string, change: AttemptChange) => Promise<void>
}
