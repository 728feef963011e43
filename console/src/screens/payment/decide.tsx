import { api, read, type Schema } from '../../api.js'
import { Confirm } from '../../components/confirm.js'
import { Decide } from '../../components/decide.js'
import { t, word } from '../../i18n.js'

type Payment = Schema<'Payment'>

interface Props {
  readonly payment: Payment
  readonly onDone: (payment: Payment) => void
  readonly onClose: () => void
}

/** Ends a payment that is not paid. */
export function CancelDialog ({ payment, onDone, onClose }: Props) {
  const cancel = async (): Promise<void> => { onDone(await read(api.POST('/api/payments/{paymentId}/cancel', { params: { path: { paymentId: payment.paymentId } } }))) }
  return (
    <Confirm title={t('payment.cancel')} act={t('payment.cancel-act')} done={t('payment.cancel-done')} isDanger onAct={cancel} onClose={onClose}>
      <p>{t('payment.cancel-why', { order: payment.orderId })}</p>
    </Confirm>
  )
}

/** Decides a flag: what happened is taken as it is, or needs nothing. */
export function FlagDialog ({ payment, flag, decision, onDone, onClose }: Props & { readonly flag: string, readonly decision: 'accept' | 'dismiss' }) {
  const decide = async (note: string): Promise<void> => {
    onDone(await read(api.POST('/api/admin/payments/{paymentId}/flags/{flag}/resolve', { params: { path: { paymentId: payment.paymentId, flag } }, body: { decision, note } })))
  }
  const isAccept = decision === 'accept'
  return (
    <Decide title={word('flag', flag)} act={isAccept ? t('flag-act.accept') : t('flag-act.dismiss')} done={t('flag-act.done')} onDecide={decide} onClose={onClose}>
      <p>{isAccept ? t('flag-act.accept-why') : t('flag-act.dismiss-why')}</p>
    </Decide>
  )
}

/** Ends a refund of which the provider does not say how it ended. */
export function PendingRefundDialog ({ payment, refundId, as, onDone, onClose }: Props & { readonly refundId: string, readonly as: 'succeeded' | 'failed' }) {
  const decide = async (note: string): Promise<void> => {
    onDone(await read(api.POST('/api/admin/payments/{paymentId}/refunds/{refundId}/resolve', { params: { path: { paymentId: payment.paymentId, refundId } }, body: { as, note } })))
  }
  return (
    <Decide title={t('refund.decide')} act={as === 'succeeded' ? t('refund.as-succeeded') : t('refund.as-failed')} done={t('refund.decided')} isDanger onDecide={decide} onClose={onClose}>
      <p>{t('refund.decide-why')}</p>
    </Decide>
  )
}
