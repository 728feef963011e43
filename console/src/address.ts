/** The values of a list's address: filters by name, and where the page starts. */
export type Query = Readonly<Record<string, string>>

/** The query of an address without what is empty, in the order of the names, so that one list has one address. */
export function addressOf (path: string, query: Readonly<Record<string, string | undefined>>): string {
  const entries = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '')
  const search = new URLSearchParams(entries.sort(([one], [other]) => one < other ? -1 : 1)).toString()
  return search === '' ? path : `${path}?${search}`
}

/** The filters among the values of an address: what the list does not know is left out. */
export function filtersOf (query: Query, names: readonly string[]): Query {
  return Object.fromEntries(names.flatMap((name) => {
    const value = query[name]
    return value === undefined || value === '' ? [] : [[name, value]]
  }))
}

/** The query of a list with the zone in which its days are those of the operator, where it has any. */
export function zoned (query: Query): Query {
  return query['from'] === undefined && query['to'] === undefined ? query : { ...query, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone }
}

const SCREENS_OF: ReadonlyMap<string, string> = new Map([['pay', 'payments'], ['ship', 'shipments'], ['err', 'errors']])

/** The screen of the thing with this id; undefined where it has none. */
export function hrefOf (id: string): string | undefined {
  const [, kind = ''] = /^([a-z]+)_/.exec(id) ?? []
  const screen = SCREENS_OF.get(kind)
  return screen === undefined ? undefined : `/console/${screen}/${encodeURIComponent(id)}`
}

/** The pages of one list that a person has walked: the cursors by which they came, oldest first. The first page has none. */
export class Trail {
  #list = ''
  #cursors: string[] = []

  /** Notes that this page of this list is shown. Another list, or other filters, begin anew. */
  visit (list: string, cursor: string): void {
    if (list !== this.#list) this.#cursors = []
    this.#list = list
    const index = this.#cursors.indexOf(cursor)
    this.#cursors = index < 0 ? [...this.#cursors, cursor] : this.#cursors.slice(0, index + 1)
  }

  /** The cursor of the page before this one; null where it is not known, as after the page was opened by its address. */
  get previous (): string | null {
    return this.#cursors.at(-2) ?? null
  }

  /** The number of the page, where the walk began at the first one. */
  get page (): number | null {
    return this.#cursors[0] === '' ? this.#cursors.length : null
  }
}
