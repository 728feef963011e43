import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { hrefOf } from '../../address.js'
import { api, read, type Schema } from '../../api.js'
import { Decide } from '../../components/decide.js'
import { Main, type Column } from '../../components/list.js'
import { Loaded } from '../../components/states.js'
import { Facts, Id, Money, Time } from '../../components/values.js'
import { Waiting } from '../../components/waiting.js'
import { useData } from '../../data.js'
import { t, word } from '../../i18n.js'
import { useCursorList, type ListPage } from '../../list.js'
import { asProblem } from '../../problem.js'
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

type State = Pick<Schema<'Payment'>, 'status' | 'amount' | 'refundedAmount' | 'currency' | 'updatedAt'>

/** What the tables hold; null for a payment that they lack. */
async function loadStored (paymentId: string, signal: AbortSignal): Promise<State | null> {
  try {
    return await read(api.GET('/api/payments/{paymentId}', { params: { path: { paymentId } }, signal }))
  } catch (error) {
    if (asProblem(error).status === 404) return null
    throw error
  }
}

/** The payment as the write leads to it, and as it is stored. What differs is marked. */
function Versions ({ paymentId, waiting }: { readonly paymentId: string, readonly waiting: State }) {
  const data = useData(paymentId, async (signal) => ({ stored: await loadStored(paymentId, signal) }))
  const rows: ReadonlyArray<readonly [title: string, show: (state: State) => ComponentChildren, name: keyof State]> = [
    [t('payments.status'), ({ status }) => word('status', status), 'status'],
    [t('payment.amount'), ({ amount, currency }) => <Money amount={amount} currency={currency} />, 'amount'],
    [t('payment.refunded'), ({ refundedAmount, currency }) => <Money amount={refundedAmount} currency={currency} />, 'refundedAmount'],
    [t('payment.updated'), ({ updatedAt }) => <Time at={updatedAt} isExact />, 'updatedAt'],
  ]
  return (
    <Loaded data={data} lines={4}>
      {({ stored }) => (
        <div class='table' tabIndex={0}>
          <table class='plain-table'>
            <thead><tr><td /><th scope='col'>{t('quarantine.acknowledged')}</th><th scope='col'>{t('health.store')}</th></tr></thead>
            <tbody>{rows.map(([title, show, name]) => {
              const isSame = stored !== null && stored[name] === waiting[name]
              return <tr key={name}><th scope='row'>{title}</th>{[waiting, stored].map((state, index) => <td key={index}>{state === null ? '–' : isSame ? show(state) : <mark>{show(state)}</mark>}</td>)}</tr>
            })}
            </tbody>
          </table>
        </div>
      )}
    </Loaded>
  )
}

function ResolveDialog ({ write: { sequence, kind, subjectId, reason, payment }, onDone, onClose }: { readonly write: Write, readonly onDone: () => void, readonly onClose: () => void }) {
  const resolve = async (note: string): Promise<void> => {
    await read(api.POST('/api/admin/quarantine/{sequence}/resolve', { params: { path: { sequence } }, body: { note } }))
    onDone()
  }
  return (
    <Decide title={t('quarantine.resolve')} act={t('quarantine.resolve')} done={t('quarantine.resolved')} isDanger onDecide={resolve} onClose={onClose}>
      <p>{t('quarantine.resolve-why')}</p>
      <Facts facts={[[t('quarantine.kind'), word('write', kind)], [t('quarantine.subject'), <code key='subject'>{subjectId}</code>], [t('quarantine.reason'), reason]]} />
      {payment !== null && <Versions paymentId={subjectId} waiting={payment} />}
    </Decide>
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
