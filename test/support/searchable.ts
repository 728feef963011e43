import { memoryStores } from '#adapters/memory/stores.js'
import type { OpenStores } from '#application/ports/stores.js'
import { dispatcherOf } from './dispatching.js'

export interface Searchable {
  readonly store: OpenStores
  /** Lets all that has happened take effect in the index. */
  readonly catchUp: () => Promise<void>
}

/** Stores, in memory unless told otherwise, whose orders can be searched. */
export function searchableStore (store: OpenStores = memoryStores()): Searchable {
  const { run } = dispatcherOf(store)
  return { store, catchUp: run }
}
