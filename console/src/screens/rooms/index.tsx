import type { Query } from '../../address.js'
import { api, read, type Schema } from '../../api.js'
import { Filters, type Filter } from '../../components/filters.js'
import { List, Main, type Column } from '../../components/list.js'
import { Screen } from '../../components/screen.js'
import { Badge, Count, Time } from '../../components/values.js'
import { t, word } from '../../i18n.js'
import { LIMIT, useCursorList } from '../../list.js'
import { nowOf, type Now } from './now.js'

/** A room, and what goes on in it while it is live. */
interface Row {
  readonly room: Schema<'RoomSummary'>
  readonly now: Now | null
}

const FILTERS: readonly Filter[] = [
  { name: 'status', label: 'rooms.status', options: ['live', 'scheduled', 'ended', 'canceled'], kind: 'room' },
  { name: 'streamerId', label: 'rooms.streamer' },
]

async function load (query: Query, signal: AbortSignal) {
  const { items, nextCursor } = await read(api.GET('/api/admin/rooms', { params: { query: { ...query, limit: LIMIT } }, signal }))
  const rows = await Promise.all(items.map(async (room): Promise<Row> => ({ room, now: room.status === 'live' ? await nowOf(room.roomId, signal) : null })))
  return { items: rows, nextCursor }
}

function columns (): ReadonlyArray<Column<Row>> {
  return [
    { title: t('rooms.room'), cell: ({ room: { roomId, title, category } }) => <><Main href={`/console/rooms/${roomId}`}>{title}</Main>{category !== null && <span class='cell-text muted small'>{category}</span>}</> },
    { title: t('rooms.status'), cell: ({ room: { status, endedReason } }) => <><Badge kind='room' value={status} tone={status === 'live' ? 'good' : status === 'scheduled' ? 'info' : 'none'} />{endedReason !== null && <div class='muted small'>{word('ended', endedReason)}</div>}</> },
    { title: t('rooms.now'), isNumber: true, cell: ({ now }) => now?.viewers == null ? '–' : <Count value={now.viewers} /> },
    { title: t('rooms.orders'), isNumber: true, cell: ({ now }) => now === null ? '–' : <Count value={now.orders} /> },
    { title: t('rooms.streamer'), cell: ({ room: { streamerId } }) => <span class='cell-text' title={streamerId}>{streamerId}</span> },
    { title: t('rooms.started'), cell: ({ room: { startedAt, startsAt } }) => <Begin startedAt={startedAt} startsAt={startsAt} /> },
  ]
}

function Begin ({ startedAt, startsAt }: Pick<Row['room'], 'startedAt' | 'startsAt'>) {
  if (startedAt !== null) return <Time at={startedAt} />
  return startsAt === null ? <>–</> : <span class='muted'>{t('rooms.begins')} <Time at={startsAt} /></span>
}

/** The rooms of all streamers. Those that are live show who watches and what is ordered. */
export function Rooms () {
  const list = useCursorList({ path: '/console/rooms', names: ['q', ...FILTERS.map(({ name }) => name)], load })
  return (
    <Screen title={t('rooms.title')}>
      <Filters list={list} filters={FILTERS} search={{ name: 'q', label: 'rooms.search', hint: 'rooms.search-hint' }} />
      <List list={list} caption={t('rooms.title')} columns={columns()} keyOf={({ room: { roomId } }) => roomId} empty={t('rooms.none')} />
    </Screen>
  )
}
