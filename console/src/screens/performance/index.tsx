import { useSignal, type Signal } from '@preact/signals'
import { zoned, type Query } from '../../address.js'
import { api, read, type Schema } from '../../api.js'
import { Filters, type Filter } from '../../components/filters.js'
import { List, type Column } from '../../components/list.js'
import { Screen } from '../../components/screen.js'
import { Badge, Id, Time } from '../../components/values.js'
import { duration } from '../../format.js'
import { language, t } from '../../i18n.js'
import { LIMIT, useCursorList, type ListPage } from '../../list.js'

type Named = Schema<'NamedPerformance'>
type Total = Schema<'PerformanceTotal'>
type Slow = Schema<'SlowRequest'>

const PATH = '/console/performance'
const FILTERS: readonly Filter[] = [
  { name: 'kind', label: 'performance.kind', options: ['store', 'gateway', 'work'], kind: 'measured', none: 'measured.http' },
  { name: 'from', label: 'performance.day', isDay: true },
]
const NAMES = FILTERS.map(({ name }) => name)

const ms = (value: number | null): string => value === null ? '–' : duration(value, language.value)

async function loadNamed (query: Query, total: Signal<Total | null>, signal: AbortSignal): Promise<ListPage<Named>> {
  const answer = await read(api.GET('/api/admin/performance', { params: { query: zoned(query) }, signal }))
  total.value = answer.total
  return { items: answer.byName, nextCursor: null }
}

async function loadSlow ({ kind: _kind, ...query }: Query, signal: AbortSignal): Promise<ListPage<Slow>> {
  const { items } = await read(api.GET('/api/admin/performance/slow', { params: { query: { ...zoned(query), limit: LIMIT } }, signal }))
  return { items, nextCursor: null }
}

function Figures ({ total: { count, errors, p50, p95, max } }: { readonly total: Total }) {
  const figures = [
    [t('performance.count'), count.toLocaleString(language.value)], [t('performance.errors'), errors.toLocaleString(language.value)],
    [t('performance.p50'), ms(p50)], [t('performance.p95'), ms(p95)], [t('performance.max'), ms(max)],
  ] as const
  return <div class='card'><div class='figures'>{figures.map(([name, value]) => <div key={name} class='figure'><span>{name}</span><strong>{value}</strong></div>)}</div></div>
}

function columns (): ReadonlyArray<Column<Named>> {
  return [
    { title: t('performance.name'), cell: ({ name }) => <code class='cell-text' title={name}>{name}</code> },
    { title: t('performance.spent'), isNumber: true, cell: ({ spent }) => ms(spent) },
    { title: t('performance.count'), isNumber: true, cell: ({ count }) => count.toLocaleString(language.value) },
    { title: t('performance.errors'), isNumber: true, cell: ({ errors }) => errors.toLocaleString(language.value) },
    { title: t('performance.p50'), isNumber: true, cell: ({ p50 }) => ms(p50) },
    { title: t('performance.p95'), isNumber: true, cell: ({ p95 }) => ms(p95) },
    { title: t('performance.max'), isNumber: true, cell: ({ max }) => ms(max) },
  ]
}

function slowColumns (): ReadonlyArray<Column<Slow>> {
  return [
    { title: t('performance.route'), cell: ({ route }) => <code class='cell-text' title={route}>{route}</code> },
    { title: t('performance.took'), isNumber: true, cell: (slow) => ms(slow.ms) },
    { title: t('performance.status'), cell: ({ status }) => <Badge kind='http' value={String(status)} tone={status >= 500 ? 'bad' : 'none'} /> },
    { title: t('performance.request'), cell: ({ requestId }) => <Id value={requestId} /> },
    { title: t('performance.at'), cell: ({ at }) => <Time at={at} isExact /> },
  ]
}

/** What takes how long: of the last hour, or of a day. */
export function Performance () {
  const total = useSignal<Total | null>(null)
  const named = useCursorList({ path: PATH, names: NAMES, load: async (query, signal) => await loadNamed(query, total, signal) })
  const slow = useCursorList({ path: PATH, names: NAMES, load: loadSlow })
  return (
    <Screen title={t('performance.title')} about={named.filters['from'] === undefined ? t('performance.hour') : t('performance.of-day')}>
      <Filters list={named} filters={FILTERS} />
      {total.value !== null && <Figures total={total.value} />}
      <h2>{t('performance.by-name')}</h2>
      <List list={named} caption={t('performance.by-name')} columns={columns()} keyOf={({ name }) => name} empty={t('performance.none')} />
      <h2>{t('performance.slow')}</h2>
      <List list={slow} caption={t('performance.slow')} columns={slowColumns()} keyOf={({ requestId, at }) => `${requestId} ${at}`} empty={t('performance.none')} />
    </Screen>
  )
}
