import { flat } from './flat.js'
import { isTree, makeTree, type Tree } from './tree.js'

/** Up to so many keys a list takes far less memory than a tree, and copying it for one more takes little. */
const LIST_MAX = 32

/** The created keys under each term, of many in a tree, of few in order in a list. */
export class TermIndex {
  /** Most terms are ids that lead to one order alone: its key needs not even a list. */
  readonly #terms = new Map<string, Tree<undefined> | readonly string[] | string>()

  add (term: string, key: string): void {
    const keys = this.#terms.get(term)
    if (isTree<undefined>(keys)) keys.set(key, undefined)
    else this.#terms.set(flat(term), keys === undefined ? key : withKey(listOf(keys), key))
  }

  /** At most so many keys below `high` and not below `low`, the greatest first. */
  newest (term: string, low: string | null, high: string | null, count: number): string[] {
    const keys = this.#terms.get(term)
    if (!isTree<undefined>(keys)) return listOf(keys).filter((key) => (low === null || key >= low) && (high === null || key < high)).reverse().slice(0, count)
    const newest: string[] = []
    for (const [key] of keys.entriesReversed(high ?? undefined, undefined, true)) {
      if (newest.length === count || (low !== null && key < low)) break
      newest.push(key)
    }
    return newest
  }
}

function listOf (keys: readonly string[] | string | undefined): readonly string[] {
  return typeof keys === 'string' ? [keys] : keys ?? []
}

function withKey (keys: readonly string[], key: string): Tree<undefined> | readonly string[] | string {
  // From the end, because most come in in their order.
  const before = keys.findLastIndex((one) => one <= key)
  if (keys[before] === key) return keys
  if (keys.length === LIST_MAX) return makeTree([...keys, key].map((one) => [one, undefined]))
  return keys.toSpliced(before + 1, 0, key)
}
