import { useSignal } from '@preact/signals'
import { useRoute } from 'preact-iso'
import { api, read, type Schema } from '../../api.js'
import { Confirm } from '../../components/confirm.js'
import { Screen } from '../../components/screen.js'
import { Loaded } from '../../components/states.js'
import { Badge, Facts, Id, Time } from '../../components/values.js'
import { useData } from '../../data.js'
import { t, word } from '../../i18n.js'
import { may } from '../../session.js'

type Detail = Schema<'LoggedErrorDetail'>

const STATES = ['open', 'muted', 'resolved'] as const
type State = typeof STATES[number]

function StateDialog ({ errorId, to, onDone, onClose }: { readonly errorId: string, readonly to: State, readonly onDone: (error: Detail) => void, readonly onClose: () => void }) {
  const change = async (): Promise<void> => { onDone(await read(api.PATCH('/api/admin/errors/{errorId}', { params: { path: { errorId } }, body: { state: to } }))) }
  return (
    <Confirm title={word('error-to', to)} act={word('error-to', to)} done={t('error.changed')} onAct={change} onClose={onClose}>
      <p>{word('error-why', to)}</p>
    </Confirm>
  )
}

function ErrorFacts ({ error }: { readonly error: Detail }) {
  return (
    <section class='card' aria-labelledby='facts'>
      <h2 id='facts'>{t('error.facts')}</h2>
      <Facts facts={[
        [t('error.message'), error.message],
        [t('error.code'), error.code === null ? null : <code key='code'>{error.code}</code>],
        [t('errors.kind'), word('error-kind', error.kind)],
        [t('errors.where'), error.where === '' ? null : <code key='where'>{error.where}</code>],
        [t('errors.count'), error.count],
        [t('errors.first'), <Time key='first' at={error.firstSeen} isExact />],
        [t('errors.last'), <Time key='last' at={error.lastSeen} isExact />],
        [t('error.regressed'), error.regressedAt === null ? null : <Time key='regressed' at={error.regressedAt} isExact />],
        [t('error.id'), <Id key='id' value={error.errorId} />],
      ]} />
    </section>
  )
}

function Sample ({ sample: { at, requestId, traceId, version, message, stack }, title }: { readonly sample: Detail['samples'][number], readonly title: string }) {
  return (
    <section class='card'>
      <h2>{title}</h2>
      <Facts facts={[
        [t('error.at'), <Time key='at' at={at} isExact />],
        [t('error.request'), requestId === null ? null : <Id key='request' value={requestId} />],
        [t('error.trace'), traceId === null ? null : <Id key='trace' value={traceId} />],
        [t('error.version'), version],
      ]} />
      <pre tabIndex={0}>{stack ?? message}</pre>
    </section>
  )
}

/** One error: what it is, its first and its newest occurrence with their stacks, and its state. */
export function ErrorScreen () {
  const { params: { errorId = '' } } = useRoute()
  const to = useSignal<State | null>(null)
  const data = useData(errorId, async (signal) => await read(api.GET('/api/admin/errors/{errorId}', { params: { path: { errorId } }, signal })))
  const error = data.value.value
  return (
    <Screen
      title={error === undefined ? t('error.title') : error.name}
      about={error !== undefined && <Badge kind='error-state' value={error.state} tone={error.state === 'open' ? 'bad' : 'none'} />}
      acts={error !== undefined && may('operate') && STATES.filter((state) => state !== error.state).map((state) => <button key={state} type='button' onClick={() => { to.value = state }}>{word('error-to', state)}</button>)}
    >
      <Loaded data={data} lines={12}>
        {(now) => (
          <>
            <ErrorFacts error={now} />
            {(now.count === 1 ? now.samples.slice(0, 1) : now.samples.toReversed()).map((sample, index) => <Sample key={sample.at} sample={sample} title={index === 0 ? t('error.newest') : t('error.oldest')} />)}
          </>
        )}
      </Loaded>
      {to.value !== null && <StateDialog errorId={errorId} to={to.value} onDone={(now) => { data.value.value = now }} onClose={() => { to.value = null }} />}
    </Screen>
  )
}
