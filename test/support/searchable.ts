import { memoryPersistence } from '#adapters/memory/persistence.js'
import type { Persistence } from '#application/ports/persistence.js'
import { dispatcherOf } from './dispatching.js'

export interface Searchable {
  readonly store: Persistence
  /** Lets all that has happened take effect in the index. */
  readonly catchUp: () => Promise<void>
}

/** Stores, in memory unless told otherwise, whose orders can be searched. */
export function searchableStore (store: Persistence = memoryPersistence()): Searchable {
  const { run } = dispatcherOf(store)
  return { store, catchUp: run }
}
