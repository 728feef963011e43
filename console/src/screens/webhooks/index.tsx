import type { Query } from '../../address.js'
import { api, read, type Schema } from '../../api.js'
import type { Filter } from '../../components/filters.js'
import { Main, type Column } from '../../components/list.js'
import { Badge, Id, Time } from '../../components/values.js'
import { Waiting } from '../../components/waiting.js'
import { t, word } from '../../i18n.js'
import { LIMIT, useCursorList } from '../../list.js'

type WebhookEvent = Schema<'WebhookEvent'>

const FILTERS: readonly Filter[] = [
  { name: 'state', label: 'webhooks.state', options: ['received', 'applied', 'parked', 'ignored'], kind: 'webhook' },
  { name: 'subject', label: 'webhooks.subject', options: ['payment', 'shipment', 'room'], kind: 'subject' },
  { name: 'provider', label: 'webhooks.provider' },
]

async function load (query: Query, signal: AbortSignal) {
  return await read(api.GET('/api/admin/webhook-events', { params: { query: { ...query, limit: LIMIT } }, signal }))
}

async function replay (eventId: string) {
  return await read(api.POST('/api/admin/webhook-events/{eventId}/replay', { params: { path: { eventId } } }))
}

function Subject ({ event: { subject, subjectId } }: { readonly event: WebhookEvent }) {
  return subject === 'payment' && subjectId !== null ? <Main href={`/console/payments/${subjectId}`}>{t('webhooks.payment')}</Main> : <>{word('subject', subject)}</>
}

function columns (): ReadonlyArray<Column<WebhookEvent>> {
  return [
    { title: t('webhooks.type'), cell: (event) => <><code>{event.type}</code><div class='muted small'><Subject event={event} /></div></> },
    { title: t('webhooks.state'), cell: ({ state, reason }) => <span class='row'><Badge kind='webhook' value={state} />{reason !== null && <span class='muted small'>{word('reason', reason)}</span>}</span> },
    { title: t('webhooks.subject'), cell: ({ subjectId }) => subjectId === null ? '–' : <Id value={subjectId} /> },
    { title: t('webhooks.provider'), cell: ({ provider }) => word('provider', provider) },
    { title: t('webhooks.tries'), isNumber: true, cell: ({ tries }) => tries },
    { title: t('webhooks.received'), cell: ({ receivedAt }) => <Time at={receivedAt} isExact /> },
  ]
}

/** The events that providers, carriers and the video sent. One that waits or is parked can be applied now. */
export function Webhooks () {
  const list = useCursorList({ path: '/console/webhooks', names: FILTERS.map(({ name }) => name), load })
  return <Waiting title={t('webhooks.title')} about={t('webhooks.about')} list={list} filters={FILTERS} label={(count) => t('webhooks.replay', { count })} act={replay} columns={columns()} keyOf={({ eventId }) => eventId} empty={t('webhooks.none')} />
}
