import type { Page, PageRequest } from '#application/ports/page.js'
import type { Database } from './client.js'
import { compare, type Condition } from './expression.js'
import { queryRows, type Partition } from './read.js'
import { readable, type Reader } from './readable.js'
import { text, type Row } from './row.js'

/** The rows of a page that runs from new to old, as a condition on the range key; null for all. */
export function below (range: string, before: PageRequest['before']): Condition | null {
  return before === null ? null : compare(range, '<', before)
}

/** A page of a partition, newest first. One query. */
export async function newestPage<T> (database: Database, from: Partition, page: PageRequest, read: Reader<T>, consistent = false): Promise<Page<T>> {
  const { items, nextKey } = await newestRows(database, [from], page, consistent)
  return { items: readable(database, from.table, items, read), nextKey }
}

/** The rows of a page of several partitions of one index, newest first. One query for each partition, all at once. */
export async function newestRows (database: Database, partitions: readonly Partition[], page: PageRequest, consistent = false): Promise<Page<Row>> {
  const found = await Promise.all(partitions.map(async (one) => {
    const rows = await queryRows(database, { partition: one, within: below(one.range, page.before), newestFirst: true, consistent }, page.limit + 1)
    return rows.map((row) => ({ row, key: text(row, one.range) }))
  }))
  const { items, nextKey } = pageOf(found.flat().sort((one, other) => one.key < other.key ? 1 : -1), page, ({ key }) => key)
  return { items: items.map(({ row }) => row), nextKey }
}

/** A page of items that were read one further than the page goes, which tells whether the list goes on. */
export function pageOf<T> (items: readonly T[], { limit }: PageRequest, keyOf: (item: T) => string): Page<T> {
  const shown = items.slice(0, limit)
  const [last] = items.length > limit ? shown.slice(-1) : []
  return { items: shown, nextKey: last === undefined ? null : keyOf(last) }
}

interface Head<T> {
  readonly source: AsyncGenerator<T, void>
  readonly item: T
  readonly key: string
}

/**
 * One list, newest first, of several that each run from new to old. The first items of all are asked for at once; after that a list
 * is asked for its next item only once the one before has been handed out.
 */
export async function * mergeNewest<T> (sources: ReadonlyArray<AsyncGenerator<T, void>>, keyOf: (item: T) => string): AsyncGenerator<T, void> {
  const advance = async (source: AsyncGenerator<T, void>): Promise<Head<T> | null> => {
    const step = await source.next()
    return step.done === true ? null : { source, item: step.value, key: keyOf(step.value) }
  }
  let heads = (await Promise.all(sources.map(advance))).filter((head) => head !== null)
  for (let newest = newestOf(heads); newest !== null; newest = newestOf(heads)) {
    const taken = newest
    yield taken.item
    const next = await advance(taken.source)
    heads = [...heads.filter((head) => head !== taken), ...(next === null ? [] : [next])]
  }
}

/** Looks at all heads, because there are a few dozen at most. */
function newestOf<T> (heads: ReadonlyArray<Head<T>>): Head<T> | null {
  return heads.reduce<Head<T> | null>((newest, head) => newest === null || head.key > newest.key ? head : newest, null)
}
