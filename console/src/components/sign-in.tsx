import { useSignal } from '@preact/signals'
import { t } from '../i18n.js'
import { asProblem, type Problem } from '../problem.js'
import { settings, signIn } from '../session.js'
import { TextField } from './fields.js'
import { Failure } from './states.js'

function sayRefusal (problem: Problem) {
  if (problem.status === 401) return <p class='note' data-tone='bad' role='alert'>{t('sign-in.refused')}</p>
  return <Failure problem={problem} />
}

/** Signs in by account or by token, as the service takes it. The code is asked for once the service wants it. */
export function SignIn () {
  const isLocal = settings.value?.authMode === 'local'
  const way = useSignal<'account' | 'token'>(isLocal ? 'account' : 'token')
  const [email, password, code, token] = [useSignal(''), useSignal(''), useSignal(''), useSignal('')]
  const wantsCode = useSignal(false)
  const isRunning = useSignal(false)
  const problem = useSignal<Problem | null>(null)

  const submit = (event: Event): void => {
    event.preventDefault()
    if (isRunning.peek()) return
    isRunning.value = true
    problem.value = null
    const account = { email: email.value.trim(), password: password.value, ...(wantsCode.value && { code: code.value.trim() }) }
    signIn(way.value === 'account' ? account : { token: token.value.trim() }).catch((error: unknown) => {
      const refusal = asProblem(error)
      if (refusal.code === 'second_factor_required' && !wantsCode.value) wantsCode.value = true
      else problem.value = refusal
    }).finally(() => { isRunning.value = false }).catch(() => {})
  }

  return (
    <form onSubmit={submit}>
      {isLocal && (
        <div class='choice' role='group' aria-label={t('sign-in.way')}>
          <button type='button' aria-pressed={way.value === 'account'} onClick={() => { way.value = 'account' }}>{t('sign-in.account')}</button>
          <button type='button' aria-pressed={way.value === 'token'} onClick={() => { way.value = 'token' }}>{t('sign-in.token')}</button>
        </div>
      )}
      {way.value === 'account'
        ? (
          <>
            <TextField label={t('sign-in.email')} type='email' autocomplete='username' maxLength={254} value={email} isRequired hasFocus />
            <TextField label={t('sign-in.password')} type='password' autocomplete='current-password' value={password} isRequired />
            {wantsCode.value && <TextField key='code' label={t('sign-in.code')} hint={t('sign-in.code-hint')} autocomplete='one-time-code' maxLength={40} value={code} isRequired hasFocus />}
          </>
          )
        : <TextField key='token' label={t('sign-in.token')} hint={t('sign-in.token-hint')} type='password' maxLength={8192} value={token} isRequired hasFocus />}
      {problem.value !== null && sayRefusal(problem.value)}
      <button type='submit' class='primary' disabled={isRunning.value} aria-busy={isRunning.value}>{isRunning.value ? t('common.running') : t('sign-in.act')}</button>
    </form>
  )
}
