import { useSignal } from '@preact/signals'
import { useState } from 'preact/hooks'
import { api, read, type Schema } from '../../api.js'
import { Confirm } from '../../components/confirm.js'
import { TextField } from '../../components/fields.js'
import { Money } from '../../components/values.js'
import { decimalOf, money, parseAmount } from '../../format.js'
import { language, t } from '../../i18n.js'
import { newKey } from '../../key.js'
import { leftOf, takenCurrency } from './left.js'

interface Props {
  readonly payment: Schema<'Payment'>
  readonly onDone: (payment: Schema<'Payment'>) => void
  readonly onClose: () => void
}

/** Gives back what is left, or less. The idempotency key is as old as the dialog: however often its button is pressed, there is one refund. */
export function RefundDialog ({ payment, onDone, onClose }: Props) {
  const [key] = useState(newKey)
  const left = leftOf(payment)
  const currency = takenCurrency(payment)
  const typed = useSignal(decimalOf(left, currency).replace('.', language.peek() === 'tr' ? ',' : '.'))
  const reason = useSignal('')
  const amount = parseAmount(typed.value, currency)
  const fault = amount === null ? t('refund.no-amount') : amount > left ? t('refund.too-much') : null
  const said = amount === null ? '' : money(amount, currency, language.value)

  const refund = async (): Promise<void> => {
    if (amount === null) return
    onDone(await read(api.POST('/api/payments/{paymentId}/refund', {
      params: { path: { paymentId: payment.paymentId }, header: { 'idempotency-key': key } },
      body: { amount, ...(reason.value.trim() !== '' && { reason: reason.value.trim() }) },
    })))
  }

  return (
    <Confirm title={t('refund.title')} act={t('refund.act', { amount: said })} done={t('refund.done', { amount: said })} isDanger isReady={fault === null} onAct={refund} onClose={onClose}>
      <p>{t('refund.left')} <strong><Money amount={left} currency={currency} /></strong></p>
      <TextField label={t('refund.amount', { currency })} value={typed} inputMode='decimal' maxLength={24} fault={fault} isRequired hasFocus />
      <TextField label={t('refund.reason')} hint={t('refund.reason-hint')} value={reason} isLong />
    </Confirm>
  )
}
