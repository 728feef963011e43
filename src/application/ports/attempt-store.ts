import type { Attempts } from '#domain/accounts/attempt.js'

/** A rule for whatever was tried before: pure, because it may run more than once. Null forgets all. */
export type AttemptChange = (before: Attempts | null) => Attempts | null

/**
 * What was tried how often, by key. A store may forget it any time after it counts no more.
 * Every method may throw `store_unavailable`: whether a write took place is then unknown.
 */
export interface AttemptStore {
  find: (key: string) => Promise<Attempts | null>

  /** Applies `change` to what stands there, as one step: of many at once each sees those before. What it throws comes out as it is, and nothing is written. */
  update: (key: string, change: AttemptChange) => Promise<void>
}
