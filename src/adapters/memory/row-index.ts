import type { Page, PageRequest } from '../../application/ports/page.js'
import { OrderedIndex } from './ordered-index.js'
import type { Row } from './table.js'

/** The rows of a table in the order of their created keys, apart by owner. */
export class RowIndex<T> extends OrderedIndex<Row<T>> {
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
