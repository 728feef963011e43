import { zoned, type Query } from '../../address.js'
import { api, read, type Schema } from '../../api.js'
import { Filters, type Filter } from '../../components/filters.js'
import { List, Main, type Column } from '../../components/list.js'
import { Screen } from '../../components/screen.js'
import { Badge, Time } from '../../components/values.js'
import { t, word } from '../../i18n.js'
import { LIMIT, useCursorList } from '../../list.js'

type LoggedError = Schema<'LoggedErrorSummary'>

const FILTERS: readonly Filter[] = [
  { name: 'state', label: 'errors.state', options: ['muted', 'resolved'], kind: 'error-state', none: 'error-state.open' },
  { name: 'kind', label: 'errors.kind', options: ['request', 'job', 'event', 'provider', 'process'], kind: 'error-kind' },
  { name: 'from', label: 'errors.since', isDay: true },
  { name: 'where', label: 'errors.where' },
]

async function load (query: Query, signal: AbortSignal) {
  return await read(api.GET('/api/admin/errors', { params: { query: { ...zoned(query), limit: LIMIT } }, signal }))
}

function columns (): ReadonlyArray<Column<LoggedError>> {
  return [
    { title: t('errors.error'), cell: ({ errorId, name, code, message }) => <><Main href={`/console/errors/${errorId}`}>{name}{code !== null && ` ${code}`}</Main><span class='cell-text muted small' title={message}>{message}</span></> },
    { title: t('errors.where'), cell: ({ kind, where }) => <>{word('error-kind', kind)}{where !== '' && <code class='cell-text' title={where}>{where}</code>}</> },
    { title: t('errors.state'), cell: ({ state, regressedAt }) => <span class='row'><Badge kind='error-state' value={state} tone={state === 'open' ? 'bad' : 'none'} />{regressedAt !== null && <Badge kind='error-state' value='regressed' tone='bad' />}</span> },
    { title: t('errors.count'), isNumber: true, cell: ({ count }) => count },
    { title: t('errors.last'), cell: ({ lastSeen }) => <Time at={lastSeen} isExact /> },
    { title: t('errors.first'), cell: ({ firstSeen }) => <Time at={firstSeen} /> },
  ]
}

/** The errors of the service, one for each cause. */
export function Errors () {
  const list = useCursorList({ path: '/console/errors', names: FILTERS.map(({ name }) => name), load })
  return (
    <Screen title={t('errors.title')} about={t('errors.about')}>
      <Filters list={list} filters={FILTERS} />
      <List list={list} caption={t('errors.title')} columns={columns()} keyOf={({ errorId }) => errorId} empty={t('errors.none')} />
    </Screen>
  )
}
