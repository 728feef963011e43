import type { Signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { t } from '../i18n.js'
import { LIMIT, type CursorList, type ListPage } from '../list.js'
import { Empty, Loaded } from './states.js'

export interface Column<T> {
  readonly title: string
  readonly cell: (item: T) => ComponentChildren
  /** For amounts and counts. */
  readonly isNumber?: boolean
}

interface Props<T> {
  readonly list: CursorList<T>
  /** What the table is, for those who hear it. */
  readonly caption: string
  /** The first one holds the link of the row: `<Main href=… />`. */
  readonly columns: ReadonlyArray<Column<T>>
  readonly keyOf: (item: T) => string
  /** Said where nothing matches. */
  readonly empty: string
  /** The keys of the chosen rows. With it, each row has a box. */
  readonly chosen?: Signal<ReadonlySet<string>> | undefined
}

/** The link of a row, which keys move to. */
export function Main ({ href, children }: { readonly href: string, readonly children: ComponentChildren }) {
  return <a href={href} data-main>{children}</a>
}

function choose (chosen: Signal<ReadonlySet<string>>, keys: readonly string[], isChosen: boolean): void {
  const next = new Set(chosen.peek())
  for (const key of keys) {
    if (isChosen) next.add(key)
    else next.delete(key)
  }
  chosen.value = next
}

function Table<T> ({ list, caption, columns, keyOf, chosen, items }: Omit<Props<T>, 'empty'> & { readonly items: readonly T[] }) {
  const keys = items.map(keyOf)
  return (
    <div class='table' aria-busy={list.data.isLoading.value}>
      <table>
        <caption class='unseen'>{caption}</caption>
        <thead>
          <tr>
            {chosen !== undefined && <th scope='col'><input type='checkbox' aria-label={t('list.choose-all')} checked={keys.every((key) => chosen.value.has(key))} onChange={(event) => { choose(chosen, keys, event.currentTarget.checked) }} /></th>}
            {columns.map(({ title, isNumber = false }) => <th key={title} scope='col' class={isNumber ? 'end' : ''}>{title}</th>)}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => {
            const key = keyOf(item)
            return (
              <tr key={key} data-row>
                {chosen !== undefined && <td><input type='checkbox' aria-label={t('list.choose', { id: key })} checked={chosen.value.has(key)} onChange={(event) => { choose(chosen, [key], event.currentTarget.checked) }} /></td>}
                {columns.map(({ title, cell, isNumber = false }) => <td key={title} class={isNumber ? 'end' : ''}>{cell(item)}</td>)}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

function Pager<T> ({ list, page: { items, nextCursor } }: { readonly list: CursorList<T>, readonly page: ListPage<T> }) {
  const { previous, page, isFirst } = list
  if (isFirst && nextCursor === null && items.length === 0) return null
  return (
    <nav class='pager' aria-label={t('list.pages')}>
      <p class='muted small'>
        {page !== null && `${t('list.page', { page })} · `}{t('list.rows', { count: items.length })}
        {nextCursor !== null && ` · ${items.length < LIMIT ? t('list.short') : t('list.more')}`}
      </p>
      <div class='row'>
        {!isFirst && <a class='button' href={list.at('')}>{t('list.first')}</a>}
        {previous !== null && <a class='button' data-page='previous' href={list.at(previous)}>{t('list.previous')}</a>}
        {nextCursor !== null && <a class='button' data-page='next' href={list.at(nextCursor)}>{t('list.next')}</a>}
      </div>
    </nav>
  )
}

/** A page of a list, with the way to the others. A page without a match that is not the last one says that the search goes on. */
export function List<T> ({ empty, ...props }: Props<T>) {
  return (
    <Loaded data={props.list.data} lines={10}>
      {(page) => (
        <>
          {page.items.length > 0 && <Table {...props} items={page.items} />}
          {page.items.length === 0 && (page.nextCursor === null
            ? <Empty title={empty}>{Object.keys(props.list.filters).length > 0 && <p>{t('list.try')}</p>}</Empty>
            : <Empty title={t('list.none-yet')}><p>{t('list.goes-on')}</p></Empty>)}
          <Pager list={props.list} page={page} />
        </>
      )}
    </Loaded>
  )
}
