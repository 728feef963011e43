import { hrefOf, zoned, type Query } from '../../address.js'
import { api, read, type Schema } from '../../api.js'
import { Filters, type Filter } from '../../components/filters.js'
import { List, Main, type Column } from '../../components/list.js'
import { Screen } from '../../components/screen.js'
import { Badge, Id, Json, Time, toneOf } from '../../components/values.js'
import { t } from '../../i18n.js'
import { LIMIT, useCursorList } from '../../list.js'

type AuditEntry = Schema<'AuditEntry'>

const ACTOR: Filter = { name: 'actorId', label: 'audit.actor' }
const TARGET: Filter = { name: 'targetId', label: 'audit.target' }
const DAYS: readonly Filter[] = [{ name: 'from', label: 'payments.from', isDay: true }, { name: 'to', label: 'payments.to', isDay: true }]
const NAMES = [ACTOR, TARGET, ...DAYS].map(({ name }) => name)

/** The service takes who did it or what it was done to, and not both. */
function filtersFor ({ actorId, targetId }: Query): readonly Filter[] {
  return [...(targetId === undefined ? [ACTOR] : []), ...(actorId === undefined || targetId !== undefined ? [TARGET] : []), ...DAYS]
}

async function load ({ actorId, ...query }: Query, signal: AbortSignal) {
  const actor = actorId === undefined || query['targetId'] !== undefined ? {} : { actorId }
  return await read(api.GET('/api/admin/audit', { params: { query: { ...zoned(query), ...actor, limit: LIMIT } }, signal }))
}

function Target ({ id }: { readonly id: string }) {
  const href = hrefOf(id)
  return href === undefined ? <Id value={id} /> : <Main href={href}><code class='cell-text' title={id}>{id}</code></Main>
}

function columns (): ReadonlyArray<Column<AuditEntry>> {
  return [
    { title: t('audit.action'), cell: ({ action, detail }) => <><code>{action}</code>{Object.keys(detail).length > 0 && <details><summary class='small'>{t('audit.detail')}</summary><Json value={detail} /></details>}</> },
    { title: t('audit.outcome'), cell: ({ outcome }) => outcome === null ? <Badge kind='outcome' value='unknown' tone='warn' /> : <Badge kind='outcome' value={outcome} tone={toneOf(outcome) === 'good' ? 'good' : 'bad'} /> },
    { title: t('audit.actor'), cell: ({ actorId }) => actorId === null ? <Badge kind='outcome' value='shared_token' tone='warn' /> : <Id value={actorId} href={`/console/audit?actorId=${encodeURIComponent(actorId)}`} /> },
    { title: t('audit.target'), cell: ({ targetId }) => targetId === null ? '–' : <Target id={targetId} /> },
    { title: t('audit.request'), cell: ({ requestId }) => <Id value={requestId} /> },
    { title: t('audit.created'), cell: ({ createdAt }) => <Time at={createdAt} isExact /> },
  ]
}

/** What people with a role have done. */
export function Audit () {
  const list = useCursorList({ path: '/console/audit', names: NAMES, load })
  return (
    <Screen title={t('audit.title')} about={t('audit.about')}>
      <Filters list={list} filters={filtersFor(list.filters)} />
      <List list={list} caption={t('audit.title')} columns={columns()} keyOf={({ auditId }) => auditId} empty={t('audit.none')} />
    </Screen>
  )
}
