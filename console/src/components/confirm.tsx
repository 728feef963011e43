import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { t } from '../i18n.js'
import { asProblem, type Problem } from '../problem.js'
import { toast } from '../toasts.js'
import { Dialog } from './dialog.js'
import { Failure } from './states.js'

interface Props {
  readonly title: string
  /** The words of the button: the act itself. */
  readonly act: string
  readonly done: string
  readonly isDanger?: boolean
  readonly isReady?: boolean
  /** The act. What it refuses is shown in the dialog, which keeps what was typed. */
  readonly onAct: () => Promise<void>
  readonly onClose: () => void
  readonly children?: ComponentChildren
}

/** A dialog for an act: what it does, what it needs, and its button. A second click while it runs does nothing. */
export function Confirm ({ title, act, done, isDanger = false, isReady = true, onAct, onClose, children }: Props) {
  const problem = useSignal<Problem | null>(null)
  const isRunning = useSignal(false)
  // A signal is read anew only by the next rendering; a double click comes before it.
  const hasBegun = useRef(false)

  const submit = (event: Event): void => {
    event.preventDefault()
    if (hasBegun.current || !isReady) return
    hasBegun.current = true
    isRunning.value = true
    problem.value = null
    onAct().then(() => {
      toast('good', done)
      onClose()
    }, (error: unknown) => { problem.value = asProblem(error) }).finally(() => {
      hasBegun.current = false
      isRunning.value = false
    }).catch(() => {})
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit}>
        {children}
        {problem.value !== null && <Failure problem={problem.value} />}
        <div class='row end'>
          <button type='button' onClick={onClose}>{t('common.cancel')}</button>
          <button type='submit' class={isDanger ? 'danger' : 'primary'} disabled={isRunning.value || !isReady} aria-busy={isRunning.value}>{isRunning.value ? t('common.running') : act}</button>
        </div>
      </form>
    </Dialog>
  )
}
