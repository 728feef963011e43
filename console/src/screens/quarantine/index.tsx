import { useSignal } from '@preact/signals'
import { hrefOf } from '../../address.js'
import { api, read, type Schema } from '../../api.js'
import { Confirm } from '../../components/confirm.js'
import { Main, type Column } from '../../components/list.js'
import { Facts, Id, Time } from '../../components/values.js'
import { Waiting } from '../../components/waiting.js'
import { t, word } from '../../i18n.js'
import { useCursorList, type ListPage } from '../../list.js'
import { may } from '../../session.js'

type Write = Schema<'QuarantinedWrite'>

/** The quarantine of one node is short, and comes as a whole. */
async function load (_query: unknown, signal: AbortSignal): Promise<ListPage<Write>> {
  const { items } = await read(api.GET('/api/admin/quarantine', { signal }))
  return { items, nextCursor: null }
}

async function retry (sequence: string) {
  return await read(api.POST('/api/admin/quarantine/{sequence}/retry', { params: { path: { sequence: Number(sequence) } } }))
}

function Kind ({ of: { kind, subjectId } }: { readonly of: Write }) {
  const href = hrefOf(subjectId)
  const name = word('write', kind)
  return href === undefined ? <>{name}</> : <Main href={href}>{name}</Main>
}

function columns (give: (write: Write) => void): ReadonlyArray<Column<Write>> {
  return [
    { title: t('quarantine.kind'), cell: (write) => <Kind of={write} /> },
    { title: t('quarantine.reason'), cell: ({ reason }) => <span class='small'>{reason}</span> },
    { title: t('quarantine.subject'), cell: ({ subjectId }) => <Id value={subjectId} /> },
    { title: t('quarantine.acknowledged'), cell: ({ acknowledgedAt }) => <Time at={acknowledgedAt} isExact /> },
    { title: t('quarantine.quarantined'), cell: ({ quarantinedAt }) => <Time at={quarantinedAt} isExact /> },
    ...(may('operate') ? [{ title: t('quarantine.end'), cell: (write: Write) => <button type='button' class='tiny' onClick={() => { give(write) }}>{t('quarantine.resolve')}</button> }] : []),
  ]
}

function ResolveDialog ({ write: { sequence, kind, subjectId, reason }, onDone, onClose }: { readonly write: Write, readonly onDone: () => void, readonly onClose: () => void }) {
  const resolve = async (): Promise<void> => {
    await read(api.POST('/api/admin/quarantine/{sequence}/resolve', { params: { path: { sequence } } }))
    onDone()
  }
  return (
    <Confirm title={t('quarantine.resolve')} act={t('quarantine.resolve')} done={t('quarantine.resolved')} isDanger onAct={resolve} onClose={onClose}>
      <p>{t('quarantine.resolve-why')}</p>
      <Facts facts={[[t('quarantine.kind'), word('write', kind)], [t('quarantine.subject'), <code key='subject'>{subjectId}</code>], [t('quarantine.reason'), reason]]} />
    </Confirm>
  )
}

/** What an outage took in and the tables did not: it is carried out again, or given up. */
export function Quarantine () {
  const given = useSignal<Write | null>(null)
  const list = useCursorList({ path: '/console/quarantine', names: [], load })
  return (
    <Waiting title={t('quarantine.title')} about={t('quarantine.about')} list={list} label={(count) => t('quarantine.retry', { count })} act={retry} columns={columns((write) => { given.value = write })} keyOf={({ sequence }) => String(sequence)} empty={t('quarantine.none')}>
      {given.value !== null && <ResolveDialog write={given.value} onDone={list.data.reload} onClose={() => { given.value = null }} />}
    </Waiting>
  )
}
