import { isTree, makeTree, type Tree } from './tree.js'

/** The created keys under each term. */
export class TermIndex {
  /** Most terms are ids that lead to one order alone: its key takes a fraction of what a tree would. */
  readonly #terms = new Map<string, Tree<undefined> | string>()

  add (term: string, key: string): void {
    const keys = this.#terms.get(term)
    if (isTree<undefined>(keys)) keys.set(key, undefined)
    else if (keys === undefined || keys === key) this.#terms.set(term, key)
    else this.#terms.set(term, makeTree([[keys, undefined], [key, undefined]]))
  }

  /** At most so many keys below `high` and not below `low`, the greatest first. */
  newest (term: string, low: string | null, high: string | null, count: number): string[] {
    const newest: string[] = []
    for (const [key] of this.#below(term, high)) {
      if (newest.length === count || (low !== null && key < low)) break
      newest.push(key)
    }
    return newest
  }

  #below (term: string, high: string | null): Iterable<readonly [key: string, value?: undefined]> {
    const keys = this.#terms.get(term)
    if (isTree<undefined>(keys)) return keys.entriesReversed(high ?? undefined, undefined, true)
    return keys === undefined || (high !== null && keys >= high) ? [] : [[keys]]
  }
}
