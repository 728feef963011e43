import { useSignal } from '@preact/signals'
import { useRoute } from 'preact-iso'
import { api, read, type Schema } from '../../api.js'
import { Decide } from '../../components/decide.js'
import { Screen } from '../../components/screen.js'
import { Loaded } from '../../components/states.js'
import { Badge, Facts, Id, Time } from '../../components/values.js'
import { useData } from '../../data.js'
import { t, word } from '../../i18n.js'

type Detail = Schema<'MessageReportDetail'>

const DECISIONS = ['dismiss', 'uphold'] as const
type Decision = typeof DECISIONS[number]

interface DecideProps {
  readonly messageId: string
  readonly decision: Decision
  readonly onDone: (resolved: Schema<'MessageReportSummary'>) => void
  readonly onClose: () => void
}

function DecideDialog ({ messageId, decision, onDone, onClose }: DecideProps) {
  const decide = async (note: string): Promise<void> => {
    onDone(await read(api.POST('/api/admin/message-reports/{messageId}/resolve', { params: { path: { messageId } }, body: { decision, note } })))
  }
  return (
    <Decide title={word('message-report-act', decision)} act={word('message-report-act', decision)} done={t('message-report.decided')} onDecide={decide} onClose={onClose}>
      <p>{word('message-report-why', decision)}</p>
    </Decide>
  )
}

function Report ({ report: { senderId, reporterId, reason, createdAt, text, sentAt, resolution } }: { readonly report: Detail }) {
  return (
    <section class='card' aria-label={t('message-report.title')}>
      {text === null ? <p class='muted'>{t('rooms.text-gone')}</p> : <p class='said'>{text}</p>}
      {sentAt !== null && <p class='muted small'><Time at={sentAt} isExact /></p>}
      <p class='small'>{t('message-report.look')}</p>
      <Facts facts={[
        [t('message-report.sender'), <Id key='sender' value={senderId} />],
        [t('message-report.reporter'), <Id key='reporter' value={reporterId} />],
        [t('message-report.reported'), <Time key='reported' at={createdAt} isExact />],
        [t('message-report.reason'), word('report', reason)],
        [t('message-report.by'), resolution === null ? null : <span key='by'>{resolution.by ?? t('shell.shared-token')} · <Time at={resolution.at} isExact /></span>],
      ]} />
    </section>
  )
}

/** One reported message with its text. To open it is a look, which the service records first. */
export function MessageReportScreen () {
  const { params: { messageId = '' } } = useRoute()
  const chosen = useSignal<Decision | null>(null)
  const data = useData(messageId, async (signal) => await read(api.GET('/api/admin/message-reports/{messageId}', { params: { path: { messageId } }, signal })))
  const report = data.value.value
  return (
    <Screen
      title={t('message-report.title')}
      about={report !== undefined && (report.resolution === null ? <Badge kind='error-state' value={report.state} /> : <Badge kind='message-report-was' value={report.resolution.decision} tone='good' />)}
      acts={report?.state === 'open' && DECISIONS.map((decision) => <button key={decision} type='button' onClick={() => { chosen.value = decision }}>{word('message-report-act', decision)}</button>)}
    >
      <Loaded data={data} lines={8}>
        {(now) => <Report report={now} />}
      </Loaded>
      {chosen.value !== null && report !== undefined && <DecideDialog messageId={messageId} decision={chosen.value} onDone={(resolved) => { data.value.value = { ...report, ...resolved } }} onClose={() => { chosen.value = null }} />}
    </Screen>
  )
}
