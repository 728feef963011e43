import { useSignal } from '@preact/signals'
import { api, read, type Schema } from '../../api.js'
import { TextField } from '../../components/fields.js'
import { Once, Secret } from '../../components/once.js'
import { Screen } from '../../components/screen.js'
import { Failure, Loaded } from '../../components/states.js'
import { Time } from '../../components/values.js'
import { useData } from '../../data.js'
import { t } from '../../i18n.js'
import { asProblem, type Problem } from '../../problem.js'
import { session } from '../../session.js'
import { toast } from '../../toasts.js'
import { BeginDialog, EndDialog } from './dialogs.js'

type Shown =
  | { readonly kind: 'state' | 'begin' | 'end' }
  | { readonly kind: 'begun', readonly made: Schema<'NewSecondFactor'> }
  | { readonly kind: 'confirmed', readonly codes: readonly string[] }

/** The secret, shown until a code of the app confirms it. */
function Begun ({ made: { secret, address }, onConfirmed, onCancel }: { readonly made: Schema<'NewSecondFactor'>, readonly onConfirmed: (codes: readonly string[]) => void, readonly onCancel: () => void }) {
  const code = useSignal('')
  const isRunning = useSignal(false)
  const problem = useSignal<Problem | null>(null)
  const confirm = (event: Event): void => {
    event.preventDefault()
    if (isRunning.peek()) return
    isRunning.value = true
    problem.value = null
    read(api.POST('/api/auth/second-factor/confirm', { body: { code: code.peek().trim() } })).then(
      ({ recoveryCodes }) => {
        toast('good', t('factor.confirmed'))
        onConfirmed(recoveryCodes)
      },
      (error: unknown) => { problem.value = asProblem(error) }
    ).finally(() => { isRunning.value = false }).catch(() => {})
  }
  return (
    <section class='card narrow'>
      <p>{t('factor.confirm-why')}</p>
      <Once label={t('factor.secret')} text={secret}>
        <Secret label={t('factor.address')} text={address} />
        <p class='muted small'>{t('factor.address-hint')}</p>
      </Once>
      <form onSubmit={confirm}>
        <TextField label={t('factor.code')} autocomplete='one-time-code' inputMode='numeric' maxLength={40} value={code} isRequired hasFocus />
        {problem.value !== null && <Failure problem={problem.value} />}
        <div class='row end'>
          <button type='button' onClick={onCancel}>{t('common.cancel')}</button>
          <button type='submit' class='primary' disabled={isRunning.value} aria-busy={isRunning.value}>{isRunning.value ? t('common.running') : t('factor.confirm')}</button>
        </div>
      </form>
    </section>
  )
}

/** The second factor of the person who is here: on, off, and how it gets there. */
export function OwnSecondFactor () {
  const shown = useSignal<Shown>({ kind: 'state' })
  const data = useData('second-factor', async (signal) => {
    const state = await read(api.GET('/api/auth/second-factor', { signal }))
    const now = session.peek()
    if (now) session.value = { ...now, hasSecondFactor: state.isOn }
    return state
  })
  const back = (): void => {
    shown.value = { kind: 'state' }
    data.reload()
  }
  const now = shown.value
  return (
    <Screen title={t('factor.title')} about={t('factor.about')}>
      {now.kind === 'begun' && <Begun made={now.made} onConfirmed={(codes) => { shown.value = { kind: 'confirmed', codes } }} onCancel={back} />}
      {now.kind === 'confirmed' && (
        <section class='card narrow'>
          <p>{t('factor.recovery-why')}</p>
          <Once label={t('factor.recovery')} text={now.codes.join('\n')} />
          <div class='row end'><button type='button' class='primary' onClick={back}>{t('factor.kept')}</button></div>
        </section>
      )}
      {['state', 'begin', 'end'].includes(now.kind) && (
        <section class='card narrow'>
          <Loaded data={data} lines={3}>
            {({ isOn, onSince, recoveryCodesLeft }) => (
              <>
                <div>
                  <h2>{isOn ? t('factor.is-on') : t('factor.is-off')}</h2>
                  {isOn && <p class='muted'>{onSince !== null && <>{t('factor.since')} <Time at={onSince} /> · </>}{t('factor.left', { count: recoveryCodesLeft })}</p>}
                </div>
                <div class='row'>
                  {isOn
                    ? <button type='button' class='danger' onClick={() => { shown.value = { kind: 'end' } }}>{t('factor.end')}</button>
                    : <button type='button' class='primary' onClick={() => { shown.value = { kind: 'begin' } }}>{t('factor.begin')}</button>}
                </div>
              </>
            )}
          </Loaded>
        </section>
      )}
      {now.kind === 'begin' && <BeginDialog onBegun={(made) => { shown.value = { kind: 'begun', made } }} onClose={() => { if (shown.peek().kind === 'begin') back() }} />}
      {now.kind === 'end' && <EndDialog onClose={back} />}
    </Screen>
  )
}
