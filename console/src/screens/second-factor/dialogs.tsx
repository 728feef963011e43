import { useSignal } from '@preact/signals'
import { api, read, type Schema } from '../../api.js'
import { Confirm } from '../../components/confirm.js'
import { TextField } from '../../components/fields.js'
import { t } from '../../i18n.js'

interface BeginProps {
  readonly onBegun: (secret: Schema<'NewSecondFactor'>) => void
  readonly onClose: () => void
}

/** Asks for the password, and gets the secret. */
export function BeginDialog ({ onBegun, onClose }: BeginProps) {
  const password = useSignal('')
  const begin = async (): Promise<void> => { onBegun(await read(api.POST('/api/auth/second-factor', { body: { password: password.peek() } }))) }
  return (
    <Confirm title={t('factor.begin')} act={t('factor.begin')} done={t('factor.begun')} isReady={password.value !== ''} onAct={begin} onClose={onClose}>
      <p>{t('factor.begin-why')}</p>
      <TextField label={t('sign-in.password')} type='password' autocomplete='current-password' value={password} isRequired hasFocus />
    </Confirm>
  )
}

/** Switches it off, by the password and a code. */
export function EndDialog ({ onClose }: { readonly onClose: () => void }) {
  const [password, code] = [useSignal(''), useSignal('')]
  const end = async (): Promise<void> => { await read(api.DELETE('/api/auth/second-factor', { body: { password: password.peek(), code: code.peek().trim() } })) }
  return (
    <Confirm title={t('factor.end')} act={t('factor.end')} done={t('factor.ended')} isDanger isReady={password.value !== '' && code.value.trim() !== ''} onAct={end} onClose={onClose}>
      <p>{t('factor.end-why')}</p>
      <TextField label={t('sign-in.password')} type='password' autocomplete='current-password' value={password} isRequired hasFocus />
      <TextField label={t('sign-in.code')} hint={t('sign-in.code-hint')} autocomplete='one-time-code' maxLength={40} value={code} isRequired />
    </Confirm>
  )
}
