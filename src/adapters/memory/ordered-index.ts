import type { Page, PageRequest } from '../../application/ports/page.js'
import { isTree, makeTree, type Tree } from './tree.js'

type Entry = readonly [key: string, id: string]

/** Ids in the order of their created keys, a tree for each owner: a page costs the same however much the others own. */
export class OrderedIndex {
  /** Who owns one thing alone, as most terms of a search do, needs no tree: it would take ten times the memory. */
  readonly #owners = new Map<string, Tree<string> | Entry>()

  add (owner: string, key: string, id: string): void {
    const owned = this.#owners.get(owner)
    if (isTree(owned)) owned.set(key, id)
    else if (owned === undefined || owned[0] === key) this.#owners.set(owner, [key, id])
    else this.#owners.set(owner, makeTree([[...owned], [key, id]]))
  }

  remove (owner: string, key: string): void {
    const owned = this.#owners.get(owner)
    if (isTree(owned)) owned.delete(key)
    else if (owned?.[0] === key) this.#owners.delete(owner)
  }

  /** Keys and ids below `before`, from the greatest key down. */
  descending (owner: string, before: string | null): Iterable<Entry> {
    const owned = this.#owners.get(owner)
    if (isTree(owned)) return owned.entriesReversed(before ?? undefined, undefined, true)
    return owned === undefined || (before !== null && owned[0] >= before) ? [] : [owned]
  }

  /** Keys and ids from the smallest key up. */
  ascending (owner: string): Iterable<Entry> {
    const owned = this.#owners.get(owner)
    if (isTree(owned)) return owned.entries()
    return owned === undefined ? [] : [owned]
  }

  /** A page of what the ids stand for, newest first. */
  page<T> (owner: string, { before, limit }: PageRequest, load: (id: string) => T): Page<T> {
    const items: T[] = []
    let lastKey: string | null = null
    for (const [key, id] of this.descending(owner, before)) {
      if (items.length === limit) return { items, nextKey: lastKey }
      items.push(load(id))
      lastKey = key
    }
    return { items, nextKey: null }
  }
}
