import sortedBtree from 'sorted-btree'
import type { Page, PageRequest } from '../../application/ports/page.js'

const BTree = sortedBtree.default
type Tree = InstanceType<typeof BTree<string, string>>

/** Ids in the order of their created keys, a tree for each owner: a page costs the same however much the others own. */
export class OrderedIndex {
  readonly #trees = new Map<string, Tree>()

  add (owner: string, key: string, id: string): void {
    let tree = this.#trees.get(owner)
    if (tree === undefined) {
      tree = new BTree<string, string>(undefined, byCodeUnits)
      this.#trees.set(owner, tree)
    }
    tree.set(key, id)
  }

  remove (owner: string, key: string): void {
    this.#trees.get(owner)?.delete(key)
  }

  /** Keys and ids below `before`, from the greatest key down. */
  descending (owner: string, before: string | null): Iterable<readonly [key: string, id: string]> {
    return this.#trees.get(owner)?.entriesReversed(before ?? undefined, undefined, true) ?? []
  }

  /** Keys and ids from the smallest key up. */
  ascending (owner: string): Iterable<readonly [key: string, id: string]> {
    return this.#trees.get(owner)?.entries() ?? []
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

function byCodeUnits (a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
