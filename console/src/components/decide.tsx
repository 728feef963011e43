import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { t } from '../i18n.js'
import { Confirm } from './confirm.js'
import { TextField } from './fields.js'

interface Props {
  readonly title: string
  readonly act: string
  readonly done: string
  readonly isDanger?: boolean
  /** The decision, with the reason that the person gave. */
  readonly onDecide: (note: string) => Promise<void>
  readonly onClose: () => void
  readonly children?: ComponentChildren
}

/** A dialog for a decision that needs a reason. */
export function Decide ({ onDecide, children, ...props }: Props) {
  const note = useSignal('')
  return (
    <Confirm {...props} isReady={note.value.trim() !== ''} onAct={async () => { await onDecide(note.value.trim()) }}>
      {children}
      <TextField label={t('common.note')} hint={t('common.note-hint')} value={note} isRequired isLong hasFocus />
    </Confirm>
  )
}
