import type { Fallback } from './outage.js'
import { over } from '../over.js'

/** The store with some methods of its own. All others can't do without it: they fail at once while it is away, or while the journal has writes of `key`. */
export function guarded<T extends object> (fallback: Fallback, store: T, own: Partial<T>, key?: string): T {
  return over(store, own, (call) => async (...args) => await fallback.only(async () => await call(...args), key))
}
