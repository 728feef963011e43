import { useSignal } from '@preact/signals'
import { useRoute } from 'preact-iso'
import type { ComponentChildren } from 'preact'
import { api, read, type Schema } from '../../api.js'
import { Confirm } from '../../components/confirm.js'
import { Screen } from '../../components/screen.js'
import { Loaded } from '../../components/states.js'
import { Badge } from '../../components/values.js'
import { useData } from '../../data.js'
import { t } from '../../i18n.js'
import { may } from '../../session.js'
import { CancelDialog, FlagDialog, PendingRefundDialog } from './decide.js'
import { DisputeDialog } from './dispute.js'
import { Flags } from './flags.js'
import { isOpen, isTaken, leftOf } from './left.js'
import { Disputes, PaymentFacts, Raw, Refunds, Shipments } from './parts.js'
import { RefundDialog } from './refund.js'
import { Timeline } from './timeline.js'

type Payment = Schema<'Payment'>
type Act =
  | { readonly kind: 'refund' | 'cancel' | 'reconcile' }
  | { readonly kind: 'dispute', readonly known: Payment['disputes'][number] | null }
  | { readonly kind: 'flag', readonly flag: string, readonly decision: 'accept' | 'dismiss' }
  | { readonly kind: 'pending-refund', readonly refundId: string, readonly as: 'succeeded' | 'failed' }

interface Props {
  readonly payment: Payment
  readonly onDone: (payment: Payment) => void
  readonly onClose: () => void
}

function ReconcileDialog ({ payment: { paymentId }, onDone, onClose }: Props) {
  const ask = async (): Promise<void> => { onDone(await read(api.POST('/api/admin/payments/{paymentId}/reconcile', { params: { path: { paymentId } } }))) }
  return <Confirm title={t('payment.reconcile')} act={t('payment.reconcile-act')} done={t('payment.reconcile-done')} onAct={ask} onClose={onClose}><p>{t('payment.reconcile-why')}</p></Confirm>
}

function ActDialog ({ act, ...props }: Props & { readonly act: Act }) {
  switch (act.kind) {
    case 'refund': return <RefundDialog {...props} />
    case 'cancel': return <CancelDialog {...props} />
    case 'reconcile': return <ReconcileDialog {...props} />
    case 'dispute': return <DisputeDialog {...props} known={act.known} />
    case 'flag': return <FlagDialog {...props} flag={act.flag} decision={act.decision} />
    case 'pending-refund': return <PendingRefundDialog {...props} refundId={act.refundId} as={act.as} />
  }
}

/** One payment: what it is, what has happened to it, and what can be done. */
export function PaymentScreen () {
  const { params: { paymentId = '' } } = useRoute()
  const act = useSignal<Act | null>(null)
  const data = useData(paymentId, async (signal) => await read(api.GET('/api/payments/{paymentId}', { params: { path: { paymentId } }, signal })))
  const payment = data.value.value
  const acts: ComponentChildren = payment !== undefined && (
    <>
      {may('reconcile') && <button type='button' onClick={() => { act.value = { kind: 'reconcile' } }}>{t('payment.reconcile')}</button>}
      {may('refund') && isOpen(payment) && <button type='button' onClick={() => { act.value = { kind: 'cancel' } }}>{t('payment.cancel')}</button>}
      {may('refund') && isTaken(payment) && <button type='button' onClick={() => { act.value = { kind: 'dispute', known: null } }}>{t('dispute-act.title')}</button>}
      {may('refund') && leftOf(payment) > 0 && <button type='button' class='primary' onClick={() => { act.value = { kind: 'refund' } }}>{t('refund.title')}</button>}
    </>
  )
  return (
    <Screen
      title={payment === undefined ? t('payment.title') : t('payment.of', { order: payment.orderId })}
      about={payment !== undefined && <Badge kind='status' value={payment.status} />}
      acts={acts}
    >
      <Loaded data={data} lines={12}>
        {(now) => (
          <div class='halves'>
            <div class='stack'>
              <Flags payment={now} onDecide={(flag, decision) => { act.value = { kind: 'flag', flag, decision } }} />
              <PaymentFacts payment={now} />
              <Refunds payment={now} onDecide={(refundId, as) => { act.value = { kind: 'pending-refund', refundId, as } }} />
              <Disputes payment={now} onRecord={(known) => { act.value = { kind: 'dispute', known } }} />
              <Shipments payment={now} />
              <Raw payment={now} />
            </div>
            <Timeline paymentId={paymentId} version={now.updatedAt} />
          </div>
        )}
      </Loaded>
      {act.value !== null && payment !== undefined && <ActDialog act={act.value} payment={payment} onDone={(now) => { data.value.value = now }} onClose={() => { act.value = null; data.reload() }} />}
    </Screen>
  )
}
