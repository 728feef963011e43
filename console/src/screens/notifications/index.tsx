import { hrefOf, type Query } from '../../address.js'
import { api, read, type Schema } from '../../api.js'
import { Main, type Column } from '../../components/list.js'
import { Badge, Id, Time } from '../../components/values.js'
import { Waiting } from '../../components/waiting.js'
import { t, word } from '../../i18n.js'
import { LIMIT, useCursorList } from '../../list.js'

type Notification = Schema<'Notification'>

async function load (query: Query, signal: AbortSignal) {
  return await read(api.GET('/api/admin/notifications/dead', { params: { query: { ...query, limit: LIMIT } }, signal }))
}

async function retry (notificationId: string) {
  return await read(api.POST('/api/admin/notifications/dead/{notificationId}/retry', { params: { path: { notificationId } } }))
}

function Kind ({ of: { kind, subjectId } }: { readonly of: Notification }) {
  const href = hrefOf(subjectId)
  const name = word('notification', kind)
  return href === undefined ? <>{name}</> : <Main href={href}>{name}</Main>
}

function Deliveries ({ of: { deliveries } }: { readonly of: Notification }) {
  if (deliveries.length === 0) return <>–</>
  return (
    <ul>
      {deliveries.map(({ channel, state, reason, at }) => (
        <li key={`${channel}${at}`} class='row'>{word('channel', channel)}<Badge kind='delivery' value={state} />{reason !== null && <code>{reason}</code>}</li>
      ))}
    </ul>
  )
}

function columns (): ReadonlyArray<Column<Notification>> {
  return [
    { title: t('notifications.kind'), cell: (item) => <Kind of={item} /> },
    { title: t('notifications.reason'), cell: ({ reason }) => reason === null ? '–' : <code>{reason}</code> },
    { title: t('notifications.deliveries'), cell: (item) => <Deliveries of={item} /> },
    { title: t('notifications.subject'), cell: ({ subjectId }) => <Id value={subjectId} /> },
    { title: t('notifications.created'), cell: ({ createdAt }) => <Time at={createdAt} isExact /> },
  ]
}

/** The notifications that were given up. */
export function Notifications () {
  const list = useCursorList({ path: '/console/notifications', names: [], load })
  return <Waiting title={t('notifications.title')} about={t('notifications.about')} list={list} label={(count) => t('notifications.retry', { count })} act={retry} columns={columns()} keyOf={({ notificationId }) => notificationId} empty={t('notifications.none')} />
}
