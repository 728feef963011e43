import { isTree, makeTree, type Tree } from './tree.js'

type Entry<T> = readonly [key: string, value: T]

/** Values in the order of their created keys, a tree for each owner: a page costs the same however much the others own. */
export class OrderedIndex<T> {
  /** Who owns one thing alone, as most terms of a search do, needs no tree: it would take ten times the memory. */
  readonly #owners = new Map<string, Tree<T> | Entry<T>>()

  add (owner: string, key: string, value: T): void {
    const owned = this.#owners.get(owner)
    if (isTree<T>(owned)) owned.set(key, value)
    else if (owned === undefined || owned[0] === key) this.#owners.set(owner, [key, value])
    else this.#owners.set(owner, makeTree([[...owned], [key, value]]))
  }

  remove (owner: string, key: string): void {
    const owned = this.#owners.get(owner)
    if (isTree<T>(owned)) owned.delete(key)
    else if (owned?.[0] === key) this.#owners.delete(owner)
  }

  /** Keys and values below `before`, from the greatest key down. */
  descending (owner: string, before: string | null): Iterable<Entry<T>> {
    const owned = this.#owners.get(owner)
    if (isTree<T>(owned)) return owned.entriesReversed(before ?? undefined, undefined, true)
    return owned === undefined || (before !== null && owned[0] >= before) ? [] : [owned]
  }

  /** Keys and values from the smallest key up. */
  ascending (owner: string): Iterable<Entry<T>> {
    const owned = this.#owners.get(owner)
    if (isTree<T>(owned)) return owned.entries()
    return owned === undefined ? [] : [owned]
  }
}
