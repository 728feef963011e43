import { useSignal } from '@preact/signals'
import { useRoute } from 'preact-iso'
import { api, read } from '../../api.js'
import { History } from '../../components/history.js'
import { Screen } from '../../components/screen.js'
import { Loaded } from '../../components/states.js'
import { Badge, type Tone } from '../../components/values.js'
import { useData } from '../../data.js'
import { t } from '../../i18n.js'
import { may } from '../../session.js'
import { ReconcileDialog, ResolveDialog } from './acts.js'
import { Flags, Raw, ShipmentFacts, Tracking } from './parts.js'

function toneOf (type: string): Tone {
  if (/\.delivered/.test(type)) return 'good'
  if (/failed|refused|lost|flagged/.test(type)) return 'bad'
  return /canceled|declined|return/.test(type) ? 'warn' : 'info'
}

/** One shipment: what it is, where it is, what has happened to it, and what can be done. */
export function ShipmentScreen () {
  const { params: { shipmentId = '' } } = useRoute()
  const act = useSignal<'reconcile' | 'resolve' | null>(null)
  const data = useData(shipmentId, async (signal) => await read(api.GET('/api/shipments/{shipmentId}', { params: { path: { shipmentId } }, signal })))
  const shipment = data.value.value
  const acts = shipment !== undefined && may('operate') && (
    <>
      <button type='button' onClick={() => { act.value = 'reconcile' }}>{t('shipment.reconcile')}</button>
      <button type='button' onClick={() => { act.value = 'resolve' }}>{t('shipment.resolve')}</button>
    </>
  )
  const Dialog = act.value === 'resolve' ? ResolveDialog : ReconcileDialog
  return (
    <Screen
      title={shipment === undefined ? t('shipment.title') : t('shipment.of', { order: shipment.orderId })}
      about={shipment !== undefined && <Badge kind='shipment' value={shipment.status} />}
      acts={acts}
    >
      <Loaded data={data} lines={12}>
        {(now) => (
          <div class='halves'>
            <div class='stack'>
              <Flags shipment={now} />
              <ShipmentFacts shipment={now} />
              <Tracking shipment={now} />
              <Raw shipment={now} />
            </div>
            <History
              of={`${shipmentId} ${now.updatedAt}`}
              load={async (query, signal) => await read(api.GET('/api/shipments/{shipmentId}/history', { params: { path: { shipmentId }, query }, signal }))}
              toneOf={toneOf}
            />
          </div>
        )}
      </Loaded>
      {act.value !== null && <Dialog shipmentId={shipmentId} onClose={() => { act.value = null; data.reload() }} />}
    </Screen>
  )
}
