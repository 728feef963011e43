import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { t, word, type Key } from '../i18n.js'
import { hasShortcuts } from '../preferences.js'
import type { CursorList } from '../list.js'
import { Field, oneType, SelectField } from './fields.js'

/** One filter: a choice with `options`, whose words are those of `kind`; otherwise a text or a day. */
export interface Filter {
  readonly name: string
  readonly label: Key
  readonly options?: readonly string[]
  readonly kind?: string
  readonly isDay?: boolean
  /** What no choice is called, where the list then leaves something out. */
  readonly none?: Key
}

interface Props<T> {
  readonly list: CursorList<T>
  readonly filters: readonly Filter[]
  /** The one box for words and ids, and the name of its value in the address. */
  readonly search?: { readonly name: string, readonly label: Key, readonly hint: Key } | undefined
}

function Search<T> ({ list, search: { name, label, hint } }: { readonly list: CursorList<T>, readonly search: NonNullable<Props<T>['search']> }) {
  const text = useSignal(list.filters[name] ?? '')
  useEffect(() => { text.value = list.filters[name] ?? '' }, [list.filters[name]])
  const submit = (event: Event): void => {
    event.preventDefault()
    list.filter({ [name]: text.value.trim() })
  }
  return (
    <form class='search' role='search' data-search onSubmit={submit}>
      <Field label={t(label)}>
        {(own) => <input {...own} type='search' autoComplete='off' maxLength={200} placeholder={t(hint)} value={text.value} onInput={(event) => { text.value = event.currentTarget.value }} />}
      </Field>
      {hasShortcuts.value && <kbd aria-hidden='true'>/</kbd>}
    </form>
  )
}

/** The filters of a list. Each change is a new address. */
export function Filters<T> ({ list, filters, search }: Props<T>) {
  const isSet = Object.keys(list.filters).length > 0
  return (
    <div class='filters'>
      {search !== undefined && <Search list={list} search={search} />}
      {filters.map(({ name, label, options, kind = name, isDay = false, none = 'list.any' }) => {
        const value = list.filters[name] ?? ''
        const change = (to: string): void => { list.filter({ [name]: to.trim() }) }
        if (options !== undefined) {
          return <SelectField key={name} label={t(label)} value={value} onChange={change} options={[['', t(none)], ...options.map((option) => [option, word(kind, option)] as const)]} />
        }
        return (
          <Field key={name} label={t(label)}>
            {(own) => <input {...own} type={oneType(isDay ? 'date' : 'text')} autoComplete='off' maxLength={128} value={value} onChange={(event) => { change(event.currentTarget.value) }} />}
          </Field>
        )
      })}
      {isSet && <div><button type='button' class='quiet' onClick={() => { list.filter(Object.fromEntries(Object.keys(list.filters).map((name) => [name, '']))) }}>{t('list.clear')}</button></div>}
    </div>
  )
}
