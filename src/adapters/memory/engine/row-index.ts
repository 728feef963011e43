import type { Page, PageRequest } from '#application/ports/page.js'
import type { Row } from './table.js'
import { isTree, makeTree, type Tree } from './tree.js'

type Entry<T> = readonly [key: string, row: Row<T>]

/** Rows of a table in the order of their created keys, a tree for each owner: a page costs the same however much the others own. */
export class RowIndex<T> {
  /** Who owns one row alone needs no tree: it would take ten times the memory. */
  readonly #owners = new Map<string, Tree<Row<T>> | Entry<T>>()

  add (owner: string, key: string, row: Row<T>): void {
    const owned = this.#owners.get(owner)
    if (isTree<Row<T>>(owned)) owned.set(key, row)
    else if (owned === undefined || owned[0] === key) this.#owners.set(owner, [key, row])
    else this.#owners.set(owner, makeTree([[...owned], [key, row]]))
  }

  remove (owner: string, key: string): void {
    const owned = this.#owners.get(owner)
    if (isTree<Row<T>>(owned)) owned.delete(key)
    else if (owned?.[0] === key) this.#owners.delete(owner)
  }

  /** Keys and rows below `before`, from the greatest key down. */
  descending (owner: string, before: string | null): Iterable<Entry<T>> {
    const owned = this.#owners.get(owner)
    if (isTree<Row<T>>(owned)) return owned.entriesReversed(before ?? undefined, undefined, true)
    return owned === undefined || (before !== null && owned[0] >= before) ? [] : [owned]
  }

  /** Keys and rows from the smallest key up. */
  ascending (owner: string): Iterable<Entry<T>> {
    const owned = this.#owners.get(owner)
    if (isTree<Row<T>>(owned)) return owned.entries()
    return owned === undefined ? [] : [owned]
  }

  /** A page of an owner's rows, newest first. */
  page (owner: string, { before, limit }: PageRequest): Page<T> {
    const items: T[] = []
    let lastKey: string | null = null
    for (const [key, { stored }] of this.descending(owner, before)) {
      if (items.length === limit) return { items, nextKey: lastKey }
      items.push(stored)
      lastKey = key
    }
    return { items, nextKey: null }
  }
}
