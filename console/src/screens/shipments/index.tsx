import { zoned, type Query } from '../../address.js'
import { api, read, type Schema } from '../../api.js'
import { Filters, type Filter } from '../../components/filters.js'
import { List, Main, type Column } from '../../components/list.js'
import { Screen } from '../../components/screen.js'
import { Badge, Id, Time } from '../../components/values.js'
import { t, word } from '../../i18n.js'
import { LIMIT, useCursorList } from '../../list.js'

type Shipment = Schema<'Shipment'>

const STATUSES = ['requested', 'declined', 'pending', 'refused', 'canceled', 'created', 'handed_over', 'in_transit', 'available_for_pickup', 'out_for_delivery', 'delivery_failed', 'delivered', 'returning', 'returned', 'lost'] as const
const FLAGS = ['outcome_unknown', 'refused_by_carrier', 'tracking_silent', 'moved_after_cancel', 'refunded_in_transit', 'cancel_refused', 'price_mismatch', 'address_changed'] as const

const FILTERS: readonly Filter[] = [
  { name: 'status', label: 'payments.status', options: STATUSES, kind: 'shipment' },
  { name: 'flagged', label: 'shipments.flagged', options: ['true'], kind: 'flagged' },
  { name: 'flag', label: 'payments.flag', options: FLAGS, kind: 'shipment-flag' },
  { name: 'from', label: 'payments.from', isDay: true },
  { name: 'to', label: 'payments.to', isDay: true },
  { name: 'carrier', label: 'shipments.carrier' },
  { name: 'sellerId', label: 'payments.seller' },
]

async function load ({ flagged, ...query }: Query, signal: AbortSignal) {
  return await read(api.GET('/api/admin/shipments', { params: { query: { ...zoned(query), ...(flagged === 'true' && { flagged: true }), limit: LIMIT } }, signal }))
}

function columns (): ReadonlyArray<Column<Shipment>> {
  return [
    { title: t('payments.order'), cell: ({ shipmentId, orderId, direction }) => <><Main href={`/console/shipments/${shipmentId}`}>{orderId}</Main>{direction === 'return' && <div class='muted small'>{t('shipments.return')}</div>}</> },
    { title: t('payments.status'), cell: ({ status, flags }) => <span class='row'><Badge kind='shipment' value={status} />{flags.map((flag) => <Badge key={flag} kind='shipment-flag' value={flag} tone='bad' />)}</span> },
    { title: t('shipments.carrier'), cell: ({ carrier, carrierName }) => carrierName ?? word('carrier', carrier) },
    { title: t('shipments.tracking'), cell: ({ trackingNumber }) => trackingNumber === null ? '–' : <Id value={trackingNumber} /> },
    { title: t('payments.seller'), cell: ({ sellerId }) => <span class='cell-text' title={sellerId ?? ''}>{sellerId ?? '–'}</span> },
    { title: t('shipments.buyer'), cell: ({ buyerId }) => <span class='cell-text' title={buyerId}>{buyerId}</span> },
    { title: t('payments.created'), cell: ({ createdAt }) => <Time at={createdAt} /> },
  ]
}

/** The shipments of all people. */
export function Shipments () {
  const list = useCursorList({ path: '/console/shipments', names: FILTERS.map(({ name }) => name), load })
  return (
    <Screen title={t('shipments.title')}>
      <Filters list={list} filters={FILTERS} />
      <List list={list} caption={t('shipments.title')} columns={columns()} keyOf={({ shipmentId }) => shipmentId} empty={t('shipments.none')} />
    </Screen>
  )
}
