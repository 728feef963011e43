import { api, read, type Schema } from '../../api.js'
import { zoned, type Query } from '../../address.js'
import { Filters, type Filter } from '../../components/filters.js'
import { List, Main, type Column } from '../../components/list.js'
import { Screen } from '../../components/screen.js'
import { Badge, Money, Time } from '../../components/values.js'
import { t, word } from '../../i18n.js'
import { LIMIT, useCursorList } from '../../list.js'

type Payment = Schema<'Payment'>

const STATUSES = ['pending', 'requires_action', 'succeeded', 'failed', 'canceled', 'partially_refunded', 'refunded', 'disputed'] as const
const FLAGS = ['amount_mismatch', 'late_success', 'duplicate_charge', 'refund_failed', 'unknown_refund', 'outcome_unknown', 'duplicate_order', 'over_refunded'] as const
const FULFILLMENTS = ['not_needed', 'unfulfilled', 'partially_shipped', 'shipped', 'delivered', 'returned'] as const

const SEARCHED: readonly Filter[] = [
  { name: 'status', label: 'payments.status', options: STATUSES },
  { name: 'from', label: 'payments.from', isDay: true },
  { name: 'to', label: 'payments.to', isDay: true },
]
const FILTERS: readonly Filter[] = [
  ...SEARCHED,
  { name: 'flag', label: 'payments.flag', options: FLAGS },
  { name: 'fulfillment', label: 'payments.fulfillment', options: FULFILLMENTS },
  { name: 'provider', label: 'payments.provider' },
  { name: 'userId', label: 'payments.payer' },
  { name: 'sellerId', label: 'payments.seller' },
]
const NAMES = ['q', ...FILTERS.map(({ name }) => name)]

/** Days of the filters are those of the operator. Words are asked of the search, which knows fewer filters. */
async function load ({ q, ...query }: Query, signal: AbortSignal) {
  if (q === undefined) return await read(api.GET('/api/admin/payments', { params: { query: { ...zoned(query), limit: LIMIT } }, signal }))
  const searched = Object.fromEntries(['status', 'from', 'to', 'cursor'].flatMap((name) => query[name] === undefined ? [] : [[name, query[name]]]))
  return await read(api.GET('/api/search', { params: { query: { type: 'orders', q, ...zoned(searched), limit: LIMIT } }, signal }))
}

function columns (): ReadonlyArray<Column<Payment>> {
  return [
    { title: t('payments.order'), cell: ({ paymentId, orderId, description }) => <><Main href={`/console/payments/${paymentId}`}>{orderId}</Main>{description !== null && <span class='cell-text muted small' title={description}>{description}</span>}</> },
    { title: t('payments.status'), cell: ({ status, flags }) => <span class='row'><Badge kind='status' value={status} />{flags.map((flag) => <Badge key={flag} kind='flag' value={flag} tone='bad' />)}</span> },
    { title: t('payments.amount'), isNumber: true, cell: ({ amount, currency, refundedAmount }) => <><Money amount={amount} currency={currency} />{refundedAmount > 0 && <div class='muted small'>−<Money amount={refundedAmount} currency={currency} /></div>}</> },
    { title: t('payments.payer'), cell: ({ userId }) => <span class='cell-text' title={userId}>{userId}</span> },
    { title: t('payments.seller'), cell: ({ sellerId }) => <span class='cell-text' title={sellerId ?? ''}>{sellerId ?? '–'}</span> },
    { title: t('payments.provider'), cell: ({ provider }) => word('provider', provider) },
    { title: t('payments.created'), cell: ({ createdAt }) => <Time at={createdAt} /> },
  ]
}

/** The payments of all users. */
export function Payments () {
  const list = useCursorList({ path: '/console/payments', names: NAMES, load })
  return (
    <Screen title={t('payments.title')}>
      <Filters list={list} filters={list.filters['q'] === undefined ? FILTERS : SEARCHED} search={{ name: 'q', label: 'payments.search', hint: 'payments.search-hint' }} />
      <List list={list} caption={t('payments.title')} columns={columns()} keyOf={({ paymentId }) => paymentId} empty={t('payments.none')} />
    </Screen>
  )
}
