import { useSignal } from '@preact/signals'
import { useState } from 'preact/hooks'
import { api, read } from '../../api.js'
import { Confirm } from '../../components/confirm.js'
import { TextField } from '../../components/fields.js'
import { parseAmount } from '../../format.js'
import { language, t } from '../../i18n.js'
import { newKey } from '../../key.js'
import { MINUTES_MAX, paidOf, parseMinutes } from './minutes.js'

interface Props {
  /** The address of a streamer who is known; absent where it is typed, and may be that of a new one. */
  readonly email?: string
  readonly onClose: () => void
}

/** Credits minutes to a streamer. The idempotency key is as old as the dialog: however often its button is pressed, there is one credit. */
export function CreditDialog ({ email, onClose }: Props) {
  const [key] = useState(newKey)
  const address = useSignal(email ?? '')
  const typed = useSignal('')
  const price = useSignal('')
  const currency = useSignal('TRY')
  const note = useSignal('')
  const minutes = parseMinutes(typed.value)
  const paid = paidOf(price.value, currency.value.trim().toUpperCase(), parseAmount)
  const isReady = address.value.trim() !== '' && minutes !== null && paid !== null

  const credit = async (): Promise<void> => {
    if (minutes === null || paid === null) return
    await read(api.POST('/api/admin/streamers/add', {
      params: { header: { 'idempotency-key': key } },
      body: { email: address.value.trim(), minutes, ...paid, ...(note.value.trim() !== '' && { note: note.value.trim() }) },
    }))
  }

  return (
    <Confirm title={t('credit.title')} act={t('credit.title')} done={t('credit.done', { count: minutes ?? 0 })} isReady={isReady} onAct={credit} onClose={onClose}>
      {email === undefined ? <TextField label={t('sign-in.email')} type='email' value={address} maxLength={254} isRequired hasFocus /> : <p>{email}</p>}
      <TextField label={t('streamers.minutes')} hint={`1–${MINUTES_MAX.toLocaleString(language.value)}`} value={typed} inputMode='numeric' maxLength={6} isRequired hasFocus={email !== undefined} />
      <TextField label={t('credit.paid')} value={price} inputMode='decimal' maxLength={24} fault={paid === null ? t('refund.no-amount') : null} />
      <TextField label={t('overview.currency')} value={currency} maxLength={3} />
      <TextField label={t('common.note')} value={note} isLong />
    </Confirm>
  )
}
