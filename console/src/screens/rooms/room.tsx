import { useSignal } from '@preact/signals'
import { useRoute } from 'preact-iso'
import { addressOf } from '../../address.js'
import { api, read, type Schema } from '../../api.js'
import { Confirm } from '../../components/confirm.js'
import { Screen } from '../../components/screen.js'
import { Loaded } from '../../components/states.js'
import { Badge, Count, Facts, Id, Money, Time } from '../../components/values.js'
import { useData } from '../../data.js'
import { t, word } from '../../i18n.js'
import { may } from '../../session.js'
import { Reports } from './reports.js'
import { loadSanctions, Sanctions } from './sanctions.js'
import { soldOf } from './sold.js'

type Room = Schema<'Room'>

function RoomFacts ({ room }: { readonly room: Room }) {
  const time = (at: string | null) => at !== null && <Time at={at} isExact />
  return (
    <section class='card' aria-labelledby='facts'>
      <h2 id='facts'>{t('rooms.facts')}</h2>
      <Facts
        facts={[
          [t('rooms.room'), <Id key='id' value={room.roomId} />],
          [t('rooms.streamer'), <a key='streamer' href={`/console/streamers/${encodeURIComponent(room.streamerId)}`}>{room.streamerId}</a>],
          [t('rooms.begins'), time(room.startsAt) || null],
          [t('rooms.started'), time(room.startedAt) || null],
          [t('rooms.ended'), time(room.endedAt) || null],
          [t('rooms.why-ended'), room.endedReason === null ? null : word('ended', room.endedReason)],
        ]}
      />
    </section>
  )
}

function Stats ({ room: { roomId, viewers, status } }: { readonly room: Room }) {
  const data = useData(roomId, async (signal) => await read(api.GET('/api/rooms/{roomId}/stats', { params: { path: { roomId } }, signal })))
  return (
    <section class='card' aria-labelledby='stats'>
      <header><h2 id='stats'>{t('rooms.stats')}</h2><button type='button' class='quiet tiny' onClick={data.reload}>{t('common.reload')}</button></header>
      <Loaded data={data} lines={4}>
        {({ orders, revenue, messages, chatters, deleted, reports, minutesCharged }) => (
          <>
            <div class='figures'>
              {status === 'live' && viewers !== undefined && <div class='figure'><span>{t('rooms.now')}</span><strong><Count value={viewers} /></strong></div>}
              <div class='figure'><span>{t('rooms.orders')}</span><strong><Count value={orders} /></strong></div>
              {soldOf(revenue).map(({ currency, amount }) => <div key={currency} class='figure'><span>{t('rooms.revenue')}</span><strong><Money amount={amount} currency={currency} /></strong></div>)}
            </div>
            <Facts
              facts={[
                [t('rooms.messages'), <Count key='messages' value={messages} />],
                [t('rooms.chatters'), <Count key='chatters' value={chatters} />],
                [t('rooms.deleted'), <Count key='deleted' value={deleted} />],
                [t('rooms.report-count'), <Count key='reports' value={reports} />],
                [t('rooms.minutes'), <Count key='minutes' value={minutesCharged} />],
              ]}
            />
          </>
        )}
      </Loaded>
    </section>
  )
}

function EndDialog ({ room: { roomId, title }, onClose }: { readonly room: Room, readonly onClose: () => void }) {
  const end = async (): Promise<void> => { await read(api.POST('/api/admin/rooms/{roomId}/end', { params: { path: { roomId } } })) }
  return (
    <Confirm title={t('rooms.end')} act={t('rooms.end')} done={t('rooms.end-done')} isDanger onAct={end} onClose={onClose}>
      <p>{t('rooms.end-why', { title })}</p>
    </Confirm>
  )
}

/** One room: what goes on in it, and what its viewers report. */
export function RoomScreen () {
  const { params: { roomId = '' } } = useRoute()
  const isEnding = useSignal(false)
  const data = useData(roomId, async (signal) => await read(api.GET('/api/rooms/{roomId}', { params: { path: { roomId } }, signal })))
  const sanctions = useData(roomId, async (signal) => await loadSanctions(roomId, signal))
  const room = data.value.value
  const acts = room !== undefined && (
    <>
      {may('export') && <a class='button' href={addressOf('/console/exports', { roomId })}>{t('exports.of-room')}</a>}
      {room.status === 'live' && may('moderate') && <button type='button' class='danger' onClick={() => { isEnding.value = true }}>{t('rooms.end')}</button>}
    </>
  )
  return (
    <Screen title={room?.title ?? t('rooms.room')} about={room !== undefined && <Badge kind='room' value={room.status} tone={room.status === 'live' ? 'good' : 'none'} />} acts={acts}>
      <Loaded data={data} lines={8}>
        {(now) => (
          <div class='halves'>
            <div class='stack'>
              <Stats room={now} />
              <Reports roomId={roomId} onDecided={sanctions.reload} />
            </div>
            <div class='stack'>
              <RoomFacts room={now} />
              <Sanctions roomId={roomId} data={sanctions} />
            </div>
          </div>
        )}
      </Loaded>
      {isEnding.value && room !== undefined && <EndDialog room={room} onClose={() => { isEnding.value = false; data.reload() }} />}
    </Screen>
  )
}
