import type { Query } from '../../address.js'
import { api, read, type Schema } from '../../api.js'
import { Main, type Column } from '../../components/list.js'
import { Id, Time } from '../../components/values.js'
import { Waiting } from '../../components/waiting.js'
import { t, word } from '../../i18n.js'
import { LIMIT, useCursorList } from '../../list.js'

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
  const list = useCursorList({ path: '/console/events/parked', names: [], load })
  return <Waiting title={t('parked.title')} about={t('parked.about')} list={list} label={(count) => t('parked.retry', { count })} act={retry} columns={columns()} keyOf={({ eventId }) => eventId} empty={t('parked.none')} />
}
