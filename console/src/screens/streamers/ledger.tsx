import { useSignal } from '@preact/signals'
import { useRoute } from 'preact-iso'
import { addressOf } from '../../address.js'
import { api, read, type Schema } from '../../api.js'
import { List, Main, type Column } from '../../components/list.js'
import { Screen } from '../../components/screen.js'
import { Loaded } from '../../components/states.js'
import { Badge, Count, Id, Time } from '../../components/values.js'
import { useData } from '../../data.js'
import { t } from '../../i18n.js'
import { LIMIT, useCursorList } from '../../list.js'
import { may } from '../../session.js'
import { CreditDialog } from './credit.js'

type Entry = Schema<'LedgerEntry'>

function For ({ entry: { paymentId, broadcastId } }: { readonly entry: Entry }) {
  if (paymentId !== null) return <Main href={`/console/payments/${paymentId}`}>{t('streamers.payment')}</Main>
  return broadcastId === null ? <>–</> : <Id value={broadcastId} />
}

function columns (): ReadonlyArray<Column<Entry>> {
  return [
    { title: t('streamers.entry'), cell: ({ kind, note }) => <><Badge kind='ledger' value={kind} tone={kind === 'credit' ? 'good' : 'none'} />{note !== null && <span class='cell-text muted small' title={note}>{note}</span>}</> },
    { title: t('streamers.for'), cell: (entry) => <For entry={entry} /> },
    { title: t('streamers.minutes'), isNumber: true, cell: ({ kind, minutes }) => <>{kind === 'spend' && '−'}<Count value={minutes} /></> },
    { title: t('streamers.remaining'), isNumber: true, cell: ({ minutesRemaining }) => <Count value={minutesRemaining} /> },
    { title: t('streamers.at'), cell: ({ createdAt }) => <Time at={createdAt} isExact /> },
  ]
}

/** What was credited to one streamer and what they have spent, newest first. */
export function StreamerLedger () {
  const { params: { streamerId = '' } } = useRoute()
  const status = useData(streamerId, async (signal) => await read(api.GET('/api/streamers/{streamerId}/status', { params: { path: { streamerId } }, signal })))
  const list = useCursorList({
    path: `/console/streamers/${encodeURIComponent(streamerId)}`,
    names: [],
    load: async (query, signal) => await read(api.GET('/api/streamers/{streamerId}/ledger', { params: { path: { streamerId }, query: { ...query, limit: LIMIT } }, signal })),
  })
  const email = status.value.value?.email
  const isCrediting = useSignal(false)
  const acts = (
    <>
      <a class='button' href={addressOf('/console/rooms', { streamerId })}>{t('streamers.to-rooms')}</a>
      {may('credit') && email !== undefined && <button type='button' class='primary' onClick={() => { isCrediting.value = true }}>{t('credit.title')}</button>}
    </>
  )
  return (
    <Screen title={email ?? t('streamers.streamer')} about={t('streamers.ledger')} acts={acts}>
      <Loaded data={status} lines={2}>
        {({ minutesRemaining, minutesUsed, minutesPurchased }) => (
          <div class='card'><div class='figures'>
            <div class='figure'><span>{t('streamers.remaining')}</span><strong><Count value={minutesRemaining} /></strong></div>
            <div class='figure'><span>{t('streamers.used')}</span><strong><Count value={minutesUsed} /></strong></div>
            <div class='figure'><span>{t('streamers.purchased')}</span><strong><Count value={minutesPurchased} /></strong></div>
          </div></div>
        )}
      </Loaded>
      <List list={list} caption={t('streamers.ledger')} columns={columns()} keyOf={({ entryId }) => entryId} empty={t('streamers.no-entries')} />
      {isCrediting.value && email !== undefined && <CreditDialog email={email} onClose={() => { isCrediting.value = false; status.reload(); list.data.reload() }} />}
    </Screen>
  )
}
