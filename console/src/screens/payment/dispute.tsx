import { useSignal } from '@preact/signals'
import { api, read, type Schema } from '../../api.js'
import { Confirm } from '../../components/confirm.js'
import { SelectField, TextField } from '../../components/fields.js'
import { decimalOf, parseAmount } from '../../format.js'
import { language, t, word } from '../../i18n.js'
import { takenCurrency } from './left.js'

type Payment = Schema<'Payment'>

interface Props {
  readonly payment: Payment
  /** The dispute of which there is a later word; null for a new one. */
  readonly known: Payment['disputes'][number] | null
  readonly onDone: (payment: Payment) => void
  readonly onClose: () => void
}

const STATUSES = ['open', 'warning', 'won', 'lost', 'prevented'] as const
type Status = typeof STATUSES[number]

const ID = /^[A-Za-z0-9_.:-]{1,128}$/

/** Records a dispute that the provider does not report, or what became of it. Its id makes a second click the same word. */
export function DisputeDialog ({ payment, known, onDone, onClose }: Props) {
  const currency = takenCurrency(payment)
  // Amounts are recorded in the currency that was taken. One of another currency says nothing about it.
  const first = known === null ? payment.taken?.amount ?? payment.amount : known.currency === currency ? known.amount : null
  const disputeId = useSignal(known?.disputeId ?? '')
  const typed = useSignal(first === null ? '' : decimalOf(first, currency).replace('.', language.peek() === 'tr' ? ',' : '.'))
  const status = useSignal<Status>(known === null ? 'open' : STATUSES.find((one) => one === known.status) ?? 'open')
  const note = useSignal('')
  const amount = parseAmount(typed.value, currency)
  const isId = ID.test(disputeId.value.trim())

  const title = known === null ? t('dispute-act.title') : t('dispute-act.again')

  const record = async (): Promise<void> => {
    if (amount === null) return
    onDone(await read(api.POST('/api/admin/payments/{paymentId}/disputes', {
      params: { path: { paymentId: payment.paymentId } },
      body: { disputeId: disputeId.value.trim(), amount, status: status.value, note: note.value.trim() },
    })))
  }

  return (
    <Confirm title={title} act={title} done={t('dispute-act.done')} isDanger isReady={isId && amount !== null && note.value.trim() !== ''} onAct={record} onClose={onClose}>
      <p>{t('dispute-act.why')}</p>
      {known === null
        ? <TextField label={t('dispute-act.id')} value={disputeId} maxLength={128} isRequired hasFocus />
        : <p><code>{known.disputeId}</code></p>}
      <TextField label={t('refund.amount', { currency })} value={typed} inputMode='decimal' maxLength={24} fault={amount === null ? t('refund.no-amount') : null} isRequired />
      <SelectField label={t('payments.status')} value={status.value} options={STATUSES.map((one) => [one, word('dispute', one)] as const)} onChange={(value) => { status.value = STATUSES.find((one) => one === value) ?? status.value }} />
      <TextField label={t('common.note')} hint={t('common.note-hint')} value={note} isRequired isLong />
    </Confirm>
  )
}
