import { useSignal } from '@preact/signals'
import type { Query } from '../../address.js'
import { api, read, type Schema } from '../../api.js'
import { List, Main, type Column } from '../../components/list.js'
import { Screen } from '../../components/screen.js'
import { Count } from '../../components/values.js'
import { t } from '../../i18n.js'
import { LIMIT, useCursorList } from '../../list.js'
import { may } from '../../session.js'
import { CreditDialog } from './credit.js'

type Streamer = Schema<'Streamer'>

async function load (query: Query, signal: AbortSignal) {
  return await read(api.GET('/api/admin/streamers', { params: { query: { ...query, limit: LIMIT } }, signal }))
}

function columns (): ReadonlyArray<Column<Streamer>> {
  return [
    { title: t('streamers.streamer'), cell: ({ streamerId, email }) => <><Main href={`/console/streamers/${encodeURIComponent(streamerId)}`}>{email}</Main><span class='cell-text muted small' title={streamerId}>{streamerId}</span></> },
    { title: t('streamers.remaining'), isNumber: true, cell: ({ minutesRemaining }) => <strong><Count value={minutesRemaining} /></strong> },
    { title: t('streamers.used'), isNumber: true, cell: ({ minutesUsed }) => <Count value={minutesUsed} /> },
    { title: t('streamers.purchased'), isNumber: true, cell: ({ minutesPurchased }) => <Count value={minutesPurchased} /> },
  ]
}

/** The people who broadcast, with their minutes. */
export function Streamers () {
  const list = useCursorList({ path: '/console/streamers', names: [], load })
  const isCrediting = useSignal(false)
  return (
    <Screen title={t('streamers.title')} about={t('streamers.about')} acts={may('credit') && <button type='button' class='primary' onClick={() => { isCrediting.value = true }}>{t('credit.title')}</button>}>
      <List list={list} caption={t('streamers.title')} columns={columns()} keyOf={({ streamerId }) => streamerId} empty={t('streamers.none')} />
      {isCrediting.value && <CreditDialog onClose={() => { isCrediting.value = false; list.data.reload() }} />}
    </Screen>
  )
}
