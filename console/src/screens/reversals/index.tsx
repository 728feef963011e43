import { addressOf, type Query } from '../../address.js'
import { call } from '../../api.js'
import { Filters, type Filter } from '../../components/filters.js'
import { List, Main, type Column } from '../../components/list.js'
import { Screen } from '../../components/screen.js'
import { Badge, Money, Time } from '../../components/values.js'
import { t, word } from '../../i18n.js'
import { LIMIT, useCursorList, type ListPage } from '../../list.js'

/** A refund or a dispute among those of all payments, as both lists have them. */
interface Reversal {
  readonly paymentId: string
  readonly orderId: string
  readonly userId: string
  readonly provider: string
  readonly refundId?: string
  readonly disputeId?: string
  readonly amount: number
  readonly currency: string
  readonly status: string
  readonly reason?: string | null
  readonly createdAt?: string | null
}

interface Kind {
  readonly path: string
  readonly api: string
  readonly kind: 'refund' | 'dispute'
  readonly filters: readonly Filter[]
}

const REFUNDS: Kind = { path: '/console/refunds', api: '/api/admin/refunds', kind: 'refund', filters: [{ name: 'status', label: 'payments.status', kind: 'refund', options: ['pending', 'succeeded', 'failed'] }] }
const DISPUTES: Kind = { path: '/console/disputes', api: '/api/admin/disputes', kind: 'dispute', filters: [{ name: 'status', label: 'payments.status', kind: 'dispute', options: ['open', 'won', 'lost', 'warning', 'prevented'] }] }

function columns (kind: Kind['kind']): ReadonlyArray<Column<Reversal>> {
  return [
    { title: t('payments.order'), cell: ({ paymentId, orderId, reason }) => <><Main href={`/console/payments/${paymentId}`}>{orderId}</Main>{reason != null && <span class='cell-text muted small' title={reason}>{reason}</span>}</> },
    { title: t('payments.status'), cell: ({ status }) => <Badge kind={kind} value={status} /> },
    { title: t('payments.amount'), isNumber: true, cell: ({ amount, currency }) => <Money amount={amount} currency={currency} /> },
    { title: t('payments.payer'), cell: ({ userId }) => <span class='cell-text' title={userId}>{userId}</span> },
    { title: t('payments.provider'), cell: ({ provider }) => word('provider', provider) },
    { title: t('payments.created'), cell: ({ createdAt }) => createdAt == null ? '–' : <Time at={createdAt} /> },
  ]
}

function useReversals ({ path, api, filters }: Kind) {
  const load = async (query: Query, signal: AbortSignal) => await call<ListPage<Reversal>>('GET', addressOf(api, { ...query, limit: String(LIMIT) }), { signal })
  return useCursorList({ path, names: filters.map(({ name }) => name), load })
}

/** The refunds of all payments. */
export function Refunds () {
  const list = useReversals(REFUNDS)
  return (
    <Screen title={t('reversals.refunds')}>
      <Filters list={list} filters={REFUNDS.filters} />
      <List list={list} caption={t('reversals.refunds')} columns={columns('refund')} keyOf={({ paymentId, refundId }) => `${paymentId} ${refundId}`} empty={t('reversals.no-refunds')} />
    </Screen>
  )
}

/** The disputes of all payments. */
export function Disputes () {
  const list = useReversals(DISPUTES)
  return (
    <Screen title={t('reversals.disputes')}>
      <Filters list={list} filters={DISPUTES.filters} />
      <List list={list} caption={t('reversals.disputes')} columns={columns('dispute')} keyOf={({ paymentId, disputeId }) => `${paymentId} ${disputeId}`} empty={t('reversals.no-disputes')} />
    </Screen>
  )
}
