import type { Page, PageRequest } from '#application/ports/page.js'

/** What a list is made of. */
export interface Listed<T> {
  readonly idOf: (item: T) => string
  /** By which it is ordered. */
  readonly keyOf: (item: T) => string
}

/**
 * A page of the store's with what is in the journal, newest first. What is in both is taken as `ours` has it.
 * The store's list is not known beyond its page, so that nothing may be shown that lies behind its end.
 */
export function merged<T> (theirs: Page<T>, ours: readonly T[], { limit }: PageRequest, { idOf, keyOf }: Listed<T>): Page<T> {
  if (ours.length === 0) return theirs
  const end = theirs.nextKey
  const byId = new Map([...theirs.items, ...ours].map((item) => [idOf(item), item]))
  const items = [...byId.values()].filter((item) => end === null || keyOf(item) >= end).sort((one, other) => keyOf(one) < keyOf(other) ? 1 : -1)
  const shown = items.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown, nextKey: last !== undefined && (items.length > limit || end !== null) ? keyOf(last) : null }
}
