import { useSignal } from '@preact/signals'
import { useLocation } from 'preact-iso'
import { useEffect, useRef } from 'preact/hooks'
import { addressOf } from '../../address.js'
import { Field, oneType, SelectField, TextField } from '../../components/fields.js'
import { Screen } from '../../components/screen.js'
import { Failure } from '../../components/states.js'
import { t, word } from '../../i18n.js'
import { asProblem, isAbort, type Problem } from '../../problem.js'
import { download, type Saved } from './download.js'
import type { Format } from './rows.js'

const FORMATS: readonly Format[] = ['csv', 'ndjson']
const STATUSES = ['pending', 'requires_action', 'succeeded', 'failed', 'canceled', 'partially_refunded', 'refunded', 'disputed'] as const

type State = { readonly kind: 'idle' | 'canceled' } | { readonly kind: 'running', readonly rows: number } | { readonly kind: 'done', readonly saved: Saved } | { readonly kind: 'refused', readonly problem: Problem }

/** How far an export has come, and how it ended. */
function Outcome ({ state, onCancel }: { readonly state: State, readonly onCancel: () => void }) {
  if (state.kind === 'refused') return <Failure problem={state.problem} />
  return (
    <div role='status'>
      {state.kind === 'running' && <div class='note'><span>{t('exports.rows', { count: state.rows })}</span><button type='button' onClick={onCancel}>{t('common.cancel')}</button></div>}
      {state.kind === 'done' && <p class='note' data-tone='good'>{t('exports.done', { count: state.saved.rows, name: state.saved.name })}</p>}
      {state.kind === 'canceled' && <p class='note' data-tone='warn'>{t('exports.canceled')}</p>}
    </div>
  )
}

/** Files of payments, and of the chat of a room. */
export function Exports () {
  const { query: { roomId: asked = '' } } = useLocation()
  const type = useSignal<'payments' | 'room'>(asked === '' ? 'payments' : 'room')
  const format = useSignal<Format>('csv')
  const hasMark = useSignal(true)
  const [from, to, status, roomId] = [useSignal(''), useSignal(''), useSignal(''), useSignal(asked)]
  const state = useSignal<State>({ kind: 'idle' })
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => { running.current?.abort() }, [])

  const addressNow = (): string => {
    const file = { format: format.value, ...(format.value === 'csv' && { bom: String(hasMark.value) }) }
    if (type.value === 'room') return addressOf(`/api/rooms/${encodeURIComponent(roomId.value.trim())}/export`, file)
    const zone = from.value === '' && to.value === '' ? {} : { timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone }
    return addressOf('/api/admin/export', { type: 'payments', ...file, status: status.value, from: from.value, to: to.value, ...zone })
  }

  const start = (event: Event): void => {
    event.preventDefault()
    if (running.current !== null) return
    const own = new AbortController()
    running.current = own
    state.value = { kind: 'running', rows: 0 }
    download(addressNow(), { format: format.value, signal: own.signal, tell: (rows) => { state.value = { kind: 'running', rows } } }).then(
      (saved) => { state.value = { kind: 'done', saved } },
      (error: unknown) => { state.value = own.signal.aborted || isAbort(error) ? { kind: 'canceled' } : { kind: 'refused', problem: asProblem(error) } }
    ).finally(() => { running.current = null }).catch(() => {})
  }

  const day = (label: string, value: typeof from) => (
    <Field label={label}>{(own) => <input {...own} type={oneType('date')} value={value.value} onChange={(event) => { value.value = event.currentTarget.value }} />}</Field>
  )
  const isRunning = state.value.kind === 'running'
  return (
    <Screen title={t('exports.title')} about={t('exports.about')}>
      <form class='card' onSubmit={start}>
        <div class='filters'>
          <SelectField label={t('exports.type')} value={type.value} options={[['payments', word('export', 'payments')], ['room', word('export', 'room')]]} onChange={(value) => { type.value = value === 'room' ? 'room' : 'payments' }} />
          <SelectField label={t('exports.format')} value={format.value} options={FORMATS.map((one) => [one, word('export', one)])} onChange={(value) => { format.value = value === 'ndjson' ? 'ndjson' : 'csv' }} />
          {type.value === 'payments' && <SelectField label={t('exports.status')} value={status.value} options={[['', t('list.any')], ...STATUSES.map((one) => [one, word('status', one)] as const)]} onChange={(value) => { status.value = value }} />}
          {type.value === 'payments' && day(t('exports.from'), from)}
          {type.value === 'payments' && day(t('exports.to'), to)}
          {type.value === 'room' && <TextField key='room' label={t('exports.room')} maxLength={128} value={roomId} isRequired />}
        </div>
        {format.value === 'csv' && <label class='check'><input type='checkbox' checked={hasMark.value} onChange={(event) => { hasMark.value = event.currentTarget.checked }} />{t('exports.bom')}</label>}
        <div class='row'><button type='submit' class='primary' disabled={isRunning}>{t('exports.start')}</button></div>
        <Outcome state={state.value} onCancel={() => { running.current?.abort() }} />
      </form>
    </Screen>
  )
}
