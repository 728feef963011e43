import { memoryStores } from '#adapters/memory/stores.js'
import type { OpenStores } from '#application/ports/stores.js'
import { dispatcherOf } from './dispatching.js'

export interface Searchable {
  readonly store: OpenStores
  /** Applies all events to the index. */
  readonly catchUp: () => Promise<void>
}

/** Stores with searchable orders, in memory by default. */
export function searchableStore (store: OpenStores = memoryStores()): Searchable {
  const { run } = dispatcherOf(store)
  return { store, catchUp: run }
}
