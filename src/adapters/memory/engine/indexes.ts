import sortedBtree from 'sorted-btree'
import { createdAtOf, type Timestamp } from '#domain/time.js'
import type { Page, PageRequest } from '#application/ports/page.js'
import { flat, type Row } from './table.js'

const BTree = sortedBtree.default

/** Values in the order of their keys, which compare as they do in DynamoDB. */
export type Tree<T> = InstanceType<typeof BTree<string, T>>

export function makeTree<T> (entries: Array<[key: string, value: T]> = []): Tree<T> {
  return new BTree<string, T>(entries, byCodeUnits)
}

function isTree<T> (value: unknown): value is Tree<T> {
  return value instanceof BTree
}

function byCodeUnits (a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The owner, in an index of all rows. */
export const EVERYBODY = ''

type Entry<T> = readonly [key: string, row: Row<T>]

/** Rows of a table in the order of their keys, a tree for each owner: a page costs the same however much the others own. */
export class RowIndex<T> {
  /** An owner of one row has no tree, which would take ten times the memory. */
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

  /** The number of an owner's rows, up to `max`. */
  count (owner: string, max: number): number {
    return Iterator.from(this.ascending(owner)).take(max).toArray().length
  }

  /** Of an index whose keys begin with the time at which a row is due: those that are due by now, those that have been due for longest first. */
  due (owner: string, now: Timestamp, limit: number): T[] {
    const due: T[] = []
    for (const [key, { stored }] of this.ascending(owner)) {
      if (createdAtOf(key) > now || due.length === limit) break
      due.push(stored)
    }
    return due
  }
}

/** Up to so many keys a list takes far less memory than a tree, and a copy with one key more costs little. */
const LIST_MAX = 32

/** The created keys under each term: many in a tree, a few in a list in their order. */
export class TermIndex {
  /** Most terms are ids of a single order: its key needs no list. */
  readonly #terms = new Map<string, Tree<undefined> | readonly string[] | string>()

  add (term: string, key: string): void {
    const keys = this.#terms.get(term)
    if (isTree<undefined>(keys)) keys.set(key, undefined)
    else this.#terms.set(flat(term), keys === undefined ? key : withKey(listOf(keys), key))
  }

  remove (term: string, key: string): void {
    const keys = this.#terms.get(term)
    if (isTree<undefined>(keys)) keys.delete(key)
    else this.#terms.set(flat(term), listOf(keys).filter((one) => one !== key))
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
  // From the end, because most keys arrive in their order.
  const before = keys.findLastIndex((one) => one <= key)
  if (keys[before] === key) return keys
  if (keys.length === LIST_MAX) return makeTree([...keys, key].map((one) => [one, undefined]))
  return keys.toSpliced(before + 1, 0, key)
}
