import type { ComponentChildren } from 'preact'
import { useMemo } from 'preact/hooks'
import { choice } from '../bulk.js'
import type { CursorList } from '../list.js'
import { may } from '../session.js'
import { Bulk } from './bulk.js'
import { Filters, type Filter } from './filters.js'
import { List, type Column } from './list.js'
import { Screen } from './screen.js'

interface Props<T> {
  readonly title: string
  readonly about: string
  readonly list: CursorList<T>
  readonly filters?: readonly Filter[]
  /** The words of the act on the chosen rows. */
  readonly label: (count: number) => string
  readonly act: (key: string) => Promise<unknown>
  readonly columns: ReadonlyArray<Column<T>>
  readonly keyOf: (item: T) => string
  readonly empty: string
  /** The dialog of another act. */
  readonly children?: ComponentChildren
}

/** A screen of what waits: a list whose rows are chosen and tried again, by those who may. */
export function Waiting<T> ({ title, about, list, filters = [], label, act, children, ...rows }: Props<T>) {
  const chosen = useMemo(choice, [])
  return (
    <Screen title={title} about={about}>
      {filters.length > 0 && <Filters list={list} filters={filters} />}
      <Bulk chosen={chosen} label={label} act={act} onEnd={list.data.reload} />
      <List {...rows} list={list} caption={title} chosen={may('operate') ? chosen : undefined} />
      {children}
    </Screen>
  )
}
