import { useMemo } from 'preact/hooks'
import type { Query } from '../../address.js'
import { api, read, type Schema } from '../../api.js'
import { choice } from '../../bulk.js'
import { Bulk } from '../../components/bulk.js'
import { List, Main, type Column } from '../../components/list.js'
import { Screen } from '../../components/screen.js'
import { Id, Time } from '../../components/values.js'
import { t, word } from '../../i18n.js'
import { LIMIT, useCursorList } from '../../list.js'
import { may } from '../../session.js'

type ParkedEvent = Schema<'ParkedEvent'>

async function load (query: Query, signal: AbortSignal) {
  return await read(api.GET('/api/admin/outbox/parked', { params: { query: { ...query, limit: LIMIT } }, signal }))
}

async function retry (eventId: string) {
  return await read(api.POST('/api/admin/outbox/parked/{eventId}/retry', { params: { path: { eventId } } }))
}

function columns (): ReadonlyArray<Column<ParkedEvent>> {
  return [
    { title: t('parked.type'), cell: ({ type, subjectId }) => subjectId.startsWith('pay_') ? <Main href={`/console/payments/${subjectId}`}>{word('event', type)}</Main> : word('event', type) },
    { title: t('parked.reason'), cell: ({ reason }) => <span class='small'>{reason}</span> },
    { title: t('parked.subject'), cell: ({ subjectId }) => <Id value={subjectId} /> },
    { title: t('parked.occurred'), cell: ({ occurredAt }) => <Time at={occurredAt} isExact /> },
    { title: t('parked.parked'), cell: ({ parkedAt }) => <Time at={parkedAt} isExact /> },
  ]
}

/** Events of ours that had no effect yet. */
export function Parked () {
  const chosen = useMemo(choice, [])
  const list = useCursorList({ path: '/console/events/parked', names: [], load })
  return (
    <Screen title={t('parked.title')} about={t('parked.about')}>
      <Bulk chosen={chosen} label={(count) => t('parked.retry', { count })} act={retry} onEnd={list.data.reload} />
      <List list={list} caption={t('parked.title')} columns={columns()} keyOf={({ eventId }) => eventId} empty={t('parked.none')} chosen={may('operate') ? chosen : undefined} />
    </Screen>
  )
}
