import { useLocation } from 'preact-iso'
import { useMemo } from 'preact/hooks'
import { addressOf, filtersOf, Trail, type Query } from './address.js'
import { useData, type Data } from './data.js'

/** The rows that a page asks for. */
export const LIMIT = 50

/** A page of a list as the service answers it. */
export interface ListPage<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}

export interface CursorList<T> {
  readonly path: string
  /** The filters that are set. */
  readonly filters: Query
  readonly data: Data<ListPage<T>>
  /** The number of the page; null where the walk did not begin at the first one. */
  readonly page: number | null
  readonly isFirst: boolean
  readonly previous: string | null
  /** Sets filters, and goes back to the first page. An empty value takes one away. */
  readonly filter: (change: Query) => void
  /** The address of the page of this cursor. */
  readonly at: (cursor: string) => string
}

interface Options<T> {
  /** The address of the screen, such as `/console/payments`. */
  readonly path: string
  /** The names that the address may hold. */
  readonly names: readonly string[]
  readonly load: (query: Query, signal: AbortSignal) => Promise<ListPage<T>>
}

const trail = new Trail()

/** A list by pages, whose filters and place are in the address: a link shows the same, and the browser's own buttons work. */
export function useCursorList<T> ({ path, names, load }: Options<T>): CursorList<T> {
  const { query, route } = useLocation()
  const filters = filtersOf(query, names)
  const cursor = query['cursor'] ?? ''
  const list = addressOf(path, filters)
  const data = useData(addressOf(path, { ...filters, cursor }), async (signal) => await load({ ...filters, ...(cursor !== '' && { cursor }) }, signal))
  const { page, previous } = useMemo(() => {
    trail.visit(list, cursor)
    return { page: trail.page, previous: trail.previous }
  }, [list, cursor])
  return {
    path,
    filters,
    data,
    page,
    isFirst: cursor === '',
    previous,
    filter: (change) => { route(addressOf(path, { ...filters, ...change })) },
    at: (next) => addressOf(path, { ...filters, cursor: next }),
  }
}
