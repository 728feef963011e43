import { useSignal } from '@preact/signals'
import { api, read } from '../../api.js'
import { Confirm } from '../../components/confirm.js'
import { Decide } from '../../components/decide.js'
import { SelectField } from '../../components/fields.js'
import { t, word } from '../../i18n.js'

interface Props {
  readonly shipmentId: string
  readonly onClose: () => void
}

/** Has the carrier asked. */
export function ReconcileDialog ({ shipmentId, onClose }: Props) {
  const ask = async (): Promise<void> => { await read(api.POST('/api/admin/shipments/{shipmentId}/reconcile', { params: { path: { shipmentId } } })) }
  return <Confirm title={t('shipment.reconcile')} act={t('shipment.reconcile-act')} done={t('shipment.reconcile-done')} onAct={ask} onClose={onClose}><p>{t('shipment.reconcile-why')}</p></Confirm>
}

const ENDS = ['delivered', 'lost', 'returned', 'canceled'] as const
type End = typeof ENDS[number]

/** Decides what became of a shipment of which the carrier does not say it. */
export function ResolveDialog ({ shipmentId, onClose }: Props) {
  const as = useSignal<End>('delivered')
  const decide = async (note: string): Promise<void> => {
    await read(api.POST('/api/admin/shipments/{shipmentId}/resolve', { params: { path: { shipmentId } }, body: { as: as.value, note } }))
  }
  return (
    <Decide title={t('shipment.resolve')} act={t('shipment.resolve')} done={t('shipment.resolved')} isDanger onDecide={decide} onClose={onClose}>
      <p>{t('shipment.resolve-why')}</p>
      <SelectField label={t('shipment.became')} value={as.value} onChange={(value) => { as.value = ENDS.find((end) => end === value) ?? as.value }} options={ENDS.map((end) => [end, word('shipment', end)] as const)} />
      {as.value === 'canceled' && <p class='small'>{t('shipment.resolve-free')}</p>}
    </Decide>
  )
}
