import { useSignal } from '@preact/signals'
import { api, read, type Schema } from '../../api.js'
import { Confirm } from '../../components/confirm.js'
import { Empty, Loaded } from '../../components/states.js'
import { useData } from '../../data.js'
import { t, word } from '../../i18n.js'
import { may } from '../../session.js'

type Reported = Schema<'ReportedMessage'>

const ACTIONS = ['dismiss', 'delete', 'mute', 'ban'] as const
type Action = typeof ACTIONS[number]

interface Chosen {
  readonly message: Reported
  readonly action: Action
}

function Message ({ message: { senderId, text } }: { readonly message: Reported }) {
  return <>{text === null ? <p class='muted'>{t('rooms.text-gone')}</p> : <p class='said'>{text}</p>}<p class='muted small'><code>{senderId}</code></p></>
}

function ReportDialog ({ roomId, chosen: { message, action }, onClose }: { readonly roomId: string, readonly chosen: Chosen, readonly onClose: () => void }) {
  const resolve = async (): Promise<void> => {
    await read(api.POST('/api/rooms/{roomId}/reports/{messageId}/resolve', { params: { path: { roomId, messageId: message.messageId } }, body: { action } }))
  }
  return (
    <Confirm title={word('report-act', action)} act={word('report-act', action)} done={word('report-done', action)} isDanger={action !== 'dismiss'} onAct={resolve} onClose={onClose}>
      <div><Message message={message} /></div>
      <p>{word('report-why', action)}</p>
    </Confirm>
  )
}

/** The messages of a room that viewers have reported, each with what can be decided. */
export function Reports ({ roomId, onDecided }: { readonly roomId: string, readonly onDecided: () => void }) {
  const data = useData(roomId, async (signal) => await read(api.GET('/api/rooms/{roomId}/reports', { params: { path: { roomId } }, signal })))
  const chosen = useSignal<Chosen | null>(null)
  const close = (): void => {
    chosen.value = null
    data.reload()
    onDecided()
  }
  return (
    <section class='card' aria-labelledby='reports'>
      <h2 id='reports'>{t('rooms.reports')}</h2>
      <Loaded data={data} lines={4}>
        {({ items }) => items.length === 0
          ? <Empty title={t('rooms.no-reports')} />
          : (
            <ul class='lines'>
              {items.map((message) => (
                <li key={message.messageId}>
                  <Message message={message} />
                  <ul class='small'>
                    {message.reports.map(({ userId, reason, note }) => <li key={userId}><strong>{word('report', reason)}</strong>{note !== null && `: ${note}`} <span class='muted'>{userId}</span></li>)}
                  </ul>
                  {may('moderate') && <div class='row'>{ACTIONS.map((action) => <button key={action} type='button' onClick={() => { chosen.value = { message, action } }}>{word('report-act', action)}</button>)}</div>}
                </li>
              ))}
            </ul>
            )}
      </Loaded>
      {chosen.value !== null && <ReportDialog roomId={roomId} chosen={chosen.value} onClose={close} />}
    </section>
  )
}
