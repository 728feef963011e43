import type { Query } from '../../address.js'
import { api, read, type Schema } from '../../api.js'
import { Filters, type Filter } from '../../components/filters.js'
import { List, Main, type Column } from '../../components/list.js'
import { Screen } from '../../components/screen.js'
import { Badge, Time } from '../../components/values.js'
import { t, word } from '../../i18n.js'
import { LIMIT, useCursorList } from '../../list.js'

type Report = Schema<'MessageReportSummary'>

const FILTERS: readonly Filter[] = [{ name: 'state', label: 'errors.state', options: ['resolved'], kind: 'error-state', none: 'error-state.open' }]

async function load (query: Query, signal: AbortSignal) {
  return await read(api.GET('/api/admin/message-reports', { params: { query: { ...query, limit: LIMIT } }, signal }))
}

function columns (): ReadonlyArray<Column<Report>> {
  return [
    { title: t('message-report.reported'), cell: ({ messageId, createdAt }) => <Main href={`/console/message-reports/${encodeURIComponent(messageId)}`}><Time at={createdAt} /></Main> },
    { title: t('message-report.reason'), cell: ({ reason }) => word('report', reason) },
    { title: t('message-report.sender'), cell: ({ senderId }) => <code class='cell-text' title={senderId}>{senderId}</code> },
    { title: t('message-report.reporter'), cell: ({ reporterId }) => <code class='cell-text' title={reporterId}>{reporterId}</code> },
    { title: t('errors.state'), cell: ({ state, resolution }) => resolution === null ? <Badge kind='error-state' value={state} /> : <Badge kind='message-report-was' value={resolution.decision} tone='good' /> },
  ]
}

/** The reports of private messages, without a text: that is shown where one is opened. */
export function MessageReports () {
  const list = useCursorList({ path: '/console/message-reports', names: FILTERS.map(({ name }) => name), load })
  return (
    <Screen title={t('message-reports.title')} about={t('message-reports.about')}>
      <Filters list={list} filters={FILTERS} />
      <List list={list} caption={t('message-reports.title')} columns={columns()} keyOf={({ messageId }) => messageId} empty={t('message-reports.none')} />
    </Screen>
  )
}
