import { useSignal } from '@preact/signals'
import { challenge } from '../challenge.js'
import { t } from '../i18n.js'
import { session, stepUp } from '../session.js'
import { Confirm } from './confirm.js'
import { Dialog } from './dialog.js'
import { TextField } from './fields.js'
import { SignIn } from './sign-in.js'

function StepUp ({ onClose }: { readonly onClose: () => void }) {
  const code = useSignal('')
  return (
    <Confirm title={t('step-up.title')} act={t('step-up.act')} done={t('step-up.done')} isReady={code.value.trim() !== ''} onAct={async () => { await stepUp(code.value.trim()) }} onClose={onClose}>
      <p>{t('step-up.why')}</p>
      <TextField label={t('sign-in.code')} hint={t('sign-in.code-hint')} autocomplete='one-time-code' maxLength={40} value={code} isRequired hasFocus />
    </Confirm>
  )
}

/** What a request waits for, over the screen, which keeps what was typed. */
export function Challenges () {
  const open = challenge.value
  if (open === null || !session.value) return null
  const onClose = (): void => { open.settle(false) }
  if (open.need === 'step-up') return <StepUp onClose={onClose} />
  return (
    <Dialog title={t('sign-in.again')} onClose={onClose}>
      <p>{t('sign-in.again-why')}</p>
      <SignIn />
    </Dialog>
  )
}
